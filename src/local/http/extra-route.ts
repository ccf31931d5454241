import type { Readable } from 'node:stream'
import type { LocalTools } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'
import type { RequestHead } from '../signature/canonical-request.ts'

/** Requests that are no API calls and carry their own authorization, such as an image layer's download. */
export interface ExtraRoute {
  /**
   * `isServerHost`: the `Host` names the server itself. A route must never match where an object of a bucket could be meant:
   * it takes paths that begin as no bucket can be named, on the server's own names, or hosts of its own.
   */
  readonly matches: (head: RequestHead, isServerHost: boolean) => boolean
  /** It calls `onContinue` before it reads the body. */
  readonly answer: (
    request: ExtraRequest,
    tools: LocalTools,
  ) => WireResponse | Promise<WireResponse>
}

export interface ExtraRequest extends RequestHead {
  readonly body: Readable
  readonly nowMs: number
  readonly sourceIp: string
  /** `http://127.0.0.1:4566`, as the client addressed the server. */
  readonly endpoint: string
  /** Lets a client that waits for it send the body. */
  readonly onContinue: () => void
}
