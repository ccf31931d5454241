export type StorageProblem =
  /** Another process has the directory. */
  | 'inUse'
  /** The directory holds something else, or the data of another version. */
  | 'foreign'
  /** What was kept is not what is there. */
  | 'damaged'
  /** The disk is full or broken: what was to be written is not kept. */
  | 'notWritten'

/** What is wrong with a data directory. */
export class StorageError extends Error {
  readonly code: StorageProblem

  constructor(code: StorageProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageError'
    this.code = code
  }
}

/** The error code that the operating system gave: `ENOSPC`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
