import { createHash, createHmac } from 'node:crypto'
import type { Keys } from './aws-under-test.ts'
import type { Signed } from './sign-any.ts'
import { basicTime, sha256, signHeader, signingKey, signingScope } from './sign-any.ts'

/** An upload whose body comes in frames. */
export interface ChunkedUpload {
  readonly path: string
  readonly host: string
  /** The bodies of the chunks, without the empty one at the end. */
  readonly pieces: readonly string[]
  readonly kind:
    | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
    | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
    | 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
}

/** Written from the documentation and not from the server: signs the head, each chunk, and the trailer. */
export function signChunks(keys: Keys, upload: ChunkedUpload, nowMs: number): Signed {
  const body = upload.pieces.join('')
  const checksum = createHash('sha256').update(body, 'latin1').digest('base64')
  const trailer = upload.kind.endsWith('-TRAILER') ? `x-amz-checksum-sha256:${checksum}` : undefined
  const placeholder = '0'.repeat(64)
  const length = renderFrames(upload, { trailer, sign: () => placeholder }).length
  const headers = {
    host: upload.host,
    'content-length': String(length),
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(body.length),
    'x-amz-content-sha256': upload.kind,
    ...(trailer === undefined ? {} : { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
  }
  const request = { service: 's3', method: 'PUT', path: upload.path, headers }
  const head = signHeader(keys, request, nowMs)
  const [, authorization = ''] = head.headers.find(([name]) => name === 'authorization') ?? []
  const scope = signingScope('s3', nowMs)
  let previous = /Signature=(\w+)$/.exec(authorization)?.[1] ?? ''
  const sign = (kind: string, hashes: readonly string[]): string => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, basicTime(nowMs), scope, previous, ...hashes]
    const hmac = createHmac('sha256', signingKey(keys, scope))
    previous = hmac.update(text.join('\n')).digest('hex')
    return previous
  }
  return { ...head, body: renderFrames(upload, { trailer, sign }) }
}

interface Frames {
  readonly trailer: string | undefined
  readonly sign: (kind: string, hashes: readonly string[]) => string
}

function renderFrames({ kind, pieces }: ChunkedUpload, { trailer, sign }: Frames): string {
  const isSigned = !kind.includes('UNSIGNED')
  const chunks = [...pieces, ''].map((piece) => {
    const signature = isSigned
      ? `;chunk-signature=${sign('PAYLOAD', [sha256(''), sha256(piece)])}`
      : ''
    const end = piece === '' ? '' : `${piece}\r\n`
    return `${piece.length.toString(16)}${signature}\r\n${end}`
  })
  if (trailer === undefined) return `${chunks.join('')}\r\n`
  const signature = isSigned
    ? `x-amz-trailer-signature:${sign('TRAILER', [sha256(`${trailer}\n`)])}\r\n`
    : ''
  return `${chunks.join('')}${trailer}\r\n${signature}\r\n`
}
