import type { PolicyDocument, PolicyType } from '../core/index.ts'
import { parsePolicy } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import type { Compilation } from './compilation.ts'
import type { Problem } from './problem.ts'

/**
 * The first run of characters that IAM does not take in a policy document.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
function foreignCharacters(document: PolicyDocument): string | undefined {
  return /[^\t\n\r\u0020-\u00ff]+/.exec(JSON.stringify(document))?.[0]
}

function foreignRemedy(type: PolicyType, foreign: string): string {
  return type === 'trust'
    ? 'use other letters in `session.tags`'
    : `write \`*\` or one \`?\` for each character in place of \`${foreign}\`, and know that they match more`
}

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
    if (grant === undefined) return []
    const foreign = foreignCharacters(document)
    if (foreign !== undefined) {
      return [
        {
          severity: 'error' as const,
          code: 'policy-character',
          path: `grants.${grant.name}.${key}`,
          position: placeOf(grant, key),
          message: `${words} would hold \`${foreign}\`: IAM takes no character beyond Latin-1 in a policy`,
          remedy: foreignRemedy(type, foreign),
        },
      ]
    }
    if (parsed.ok) return []
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
