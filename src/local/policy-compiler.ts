import type { CompiledPolicy, PolicyDocument, PolicyType } from '../core/index.ts'
import { compilePolicy, parsePolicy } from '../core/index.ts'

export interface PolicyUse {
  readonly type: PolicyType
  /** Its name or ARN, for reasons. */
  readonly label: string
}

/** Makes a stored document ready for decisions. */
export type PolicyCompiler = (document: PolicyDocument, use: PolicyUse) => CompiledPolicy

/**
 * Compiles each document once for each use. Stored documents are replaced and never edited, so the document
 * itself is the key, and what was compiled goes when the document does.
 */
export function createPolicyCompiler(): PolicyCompiler {
  const known = new WeakMap<PolicyDocument, Map<string, CompiledPolicy>>()
  return (document, use) => {
    let uses = known.get(document)
    if (uses === undefined) {
      uses = new Map()
      known.set(document, uses)
    }
    const id = `${use.type} ${use.label}`
    const found = uses.get(id)
    if (found !== undefined) return found
    const compiled = compile(document, use)
    uses.set(id, compiled)
    return compiled
  }
}

/** Throws when a stored document does not parse: leaving it out could lose a deny. */
function compile(document: PolicyDocument, use: PolicyUse): CompiledPolicy {
  const parsed = parsePolicy(document, use.type)
  if (parsed.ok) return compilePolicy(parsed.policy, use.label)
  const problems = parsed.problems.map((problem) => `${problem.path}: ${problem.message}`)
  throw new Error(`bug: the stored policy \`${use.label}\` does not parse: ${problems.join('; ')}`)
}
