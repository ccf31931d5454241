import type { PolicyDocument, PolicyType } from '../core/index.ts'
import { parsePolicy } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import type { Compilation } from './compilation.ts'
import type { Problem } from './problem.ts'

interface WrittenDocument {
  readonly document: PolicyDocument
  readonly type: PolicyType
  /** The key of the grant that the document came from. */
  readonly key: string
  readonly words: string
  readonly grants: readonly Grant[]
}

/** What AWS would refuse in a document for its grammar: an operator, an action or an ARN in a statement that is none. */
export function documentProblems(compilation: Compilation): readonly Problem[] {
  return writtenDocuments(compilation).flatMap(({ document, type, key, words, grants }) => {
    const parsed = parsePolicy(document, type)
    const [grant] = grants
    if (parsed.ok || grant === undefined) return []
    return parsed.problems.map(({ code, path, message }) => ({
      severity: 'error' as const,
      code: `policy-${code}`,
      path: `grants.${grant.name}.${key}`,
      position: placeOf(grant, key),
      message: `${words}, ${path}: ${message}`,
      remedy: 'AWS would refuse the document: correct what the grant says there',
    }))
  })
}

function writtenDocuments(compilation: Compilation): readonly WrittenDocument[] {
  const ofRoles = compilation.roles.flatMap((role): readonly WrittenDocument[] => [
    {
      document: role.trustPolicy,
      type: 'trust',
      key: 'from',
      words: `trust policy of role \`${role.name}\``,
      grants: role.grants,
    },
    ...role.inlinePolicies.map(({ name, document }) => ({
      document,
      type: 'identity' as const,
      key: 'allow',
      words: `policy \`${name}\` of role \`${role.name}\``,
      grants: role.grants,
    })),
  ])
  const ofCallers = compilation.callerPolicies.map((policy) => ({
    document: policy.document,
    type: 'identity' as const,
    key: 'from.policy',
    words: `policy \`${policy.name}\` in \`${policy.account.name}\``,
    grants: policy.grants,
  }))
  return [...ofRoles, ...ofCallers]
}

function placeOf(grant: Grant, key: string): Problem['position'] {
  const statement = grant.allow.find(({ kind }) => kind === 'statement')
  return key === 'allow' && statement !== undefined ? statement.position : grant.position
}
