import type { Grant } from './access-file.ts'
import type { DesiredCallerPolicy } from './compilation.ts'
import type { Position } from './position.ts'

/** What a warning may look at besides the grant itself. */
export interface WarningContext {
  readonly nowMs: number
  readonly callerPolicies: readonly DesiredCallerPolicy[]
}

export interface Finding {
  /** Below `grants.NAME`, such as `allow[0].resources`. */
  readonly path: string
  /** Where it is in the file; the grant's own place when absent. */
  readonly position?: Position
  readonly message: string
  readonly remedy: string
}

/** One thing that experience teaches to look at twice. Stops nothing. */
export interface WarningRule {
  readonly code: string
  readonly find: (grant: Grant, context: WarningContext) => readonly Finding[]
}
