import {
  closeSync,
  createReadStream,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { syncDirectory } from './durable/sync-directory.ts'

/** A part of a file, the whole of it by default. */
export interface Slice {
  readonly id: string
  readonly start?: number
  /** Inclusive. */
  readonly end?: number
}

const pieceSize = 1024 * 1024

/** Files of blobs in a directory, for their owner only. A file has its final name when it is whole, and never before. */
export class BlobFiles {
  readonly directory: string
  readonly #isForGood: boolean
  #hasNewNames = false

  /** `machine` makes files durable as they are written, and their names with `sync`. */
  constructor(directory: string, outlives: 'process' | 'machine') {
    this.directory = directory
    this.#isForGood = outlives === 'machine'
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }

  /** Writes a file as `fill` does; nothing is left of it when that fails. */
  async writeStream<R>(id: string, fill: (file: FileHandle) => Promise<R>): Promise<R> {
    const partial = this.#partial(id)
    const file = await open(partial, 'wx', 0o600)
    try {
      const result = await fill(file)
      if (this.#isForGood) await file.datasync()
      await file.close()
      this.#publish(id)
      return result
    } catch (error) {
      await file.close()
      rmSync(partial, { force: true })
      throw error
    }
  }

  /** The same, at once. */
  writePieces(id: string, fill: (write: (piece: Uint8Array) => void) => void): void {
    const partial = this.#partial(id)
    const file = openSync(partial, 'wx', 0o600)
    try {
      fill((piece) => {
        for (let done = 0; done < piece.length; ) done += writeSync(file, piece, done)
      })
      if (this.#isForGood) fsyncSync(file)
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    } finally {
      closeSync(file)
    }
    this.#publish(id)
  }

  writeWhole(id: string, bytes: Uint8Array): void {
    this.writePieces(id, (write) => write(bytes))
  }

  /** Gives the bytes of a file another name. */
  link(id: string, other: string): void {
    linkSync(this.#path(id), this.#path(other))
    this.#hasNewNames = true
  }

  readText(id: string): string {
    return readFileSync(this.#path(id), 'utf8')
  }

  stream({ id, start = 0, end = Number.POSITIVE_INFINITY }: Slice): Readable {
    return createReadStream(this.#path(id), { start, end, highWaterMark: 256 * 1024 })
  }

  /** Hands over the bytes of a slice, at once. A piece is good until the next one. */
  eachPiece(slice: Slice, use: (piece: Buffer) => void): void {
    const { start = 0, end = Number.POSITIVE_INFINITY } = slice
    const buffer = Buffer.allocUnsafe(pieceSize)
    const file = openSync(this.#path(slice.id), 'r')
    try {
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

  remove(id: string): void {
    rmSync(this.#path(id), { force: true })
  }

  names(): readonly string[] {
    return readdirSync(this.directory)
  }

  /** Makes the names of files outlive the machine, where their bytes do. */
  sync(): void {
    if (!this.#hasNewNames) return
    syncDirectory(this.directory)
    this.#hasNewNames = false
  }

  #publish(id: string): void {
    renameSync(this.#partial(id), this.#path(id))
    this.#hasNewNames = true
  }

  #partial(id: string): string {
    return this.#path(`${id}.partial`)
  }

  #path(name: string): string {
    return join(this.directory, name)
  }
}
