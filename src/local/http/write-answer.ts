import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { WireResponse } from '../protocol/wire.ts'
import { rememberSecond } from '../remember-second.ts'
import type { BlobRange, BlobStore } from '../store/blob-store.ts'

const renderDate = rememberSecond((atMs) => new Date(atMs).toUTCString())

/** Sends an answer; bytes of the blob store are streamed, which is waited for. Ends quietly when the client has gone. */
export function writeAnswer(
  response: ServerResponse,
  answer: WireResponse,
  tools: { readonly blobs: BlobStore; readonly nowMs: number },
): Promise<void> | undefined {
  const { status, body } = answer
  const isBytes = typeof body === 'string' || body instanceof Uint8Array
  response.writeHead(status, headLines(answer, tools.nowMs))
  if (isBytes) {
    endSoon(response, body)
    return undefined
  }
  const small = tools.blobs.peek(body.blobId, body)
  if (small === undefined) return sendBlob(response, body, tools.blobs)
  endSoon(response, small)
  return undefined
}

type Answered = readonly [response: ServerResponse, body: string | Uint8Array]

let answered: Answered[] = []

/**
 * Answers to calls that came in together go out together: each alone would wake a sleeping client for itself, which costs
 * more than to make the answer.
 */
function endSoon(response: ServerResponse, body: string | Uint8Array): void {
  if (answered.push([response, body]) === 1) setImmediate(endAnswered)
}

function endAnswered(): void {
  const all = answered
  answered = []
  for (const [response, body] of all) response.end(body)
}

/** Names and values in turn: as an object Node.js would take them apart again. */
function headLines({ status, headers, body }: WireResponse, nowMs: number): string[] {
  const lines: string[] = []
  for (const name in headers) lines.push(name, headers[name] ?? '')
  if (headers.date === undefined) lines.push('date', renderDate(nowMs))
  if (headers['content-length'] === undefined && !bodiless.has(status)) {
    lines.push('content-length', String(sizeOf(body)))
  }
  return lines
}

function sizeOf(body: WireResponse['body']): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.byteLength : body.end - body.start + 1
}

/** Statuses that have no body by definition, and so no length of one. */
const bodiless = new Set([204, 304])

async function sendBlob(
  response: ServerResponse,
  range: BlobRange,
  blobs: BlobStore,
): Promise<void> {
  try {
    await pipeline(blobs.read(range.blobId, range), response)
  } catch {
    // The head is out already: a connection that breaks off is the one way left to tell the client.
    response.destroy()
  }
}
