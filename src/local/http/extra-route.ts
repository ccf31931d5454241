import type { Readable } from 'node:stream'
import type { LocalTools } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'

/**
 * An HTTP path that is no API call and carries its own authorization, such as an image layer's download.
 * Asked only when the `Host` names the server itself, so that it never hides an object of a bucket.
 */
export interface ExtraRoute {
  /** What the path starts with, such as `/_ecr/layers/`; no bucket can have such a name. */
  readonly prefix: string
  readonly answer: (
    request: ExtraRequest,
    tools: LocalTools,
  ) => WireResponse | Promise<WireResponse>
}

export interface ExtraRequest {
  readonly method: string
  /** Still percent-encoded. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
  readonly nowMs: number
  /** `http://127.0.0.1:4566`, as the client addressed the server. */
  readonly endpoint: string
}
