import type { Readable } from 'node:stream'

export type Head =
  /** The stream ended within the limit: these are all its bytes. */
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** There is more: what came so far, and the stream paused behind it. */
  | { readonly kind: 'more'; readonly pieces: readonly Buffer[] }

/** Reads a stream until it ends or has given more than `limit` bytes. By events, which is cheaper than iteration. */
export function takeHead(body: Readable, limit: number): Promise<Head> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let size = 0
    const settle = (): void => {
      body.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
    }
    const onData = (piece: Buffer | string): void => {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      pieces.push(bytes)
      size += bytes.length
      if (size <= limit) return
      body.pause()
      settle()
      // An error before the reader has turned to the rest must wait for it, not end the process.
      body.on('error', () => undefined)
      resolve({ kind: 'more', pieces })
    }
    const onEnd = (): void => {
      settle()
      // A piece of its own, never a view into memory that the socket goes on using.
      resolve({ kind: 'whole', bytes: Buffer.concat(pieces) })
    }
    const onError = (error: Error): void => {
      settle()
      reject(error)
    }
    const onClose = (): void => onError(new StreamBrokenOff())
    body.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })
}

/** A stream that closed without an end or an error. */
export class StreamBrokenOff extends Error {
  readonly code = 'ECONNRESET'

  constructor() {
    super('the stream broke off')
    this.name = 'StreamBrokenOff'
  }
}
