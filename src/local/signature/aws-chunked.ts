import { createHash, createHmac } from 'node:crypto'
import type { ByteReader } from './byte-reader.ts'
import { createByteReader } from './byte-reader.ts'
import { trimBlanks } from './canonical-request.ts'
import { isSame } from './verify-signature.ts'

/** What the signatures of chunks are computed with; each covers the one before it. */
export interface ChunkSigning {
  readonly signingKey: Buffer
  readonly time: string
  readonly scope: string
  /** The signature of the request's head. */
  readonly seed: string
}

export interface ChunkedOptions {
  /** Absent where chunks are not signed. */
  readonly signing?: ChunkSigning
  /** Lower-case names that the head announced in `x-amz-trailer`. */
  readonly trailerNames: readonly string[]
  /** Bytes, as `x-amz-decoded-content-length` states. */
  readonly decodedLength: number
  readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void
}

/** The body is not what its head says: frames that are broken, or a signature that does not hold. */
export class ChunkError extends Error {
  readonly code: 'IncompleteBody' | 'SignatureDoesNotMatch'

  constructor(code: ChunkError['code']) {
    super('the chunked body is broken or its signature does not match')
    this.name = 'ChunkError'
    this.code = code
  }
}

/**
 * Takes the frames of an `aws-chunked` body off and checks the signature of each chunk and of the trailer.
 * Bytes go on before their chunk is proved: whoever keeps them throws them away when this throws a `ChunkError`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeChunks(
  body: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer> {
  const reader = createByteReader(body)
  let previous = options.signing?.seed ?? ''
  let total = 0
  for (;;) {
    const head = await readChunkHead(reader)
    const hash = createHash('sha256')
    let left = head.size
    total += left
    if (total > options.decodedLength) throw new ChunkError('IncompleteBody')
    while (left > 0) {
      const piece = await reader.readPiece(left)
      if (piece === undefined) throw new ChunkError('IncompleteBody')
      left -= piece.length
      if (options.signing) hash.update(piece)
      yield piece
    }
    if (options.signing) {
      previous = checkChunk(options.signing, { previous, head, hash: hash.digest('hex') })
    }
    if (head.size === 0) break
    if ((await reader.readLine(0)) !== '') throw new ChunkError('IncompleteBody')
  }
  if (total !== options.decodedLength) throw new ChunkError('IncompleteBody')
  await readTrailers(reader, { ...options, previous })
}

interface ChunkHead {
  readonly size: number
  readonly signature: string
}

async function readChunkHead(reader: ByteReader): Promise<ChunkHead> {
  const line = await reader.readLine(256)
  const parts = /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line ?? '')
  if (parts === null) throw new ChunkError('IncompleteBody')
  return { size: Number.parseInt(parts[1] ?? '', 16), signature: parts[2] ?? '' }
}

interface ProvenChunk {
  readonly previous: string
  readonly head: ChunkHead
  readonly hash: string
}

const emptyHash = createHash('sha256').digest('hex')

function checkChunk(signing: ChunkSigning, chunk: ProvenChunk): string {
  const text = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    signing.time,
    signing.scope,
    chunk.previous,
    emptyHash,
    chunk.hash,
  ].join('\n')
  return requireSignature(signing, { text, presented: chunk.head.signature })
}

function requireSignature(
  signing: ChunkSigning,
  claim: { readonly text: string; readonly presented: string },
): string {
  const expected = createHmac('sha256', signing.signingKey).update(claim.text).digest('hex')
  if (!isSame(expected, claim.presented)) throw new ChunkError('SignatureDoesNotMatch')
  return expected
}

const trailerLimit = 16

async function readTrailers(
  reader: ByteReader,
  options: ChunkedOptions & { readonly previous: string },
): Promise<void> {
  const trailers: Record<string, string> = Object.create(null)
  let signature = ''
  for (let count = 0; ; count += 1) {
    const line = await reader.readLine(1024)
    // Some clients close right after the last trailer, without an empty line.
    if (line === '' || (line === undefined && count > 0)) break
    const colon = line?.indexOf(':') ?? -1
    if (line === undefined || colon === -1 || count > trailerLimit) {
      throw new ChunkError('IncompleteBody')
    }
    const name = trimBlanks(line.slice(0, colon)).toLowerCase()
    const value = trimBlanks(line.slice(colon + 1))
    if (name in trailers) throw new ChunkError('IncompleteBody')
    if (name === 'x-amz-trailer-signature') signature = value
    else trailers[name] = value
  }
  if (!(await reader.isAtEnd())) throw new ChunkError('IncompleteBody')
  const isExpected = options.trailerNames.every((name) => trailers[name] !== undefined)
  const isKnown = Object.keys(trailers).every((name) => options.trailerNames.includes(name))
  if (!isExpected || !isKnown) throw new ChunkError('IncompleteBody')
  if (options.signing && options.trailerNames.length > 0) {
    const { signing, previous } = options
    checkTrailer(signing, { trailers, previous, presented: signature })
  }
  options.onTrailers(trailers)
}

interface ProvenTrailer {
  readonly trailers: Readonly<Record<string, string>>
  readonly previous: string
  readonly presented: string
}

function checkTrailer(signing: ChunkSigning, trailer: ProvenTrailer): void {
  const canonical = Object.entries(trailer.trailers)
    .map(([name, value]) => `${name}:${value}\n`)
    .sort()
    .join('')
  const hash = createHash('sha256').update(canonical).digest('hex')
  const parts = ['AWS4-HMAC-SHA256-TRAILER', signing.time, signing.scope, trailer.previous, hash]
  requireSignature(signing, { text: parts.join('\n'), presented: trailer.presented })
}
