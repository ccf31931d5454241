import type { CompiledPolicy } from '../policy/compile-policy.ts'

/**
 * A policy that is made when somebody first looks at more than its label. Estates of many accounts hold far more
 * documents than one question touches. `make` must answer the same every time.
 */
export function deferPolicy(label: string, make: () => CompiledPolicy): CompiledPolicy {
  let made: CompiledPolicy | undefined
  const get = (): CompiledPolicy => {
    made ??= make()
    return made
  }
  return {
    label,
    get policy() {
      return get().policy
    },
    get statements() {
      return get().statements
    },
    get index() {
      return get().index
    },
  }
}
