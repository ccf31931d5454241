import type { CompiledPolicy, Principal, RequestContext, Statement } from '../core/index.ts'

/** Whom a trust policy may mean, as far as its text tells without asking the engine. Errs on the side of too many. */
export interface TrustNames {
  /** Names as `calledBy` gives them. */
  readonly exact: readonly string[]
  /** Patterns of names, whose wildcards also reach over colons. */
  readonly patterns: readonly string[]
  /** Whether a statement may mean whoever comes. */
  readonly isOpen: boolean
}

/** Everything by which a trust policy can name a caller. */
export function calledBy(principal: Principal, context: RequestContext): readonly string[] {
  switch (principal.kind) {
    case 'roleSession':
      return [principal.roleArn, principal.arn]
    case 'federated': {
      const subjects = Object.entries(context).flatMap(([key, value]) =>
        key.endsWith(subjectEnd) ? [tokenName(principal.arn, String(value))] : [],
      )
      return [principal.arn, ...subjects]
    }
    default:
      return 'arn' in principal ? [principal.arn] : []
  }
}

export function readTrustNames({ policy }: CompiledPolicy): TrustNames {
  const parts = policy.statements.filter(({ effect }) => effect === 'Allow').map(namesOfStatement)
  return {
    exact: parts.flatMap(({ exact }) => exact),
    patterns: parts.flatMap(({ patterns }) => patterns),
    isOpen: parts.some(({ isOpen }) => isOpen),
  }
}

const everybody: TrustNames = { exact: [], patterns: [], isOpen: true }
const subjectEnd = ':sub'

function namesOfStatement(statement: Statement): TrustNames {
  const { principal } = statement
  if (principal === undefined || principal.negated) return everybody
  const parts = principal.entries.map((entry) => {
    if (entry.kind === 'Federated') return namesOfTokens(statement, entry.value)
    if (entry.kind !== 'AWS') return everybody
    return isPrincipalArn(entry.value)
      ? { exact: [entry.value], patterns: [], isOpen: false }
      : namesInCondition(statement)
  })
  return {
    exact: parts.flatMap(({ exact }) => exact),
    patterns: parts.flatMap(({ patterns }) => patterns),
    isOpen: parts.some(({ isOpen }) => isOpen),
  }
}

/** A role, a user or a session by itself: not an account, not a unique id, not `*`. */
function isPrincipalArn(value: string): boolean {
  return /^arn:[^:]*:(?:iam|sts)::\d{12}:(?:role|user|assumed-role)\//.test(value)
}

/** A whole account is narrowed by the callers' ARNs, or not at all. */
function namesInCondition({ conditions }: Statement): TrustNames {
  const narrowing = conditions.find(
    ({ key, operator, quantifier, ifExists }) =>
      key.toLowerCase() === 'aws:principalarn' &&
      (operator === 'ArnEquals' || operator === 'ArnLike') &&
      quantifier === undefined &&
      !ifExists,
  )
  if (narrowing === undefined || narrowing.values.some((value) => value.includes('$'))) {
    return everybody
  }
  const isPattern = (value: string) => /[*?]/.test(value)
  return {
    exact: narrowing.values.filter((value) => !isPattern(value)),
    patterns: narrowing.values.filter(isPattern),
    isOpen: false,
  }
}

/** A provider is narrowed by the subjects of its tokens, or not at all. */
function namesOfTokens({ conditions }: Statement, provider: string): TrustNames {
  const narrowing = conditions.find(
    ({ key, operator, quantifier, ifExists }) =>
      key.endsWith(subjectEnd) &&
      operator === 'StringEquals' &&
      quantifier === undefined &&
      !ifExists,
  )
  if (narrowing === undefined || narrowing.values.some((value) => value.includes('$'))) {
    return { exact: [provider], patterns: [], isOpen: false }
  }
  const exact = narrowing.values.map((value) => tokenName(provider, value))
  return { exact, patterns: [], isOpen: false }
}

function tokenName(provider: string, subject: string): string {
  return `${provider} ${subject}`
}
