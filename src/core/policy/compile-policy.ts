import type { Policy } from './policy.ts'

/** A policy made ready for many decisions. */
export interface CompiledPolicy {
  readonly policy: Policy
  /** Its name or ARN, for reasons and explanations. */
  readonly label: string
}
