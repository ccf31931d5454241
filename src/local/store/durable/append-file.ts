import { closeSync, fdatasyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { StorageError, systemCode } from './storage-error.ts'

/** The calls by which files are written, so that tests can have disks that fill up and fail. */
export interface FileCalls {
  readonly write: (file: number, bytes: Buffer, position: number) => number
  readonly truncate: (file: number, size: number) => void
  readonly sync: (file: number) => void
}

export const systemFiles: FileCalls = {
  write: (file, bytes, position) => writeSync(file, bytes, 0, bytes.length, position),
  truncate: ftruncateSync,
  sync: fdatasyncSync,
}

/** A file that grows by whole pieces: one that could not be written whole leaves nothing behind. */
export class AppendFile {
  readonly path: string
  readonly #calls: FileCalls
  readonly #descriptor: number
  #isClosed = false
  #size: number
  /** Set while something that does not count may stand behind the end. */
  #hasDebris = false

  /** `size` is where the next piece goes; what stands behind it is cut off. */
  constructor(path: string, size: number, calls: FileCalls = systemFiles) {
    this.path = path
    this.#calls = calls
    this.#size = size
    this.#descriptor = openSync(path, size === 0 ? 'w+' : 'r+', 0o600)
    if (size > 0) calls.truncate(this.#descriptor, size)
  }

  get size(): number {
    return this.#size
  }

  /** Gives where the piece begins. It outlives the process from then on. */
  append(piece: Buffer): number {
    const start = this.#size
    try {
      if (this.#hasDebris) this.#cut()
      this.#hasDebris = true
      for (let done = 0; done < piece.length; ) {
        done += this.#calls.write(this.#file, piece.subarray(done), start + done)
      }
    } catch (error) {
      throw this.#failure(error)
    }
    this.#hasDebris = false
    this.#size = start + piece.length
    return start
  }

  /** The same, and it outlives the machine too. */
  appendForGood(piece: Buffer): number {
    const start = this.append(piece)
    try {
      this.#calls.sync(this.#file)
    } catch (error) {
      this.#size = start
      throw this.#failure(error)
    }
    return start
  }

  /** Throws when what was appended may not outlive the machine. */
  sync(): void {
    try {
      this.#calls.sync(this.#file)
    } catch (error) {
      throw notWritten(this.path, error)
    }
  }

  /** Fewer bytes where the file ends early. */
  read(start: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size)
    const count = readSync(this.#file, bytes, 0, size, start)
    return bytes.subarray(0, count)
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.#descriptor)
    this.#isClosed = true
  }

  /** Calls may go on after the end; the number of a closed file may be another file's by then. */
  get #file(): number {
    if (this.#isClosed) throw new Error('the file was closed')
    return this.#descriptor
  }

  #cut(): void {
    this.#calls.truncate(this.#file, this.#size)
    this.#hasDebris = false
  }

  #failure(cause: unknown): StorageError {
    this.#hasDebris = true
    try {
      this.#cut()
    } catch {
      // Tried again before the next piece: until it succeeds nothing is taken.
    }
    return notWritten(this.path, cause)
  }
}

function notWritten(path: string, cause: unknown): StorageError {
  return new StorageError('notWritten', `\`${path}\`: ${systemCode(cause)}`, { cause })
}
