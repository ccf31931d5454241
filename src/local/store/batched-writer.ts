import type { FileHandle } from 'node:fs/promises'

export interface BatchedWriter {
  /** Resolves when there is room for more, which is not yet on the disk. The bytes must not change any more. */
  readonly write: (bytes: Uint8Array) => Promise<void> | undefined
  /** Resolves when all of it is written. */
  readonly end: () => Promise<void>
}

const batchSize = 1024 * 1024

/** Writes pieces to a file in batches, one being written while the next is gathered and hashed. */
export function createBatchedWriter(file: FileHandle): BatchedWriter {
  let batch: Uint8Array[] = []
  let size = 0
  let writing: Promise<void> = Promise.resolve()
  const flush = async (): Promise<void> => {
    await writing
    if (size === 0) return
    writing = writeAll(file, batch, size)
    // Heard of where it is awaited next; it must not end the process before that.
    writing.catch(() => undefined)
    batch = []
    size = 0
  }
  return {
    write(bytes) {
      batch.push(bytes)
      size += bytes.length
      return size < batchSize ? undefined : flush()
    },
    async end() {
      await flush()
      await writing
    },
  }
}

async function writeAll(
  file: FileHandle,
  pieces: readonly Uint8Array[],
  size: number,
): Promise<void> {
  const { bytesWritten } = await file.writev([...pieces])
  // A disk that is nearly full takes less than it was given; the rest then fails with the reason.
  if (bytesWritten < size) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten))
}
