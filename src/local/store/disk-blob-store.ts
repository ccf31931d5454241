import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { BlobDigest } from './blob-digest.ts'
import { BlobFiles, type Slice } from './blob-files.ts'
import type { Blob, BlobExtent, BlobStore, BlobWriteOptions, ByteRange } from './blob-store.ts'
import { type ChecksumAlgorithm, startChecksum } from './checksum/checksum.ts'
import { Md5Thread } from './md5-thread.ts'
import { PackedBlobs } from './packed-blobs.ts'
import { createSmallBlobs, describeBytes, type SmallBlobs, smallBlobLimit } from './small-blobs.ts'
import type { Store } from './store.ts'
import { takeHead } from './take-head.ts'
import { takeStream } from './take-stream.ts'

export interface DiskBlobStoreOptions {
  readonly randomBytes: (size: number) => Buffer
  /**
   * Kept at `stop`, with small blobs packed into a few files; by default a new temporary directory, which is removed, and
   * small blobs are held in memory.
   */
  readonly directory?: string
  /** What blobs outlive once `sync` was called, in a directory of their own. */
  readonly outlives?: 'process' | 'machine'
  /** Blobs deleted in a transaction go when it is kept, and those made in it when it is undone; by default at once. */
  readonly transactions?: Pick<Store, 'whenKept' | 'whenUndone'>
}

const smallBlobsInAll = 64 * 1024 * 1024
const noTransactions: Pick<Store, 'whenKept' | 'whenUndone'> = {
  whenKept: (effect) => effect(),
  whenUndone: () => undefined,
}

/**
 * Blobs as files that nobody else may read. Small ones of a temporary store are in memory, those of a lasting one share
 * files. A composed blob is a list of the files it consists of, under an id that starts with `c`.
 */
export class DiskBlobStore implements BlobStore {
  readonly directory: string
  readonly #isTemporary: boolean
  readonly #randomBytes: (size: number) => Buffer
  readonly #files: BlobFiles
  readonly #packed: PackedBlobs | undefined
  readonly #small: SmallBlobs
  readonly #md5s = new Md5Thread()
  readonly #transactions: Pick<Store, 'whenKept' | 'whenUndone'>
  /** How many streams read a blob, by its id. */
  readonly #readers = new Map<string, number>()
  /** Deleted while being read. */
  readonly #doomed = new Set<string>()

