import type { CompiledPolicy, PolicyDocument, PolicyType } from '../core/index.ts'
import { compilePolicy, parsePolicy } from '../core/index.ts'
import { createRecentValues, type RecentValues } from './recent-values.ts'

export interface PolicyUse {
  readonly type: PolicyType
  /** Its name or ARN, for reasons. */
  readonly label: string
}

/** Makes a stored document ready for decisions. */
export interface PolicyCompiler {
  (document: PolicyDocument, use: PolicyUse): CompiledPolicy
  /**
   * What was made from a stored value under this name, kept as long as the value is. Like documents, such values
   * are replaced and never edited. A name must always mean the same type.
   */
  readonly remember: <V extends object>(of: object, name: string, make: () => V) => V
}

/**
 * Compiles each document once for each use. Stored documents are replaced and never edited, so the document
 * itself is the key, and what was compiled goes when the document does.
 */
export function createPolicyCompiler(): PolicyCompiler {
  const known = new WeakMap<object, Map<string, object>>()
  const compiled = new WeakMap<PolicyDocument, Map<PolicyType, RecentValues<CompiledPolicy>>>()
  const remember: PolicyCompiler['remember'] = <V extends object>(
    of: object,
    name: string,
    make: () => V,
  ) => {
    let made = known.get(of)
    if (made === undefined) {
      made = new Map()
      known.set(of, made)
    }
    const found = made.get(name)
    if (found !== undefined) return found as V
    const value = make()
    made.set(name, value)
    return value
  }
  const compileOnce = (document: PolicyDocument, { type, label }: PolicyUse): CompiledPolicy => {
    const known = compiled.get(document)?.get(type)?.get(label)
    if (known !== undefined) return known
    const policy = compile(document, { type, label })
    const byType = compiled.get(document) ?? new Map<PolicyType, RecentValues<CompiledPolicy>>()
    compiled.set(document, byType)
    // A document has as many labels as clients think of, where it stands in for what is not there.
    const byLabel = byType.get(type) ?? createRecentValues<CompiledPolicy>(1000)
    byType.set(type, byLabel)
    byLabel.set(label, policy)
    return policy
  }
  return Object.assign(compileOnce, { remember })
}

/** Throws when a stored document does not parse: leaving it out could lose a deny. */
function compile(document: PolicyDocument, use: PolicyUse): CompiledPolicy {
  const parsed = parsePolicy(document, use.type)
  if (parsed.ok) return compilePolicy(parsed.policy, use.label)
  const problems = parsed.problems.map((problem) => `${problem.path}: ${problem.message}`)
  throw new Error(`bug: the stored policy \`${use.label}\` does not parse: ${problems.join('; ')}`)
}
