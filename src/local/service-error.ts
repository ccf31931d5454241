/**
 * An error that an AWS client is meant to see: AWS's own code, message and HTTP status.
 * Handlers throw it; the dispatcher undoes what the call wrote and the protocol puts it in the service's envelope.
 */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the service's error shape, such as S3's `BucketName`. */
  readonly details: Readonly<Record<string, string>>

  constructor(code: string, message: string, options: ServiceErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'ServiceError'
    this.code = code
    this.status = options.status ?? 400
    this.details = options.details ?? {}
  }
}

export interface ServiceErrorOptions {
  /** HTTP status; 400 when left out. */
  readonly status?: number
  readonly details?: Readonly<Record<string, string>>
  readonly cause?: unknown
}
