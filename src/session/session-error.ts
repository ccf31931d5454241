/** Something outside failed: the network, a file, another program. Its message never holds a secret. */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  /** Stable and kebab-case, such as `endpoint-unreachable`. */
  readonly code: string

  constructor(message: string, options: { readonly code: string; readonly cause?: unknown }) {
    super(message, options)
    this.code = options.code
  }
}