  constructor(options: DiskBlobStoreOptions) {
    const { directory, outlives = 'process' } = options
    this.#randomBytes = options.randomBytes
    this.#transactions = options.transactions ?? noTransactions
    this.#isTemporary = directory === undefined
    // `mkdtemp` makes the directory with mode 0700.
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'stile-blobs-'))
    this.#files = new BlobFiles(this.directory, outlives)
    this.#packed = directory === undefined ? undefined : new PackedBlobs(directory, outlives)
    this.#small = this.#packed ?? createSmallBlobs(smallBlobsInAll)
  }

  async write(body: Readable, options: BlobWriteOptions = {}): Promise<Blob> {
    const { checksums = [] } = options
    const head = await takeHead(body, smallBlobLimit)
    if (head.kind === 'whole') return this.#keepBytes(head.bytes, checksums)
    const id = this.#newId('b')
    const facts = { id, checksums, md5s: this.#md5s }
    return await this.#files.writeStream(id, (file) => takeStream(file, [head.pieces, body], facts))
  }

  writeBytes(bytes: Uint8Array): Blob {
    // Copied: who gave the bytes may go on using them.
    return this.#keepBytes(Buffer.from(bytes), [])
  }

  compose(parts: readonly BlobExtent[]): string {
    // Flat lists only: what a composed part consists of is taken over instead of the part.
    const files = parts.flatMap((part) => this.#filesOf(part.id) ?? [part])
    const id = this.#writeList(files)
    // Undone, the parts are what they were: the list alone goes.
    this.#transactions.whenUndone(() => this.#remove(id))
    this.#transactions.whenKept(() => {
      for (const part of parts) if (isComposed(part.id)) this.#remove(part.id)
    })
    return id
  }

  copy(id: string, range?: ByteRange): Blob {
    const small = this.peek(id, range)
    if (small !== undefined) return this.writeBytes(small)
    const target = this.#newId('b')
    const digest = new BlobDigest([])
    const md5 = createHash('md5')
    this.#files.writePieces(target, (write) =>
      this.#eachPiece(id, range, (piece) => {
        md5.update(piece)
        digest.update(piece)
        write(piece)
      }),
    )
    return digest.finish(this.#made(target), md5.digest('hex'))
  }

  share(id: string): string {
    const files = this.#filesOf(id)
    if (files === undefined) return this.#shareFile(id)
    const shared = files.map((file) => ({ id: this.#shareFile(file.id), size: file.size }))
    const list = this.#writeList(shared)
    this.#transactions.whenUndone(() => this.#remove(list))
    return list
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
    this.#transactions.whenKept(() => this.#discard(id))
  }

  /**
   * Deletes what is neither in `referred` nor part of something there: what nobody will ask for, as nobody was told of it.
   * Gives the ids in `referred` that are not here. Before anything else is done with the store.
   */
  sweep(referred: ReadonlySet<string>): readonly string[] {
    const names = new Set(this.#files.names())
    const kept = new Set(referred)
    for (const id of referred) {
      if (!isComposed(id) || !names.has(id)) continue
      for (const file of this.#filesOf(id) ?? []) kept.add(file.id)
    }
    const packed = new Set(this.#packed?.ids())
    for (const name of names) {
      if (!kept.has(name) && !name.startsWith('packed-')) this.#files.remove(name)
    }
    this.#packed?.retain(kept)
    return [...kept].filter((id) => !names.has(id) && !packed.has(id))
  }

  /** Makes every blob outlive the machine, where that was asked for. */
  sync(): void {
    this.#packed?.sync()
    this.#files.sync()
  }

  /** Removes a temporary directory with everything in it. */
  async stop(): Promise<void> {
    this.#packed?.close()
    if (this.#isTemporary) rmSync(this.directory, { recursive: true, force: true })
    await this.#md5s.stop()
  }

  #keepBytes(bytes: Buffer, checksums: readonly ChecksumAlgorithm[]): Blob {
    const id = this.#newId('b')
    if (!this.#small.keep(id, bytes)) this.#files.writeWhole(id, bytes)
    return describeBytes(this.#made(id), bytes, checksums)
  }

  #made(id: string): string {
    this.#transactions.whenUndone(() => this.#discard(id))
    return id
  }

  #shareFile(id: string): string {
    const shared = this.#newId('b')
    const small = this.#small.get(id)
    if (small === undefined) this.#files.link(id, shared)
    else if (!this.#small.keep(shared, small)) this.#files.writeWhole(shared, small)
    return this.#made(shared)
  }

  #writeList(files: readonly BlobExtent[]): string {
    const id = this.#newId('c')
    const list = files.map((file) => ({ id: file.id, size: file.size }))
    this.#files.writeWhole(id, Buffer.from(JSON.stringify(list)))
    return id
  }

  #discard(id: string): void {
    if (this.#readers.has(id)) {
      this.#doomed.add(id)
      return
    }
    try {
      for (const part of this.#filesOf(id) ?? []) this.#remove(part.id)
    } catch {
      // A list that is not there any more has nothing to delete.
    }
    this.#remove(id)
  }

  #remove(id: string): void {
    try {
      if (!this.#small.delete(id)) this.#files.remove(id)
    } catch {
      // The change that let go of these bytes stands. A disk that fails may keep them: they go at the next start.
    }
  }

  #newId(kind: 'b' | 'c'): string {
    return kind + this.#randomBytes(16).toString('hex')
  }

  #filesOf(id: string): readonly BlobExtent[] | undefined {
    return isComposed(id) ? JSON.parse(this.#files.readText(id)) : undefined
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
    return this.#files.stream(only)
  }

  async *#chunks(slices: readonly Slice[]): AsyncGenerator<Buffer> {
    for (const slice of slices) {
      const small = this.peek(slice.id, wholeOf(slice))
      if (small !== undefined) yield small
      else yield* this.#files.stream(slice)
    }
  }

  #eachPiece(id: string, range: ByteRange | undefined, use: (piece: Buffer) => void): void {
    for (const slice of this.#slices(id, range)) {
      const small = this.peek(slice.id, wholeOf(slice))
      if (small === undefined) this.#files.eachPiece(slice, use)
      else use(small)
    }
  }

  #release(id: string): void {
    const others = (this.#readers.get(id) ?? 1) - 1
    if (others > 0) {
      this.#readers.set(id, others)
      return
    }
    this.#readers.delete(id)
    if (this.#doomed.delete(id)) this.#discard(id)
  }
}

function wholeOf({ start = 0, end = Number.POSITIVE_INFINITY }: Slice): ByteRange {
  return { start, end }
}

function isComposed(id: string): boolean {
  return id.startsWith('c')
}
