import {
  closeSync,
  createReadStream,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createBatchedWriter } from './batched-writer.ts'
import { BlobDigest } from './blob-digest.ts'
import type { Blob, BlobExtent, BlobStore, BlobWriteOptions, ByteRange } from './blob-store.ts'
import { type ChecksumAlgorithm, startChecksum } from './checksum/checksum.ts'
import { createSmallBlobs, describeBytes, type SmallBlobs, smallBlobLimit } from './small-blobs.ts'
import { takeHead } from './take-head.ts'

export interface DiskBlobStoreOptions {
  readonly randomBytes: (size: number) => Buffer
  /**
   * Kept at `stop`, and every blob is a file in it; by default a new temporary directory, which is removed, and small blobs
   * are held in memory.
   */
  readonly directory?: string
}

const pieceSize = 1024 * 1024
const smallBlobsInAll = 64 * 1024 * 1024

/**
 * Blobs as files that nobody else may read. A file has its final name only when it is whole.
 * Small ones of a temporary store are in memory instead. A composed blob is a list of the files it consists of, under an id that starts with `c`.
 */
export class DiskBlobStore implements BlobStore {
  readonly directory: string
  readonly #isTemporary: boolean
  readonly #randomBytes: (size: number) => Buffer
  readonly #small: SmallBlobs
  /** How many streams read a blob, by its id. */
  readonly #readers = new Map<string, number>()
  /** Deleted while being read. */
  readonly #doomed = new Set<string>()

  constructor(options: DiskBlobStoreOptions) {
    this.#randomBytes = options.randomBytes
    this.#isTemporary = options.directory === undefined
    this.#small = createSmallBlobs(this.#isTemporary ? smallBlobsInAll : 0)
    // `mkdtemp` makes the directory with mode 0700.
    this.directory = options.directory ?? mkdtempSync(join(tmpdir(), 'stile-blobs-'))
    mkdirSync(this.directory, { recursive: true, mode: 0o700 })
  }

