import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { Call } from '../operation.ts'
import { ServiceError } from '../service-error.ts'
import type { ChunkSigning } from '../signature/aws-chunked.ts'
import { ChunkError, decodeChunks } from '../signature/aws-chunked.ts'
import type { RequestHead } from '../signature/canonical-request.ts'
import type { FaultDialect } from '../signature/fault-error.ts'
import { faultError } from '../signature/fault-error.ts'
import type { PayloadPlan } from '../signature/payload-hash.ts'
import type { Blob, BlobWriteOptions } from '../store/blob-store.ts'

export interface BodyPlan {
  readonly payload: PayloadPlan
  /** Streamed to the blob store, or into memory up to so many bytes. */
  readonly into: BlobWriteOptions | { readonly limit: number }
  readonly dialect: FaultDialect
  /** Present where the chunks of the body are signed. */
  readonly signing?: ChunkSigning
}

export interface ReadBody {
  readonly body: Uint8Array | Blob
  /** Headers that came after the body. */
  readonly trailers: Readonly<Record<string, string>>
}

/** Of most requests. */
export const noTrailers: ReadBody['trailers'] = {}

type ReadingPlan = BodyPlan & Pick<Call, 'blobs'>

/**
 * Takes a request's body in and proves that it is the one that was signed. What was kept of a body that is not
 * is gone when this throws. A request without a body is not waited for.
 */
export function readBody(
  source: Readable,
  head: RequestHead,
  plan: ReadingPlan,
): ReadBody | Promise<ReadBody> {
  const { payload, into } = plan
  if (payload.kind === 'chunked' || !('limit' in into)) return readStream(source, head, plan)
  if (!hasBody(head.headers)) return readWhole(noBytes, plan)
  return readBytes(source, into.limit).then(
    (bytes) => readWhole(bytes, plan),
    (error: unknown) => {
      throw shownError(error, plan)
    },
  )
}

const noBytes = new Uint8Array()

/** HTTP: there is a body where one of the two headers that say how long it is are there. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length']
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined
}

function readWhole(body: Uint8Array, plan: BodyPlan): ReadBody {
  if (plan.payload.kind === 'declared') requireHash(hash('sha256', body, 'hex'), plan)
  return { body, trailers: noTrailers }
}

async function readStream(
  source: Readable,
  head: RequestHead,
  plan: ReadingPlan,
): Promise<ReadBody> {
  let trailers = noTrailers
  const onTrailers = (found: ReadBody['trailers']): void => {
    trailers = found
  }
  const { payload } = plan
  const decoded =
    payload.kind === 'chunked' ? decode(source, head, { ...plan, onTrailers }) : source
  try {
    const body = await take(decoded, plan)
    return { body, trailers }
  } catch (error) {
    throw shownError(error, plan)
  }
}

/** What the client is told of a body that could not be read. */
function shownError(error: unknown, { dialect }: BodyPlan): unknown {
  if (isBrokenOff(error)) return incompleteBody(error)
  if (!(error instanceof ChunkError)) return error
  const kind = error.code === 'SignatureDoesNotMatch' ? 'mismatch' : 'badChunk'
  return faultError({ kind }, dialect)
}

/** The client has gone, or the server is stopping. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
}

function incompleteBody(cause: unknown): ServiceError {
  return new ServiceError('IncompleteBody', 'The request body terminated unexpectedly', { cause })
}

type DecodingPlan = BodyPlan & {
  readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void
}

function decode(source: Readable, head: RequestHead, plan: DecodingPlan): Readable {
  const announced = head.headers['x-amz-trailer'] ?? ''
  const stated = head.headers['x-amz-decoded-content-length'] ?? ''
  const decodedLength = /^\d+$/.test(stated) ? Number(stated) : Number.NaN
  if (!Number.isSafeInteger(decodedLength)) {
    const message = 'You must provide the Content-Length HTTP header.'
    throw new ServiceError('MissingContentLength', message, { status: 411 })
  }
  const options = {
    decodedLength,
    trailerNames: readTrailerNames(announced),
    onTrailers: plan.onTrailers,
    ...(plan.signing === undefined ? {} : { signing: plan.signing }),
  }
  return Readable.from(decodeChunks(source, options), { objectMode: false })
}

/** A trailer counts as a header later on, so nothing but a checksum may come as one. */
function readTrailerNames(announced: string): readonly string[] {
  const names = announced.split(',').map((name) => name.trim().toLowerCase())
  const given = names.filter((name) => name !== '')
  if (given.every((name) => name.startsWith('x-amz-checksum-'))) return given
  const message = 'The value specified in the x-amz-trailer header is not supported'
  throw new ServiceError('InvalidRequest', message)
}

async function take(body: Readable, plan: ReadingPlan): Promise<Uint8Array | Blob> {
  if ('limit' in plan.into) {
    return readWhole(await readBytes(body, plan.into.limit), plan).body
  }
  const blob = await plan.blobs.write(body, plan.into)
  try {
    requireHash(blob.sha256, plan)
  } catch (error) {
    plan.blobs.delete(blob.id)
    throw error
  }
  return blob
}

function requireHash(sha256: string, plan: BodyPlan): void {
  const { payload } = plan
  if (payload.kind !== 'declared' || payload.canonical === sha256) return
  throw faultError({ kind: 'payloadMismatch' }, plan.dialect)
}

/**
 * A body of at most `limit` bytes. Throws `RequestEntityTooLarge`, and `ECONNRESET` where it broke off.
 * By events and not by iteration, which costs a small call as much as its signature.
 */
export function readBytes(body: Readable, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    let isWhole = false
    const onData = (piece: Buffer): void => {
      size += piece.length
      pieces.push(piece)
      if (size <= limit) return
      // What is still on its way is not read: the answer goes out and the connection ends.
      body.off('data', onData).pause()
      const message = 'Your request was too large.'
      reject(new ServiceError('RequestEntityTooLarge', message, { status: 413 }))
    }
    body.on('data', onData)
    body.on('end', () => {
      isWhole = true
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces))
    })
    body.on('error', reject)
    // An error costs as much as a signature: it is made only where it is heard of.
    body.on('close', () => {
      if (!isWhole) reject(new BrokenOff())
    })
  })
}

/** A body that ended without an end or an error; where one of them came before, nobody hears of this. */
class BrokenOff extends Error {
  readonly code = 'ECONNRESET'

  constructor() {
    super('the body broke off')
    this.name = 'BrokenOff'
  }
}
