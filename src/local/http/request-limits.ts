import type { ServiceName } from '../operation.ts'

const mebibyte = 1024 * 1024

/** Bytes of a body that is taken into memory. S3's and ECR's hold lists and image layers; objects are streamed. */
export const bodyLimits: Readonly<Record<ServiceName, number>> = {
  sts: mebibyte,
  iam: mebibyte,
  s3: 4 * mebibyte,
  ecr: 32 * mebibyte,
  organizations: mebibyte,
  cloudtrail: mebibyte,
}

/** Bytes of a request's head: session tokens with tags and policies are long. */
export const headLimit = 64 * 1024

/** A request with more headers is refused: clients send a few dozen. */
export const headerCountLimit = 1000

/** Connections at a time; those beyond are closed at once. */
export const connectionLimit = 2048

/** Milliseconds in which a request's head has to be there. */
export const headMs = 30_000

/** How slowly a body may come: after a while, so many bytes a second over all of its time. */
export const slowest: Pace = { graceMs: 30_000, bytesPerSecond: 500, everyMs: 5000 }

export interface Pace {
  readonly graceMs: number
  readonly bytesPerSecond: number
  /** How often it is looked at. */
  readonly everyMs: number
}