  async write(body: Readable, options: BlobWriteOptions = {}): Promise<Blob> {
    const { checksums = [] } = options
    const head = await takeHead(body, smallBlobLimit)
    if (head.kind === 'whole') return this.#keepBytes(head.bytes, checksums)
    const id = this.#newId('b')
    const digest = new BlobDigest(checksums)
    const partial = this.#path(`${id}.partial`)
    const file = await open(partial, 'wx', 0o600)
    const writer = createBatchedWriter(file)
    const take = (piece: Uint8Array | string): Promise<void> | undefined => {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      digest.update(bytes)
      return writer.write(bytes)
    }
    try {
      for (const piece of head.pieces) await take(piece)
      for await (const piece of body) await take(piece)
      await writer.end()
      await file.close()
    } catch (error) {
      await file.close()
      rmSync(partial, { force: true })
      throw error
    }
    renameSync(partial, this.#path(id))
    return digest.finish(id)
  }

  writeBytes(bytes: Uint8Array): Blob {
    // Copied: who gave the bytes may go on using them.
    return this.#keepBytes(Buffer.from(bytes), [])
  }

  #keepBytes(bytes: Buffer, checksums: readonly ChecksumAlgorithm[]): Blob {
    const id = this.#newId('b')
    if (!this.#small.keep(id, bytes)) this.#writeWhole(id, bytes)
    return describeBytes(id, bytes, checksums)
  }

  compose(parts: readonly BlobExtent[]): string {
    const id = this.#newId('c')
    // Flat lists only: what a composed part consists of is taken over instead of the part.
    const files = parts.flatMap((part) => this.#filesOf(part.id) ?? [part])
    const list = files.map((file) => ({ id: file.id, size: file.size }))
    this.#writeWhole(id, Buffer.from(JSON.stringify(list)))
    for (const part of parts) if (isComposed(part.id)) rmSync(this.#path(part.id), { force: true })
    return id
  }

  copy(id: string, range?: ByteRange): Blob {
    const small = this.peek(id, range)
    if (small !== undefined) return this.writeBytes(small)
    const target = this.#newId('b')
    const partial = this.#path(`${target}.partial`)
    const digest = new BlobDigest([])
    const file = openSync(partial, 'wx', 0o600)
    try {
      this.#eachPiece(id, range, (piece) => {
        digest.update(piece)
        for (let done = 0; done < piece.length; ) done += writeSync(file, piece, done)
      })
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    } finally {
      closeSync(file)
    }
    renameSync(partial, this.#path(target))
    return digest.finish(target)
  }

  share(id: string): string {
    const files = this.#filesOf(id)
    if (files !== undefined)
      return this.compose(files.map((file) => ({ id: this.share(file.id), size: file.size })))
    const shared = this.#newId('b')
    const small = this.#small.get(id)
    if (small !== undefined && this.#small.keep(shared, small)) return shared
    if (small !== undefined) this.#writeWhole(shared, small)
    else linkSync(this.#path(id), this.#path(shared))
    return shared
  }

  checksum(blob: string | readonly BlobExtent[], algorithm: ChecksumAlgorithm): string {
    const checksum = startChecksum(algorithm)
    const ids = typeof blob === 'string' ? [blob] : blob.map((part) => part.id)
    for (const id of ids) this.#eachPiece(id, undefined, checksum.update)
    return checksum.digest()
  }

  read(id: string, range?: ByteRange): Readable {
    if (range !== undefined && range.end < range.start) return Readable.from([])
    this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1)
    const stream = this.#open(id, range)
    // `close` comes exactly once, whether the stream ended, failed or was left.
    stream.once('close', () => this.#release(id))
    return stream
  }

  peek(id: string, range?: ByteRange): Buffer | undefined {
    const bytes = this.#small.get(id)
    return range === undefined ? bytes : bytes?.subarray(range.start, range.end + 1)
  }

  readBytes(id: string): Buffer {
    const pieces: Buffer[] = []
    this.#eachPiece(id, undefined, (piece) => pieces.push(Buffer.from(piece)))
    return Buffer.concat(pieces)
  }

  delete(id: string): void {
    if (this.#readers.has(id)) {
      this.#doomed.add(id)
      return
    }
    for (const part of this.#filesOf(id) ?? []) this.#remove(part.id)
    this.#remove(id)
  }

  /** Removes a temporary directory with everything in it. */
  stop(): void {
    if (this.#isTemporary) rmSync(this.directory, { recursive: true, force: true })
  }

  #remove(id: string): void {
    if (!this.#small.delete(id)) rmSync(this.#path(id), { force: true })
  }

  #newId(kind: 'b' | 'c'): string {
    return kind + this.#randomBytes(16).toString('hex')
  }

  #path(name: string): string {
    return join(this.directory, name)
  }

  #writeWhole(id: string, bytes: Uint8Array): void {
    const partial = this.#path(`${id}.partial`)
    writeFileSync(partial, bytes, { flag: 'wx', mode: 0o600 })
    renameSync(partial, this.#path(id))
  }

  #filesOf(id: string): readonly BlobExtent[] | undefined {
    if (!isComposed(id)) return undefined
    return JSON.parse(readFileSync(this.#path(id), 'utf8'))
  }

  /** The files that hold a range of a blob, and where in them. */
  #slices(id: string, range: ByteRange | undefined): readonly Slice[] {
    const files = this.#filesOf(id)
    if (files === undefined) return [{ id, ...range }]
    if (range === undefined) return files.filter((file) => file.size > 0)
    let offset = 0
    return files.flatMap((file) => {
      const start = Math.max(range.start - offset, 0)
      const end = Math.min(range.end - offset, file.size - 1)
      offset += file.size
      return end < start ? [] : [{ id: file.id, start, end }]
    })
  }

  /** One file is streamed as it is: going through its chunks one by one costs as much as sending them. */
  #open(id: string, range: ByteRange | undefined): Readable {
    const slices = this.#slices(id, range)
    const [only] = slices
    if (only === undefined || slices.length > 1 || this.#small.get(only.id) !== undefined)
      return Readable.from(this.#chunks(slices), { objectMode: false })
    return this.#openSlice(only)
  }

  async *#chunks(slices: readonly Slice[]): AsyncGenerator<Buffer> {
    for (const slice of slices) {
      const small = this.peek(slice.id, wholeOf(slice))
      if (small !== undefined) yield small
      else yield* this.#openSlice(slice)
    }
  }

  #openSlice({ id, start = 0, end = Number.POSITIVE_INFINITY }: Slice): Readable {
    return createReadStream(this.#path(id), { start, end, highWaterMark: 256 * 1024 })
  }

  #eachPiece(id: string, range: ByteRange | undefined, use: (piece: Buffer) => void): void {
    const buffer = Buffer.allocUnsafe(pieceSize)
    for (const slice of this.#slices(id, range)) {
      const small = this.peek(slice.id, wholeOf(slice))
      if (small !== undefined) {
        use(small)
        continue
      }
      const file = openSync(this.#path(slice.id), 'r')
      try {
        const { start = 0, end = Number.POSITIVE_INFINITY } = slice
        for (let position = start; position <= end; ) {
          const wanted = Math.min(pieceSize, end - position + 1)
          const size = readSync(file, buffer, 0, wanted, position)
          if (size === 0) break
          use(buffer.subarray(0, size))
          position += size
        }
      } finally {
        closeSync(file)
      }
    }
  }

  #release(id: string): void {
    const others = (this.#readers.get(id) ?? 1) - 1
    if (others > 0) {
      this.#readers.set(id, others)
      return
    }
    this.#readers.delete(id)
    if (this.#doomed.delete(id)) this.delete(id)
  }
}

interface Slice {
  readonly id: string
  readonly start?: number
  readonly end?: number
}

function wholeOf({ start = 0, end = Number.POSITIVE_INFINITY }: Slice): ByteRange {
  return { start, end }
}

function isComposed(id: string): boolean {
  return id.startsWith('c')
}
