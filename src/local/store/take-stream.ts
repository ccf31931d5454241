import type { FileHandle } from 'node:fs/promises'
import { createBatchedWriter } from './batched-writer.ts'
import { BlobDigest } from './blob-digest.ts'
import type { Blob } from './blob-store.ts'
import type { ChecksumAlgorithm } from './checksum/checksum.ts'
import type { Md5Thread } from './md5-thread.ts'

export interface StreamFacts {
  readonly id: string
  readonly checksums: readonly ChecksumAlgorithm[]
  readonly md5s: Md5Thread
}

type Piece = Uint8Array | string

/** Writes pieces to a file and hashes them as they go by: those that came already, then the rest. */
export async function takeStream(
  file: FileHandle,
  [head, rest]: readonly [Iterable<Piece>, AsyncIterable<Piece>],
  { id, checksums, md5s }: StreamFacts,
): Promise<Blob> {
  const writer = createBatchedWriter(file)
  const digest = new BlobDigest(checksums)
  const md5 = md5s.start()
  const take = async (piece: Piece): Promise<void> => {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    await md5.update(bytes)
    digest.update(bytes)
    await writer.write(bytes)
  }
  try {
    for (const piece of head) await take(piece)
    for await (const piece of rest) await take(piece)
    await writer.end()
    return digest.finish(id, await md5.finish())
  } finally {
    md5.stop()
  }
}
