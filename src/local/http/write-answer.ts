import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { WireResponse } from '../protocol/wire.ts'
import type { BlobRange, BlobStore } from '../store/blob-store.ts'

/** Sends an answer; bytes of the blob store are streamed. Ends quietly when the client has gone. */
export async function writeAnswer(
  response: ServerResponse,
  answer: WireResponse,
  tools: { readonly blobs: BlobStore; readonly nowMs: number },
): Promise<void> {
  const { body } = answer
  const headers: Record<string, string | number> = { ...answer.headers }
  headers.date ??= new Date(tools.nowMs).toUTCString()
  if (typeof body === 'string' || body instanceof Uint8Array) {
    if (!bodiless.has(answer.status)) headers['content-length'] ??= Buffer.byteLength(body)
    response.writeHead(answer.status, headers).end(body)
    return
  }
  headers['content-length'] ??= body.end - body.start + 1
  response.writeHead(answer.status, headers)
  const small = tools.blobs.peek(body.blobId, body)
  if (small !== undefined) {
    response.end(small)
    return
  }
  await sendBlob(response, body, tools.blobs)
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
