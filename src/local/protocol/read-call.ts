import type { ServiceError } from '../service-error.ts'

/** What a request asks for. `unknown` is an operation that the service does not have in AWS either. */
export type ReadCall =
  | {
      readonly kind: 'operation'
      readonly name: string
      readonly input: Record<string, unknown>
    }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'malformed'; readonly error: ServiceError }

/** The head of a request: enough to tell the operation of a REST or JSON call before its body is read. */
export interface RequestHead {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

export interface SuccessAnswer {
  readonly operation: string
  /** Members as in the SDK's output type. */
  readonly output: object
  readonly requestId: string
}

export interface ErrorAnswer {
  readonly error: ServiceError
  readonly requestId: string
  /** Known once the call was routed: answers to a HEAD request carry no body. */
  readonly operation?: string
}
