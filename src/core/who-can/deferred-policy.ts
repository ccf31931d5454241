import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import type { Policy } from '../policy/policy.ts'

/**
 * A policy that is read when somebody first looks at what it says, and compiled when it first takes part in a decision:
 * estates of many accounts hold far more documents than one question touches. `read` must answer the same every time.
 */
export function deferPolicy(label: string, read: () => Policy): CompiledPolicy {
  let policy: Policy | undefined
  let compiled: CompiledPolicy | undefined
  const parsed = (): Policy => {
    policy ??= read()
    return policy
  }
  const made = (): CompiledPolicy => {
    compiled ??= compilePolicy(parsed(), label)
    return compiled
  }
  return {
    label,
    get policy() {
      return parsed()
    },
    get statements() {
      return made().statements
    },
    get index() {
      return made().index
    },
  }
}
