import { type AccountId, parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import type { Condition, PrincipalElement } from '../policy/policy.ts'
import type { Literal } from './atom.ts'

/** Whoever the literals on the principal name, and in every list somebody whom they do not. */
export interface Names {
  readonly accounts: readonly AccountId[]
  readonly partitions: readonly string[]
  /** The ARNs of principal elements. */
  readonly named: readonly string[]
  /** These, and the patterns that conditions compare ARNs with. */
  readonly arns: readonly string[]
  readonly uniqueIds: readonly string[]
  readonly services: readonly string[]
  readonly providers: readonly string[]
  /** Whether the lists tell apart everybody whom the literals tell apart, but for patterns on ARNs. */
  readonly isComplete: boolean
}

export function namesIn(literals: readonly Literal[]): Names {
  const elements = literals.flatMap(({ atom: { element } }) =>
    element.kind === 'principal' ? [element.element] : [],
  )
  const conditions = literals.flatMap(({ atom: { element } }) =>
    element.kind === 'condition' ? [element.condition] : [],
  )
  const named = elements.flatMap((element) => valuesOf(element, 'AWS'))
  const arns = [...named, ...valuesFor(conditions, 'aws:principalarn')]
  const accountTexts = valuesFor(conditions, 'aws:principalaccount')
  const accounts = [...arns, ...accountTexts].flatMap((text) => text.match(/\d{12}/g) ?? [])
  const services = [
    ...elements.flatMap((element) => valuesOf(element, 'Service')),
    ...valuesFor(conditions, 'aws:principalservicename'),
  ]
  return {
    accounts: withOthers(accounts),
    named: named.filter((text) => text.startsWith('arn:')),
    partitions: partitionsOf(arns),
    arns: arns.filter((text) => text.startsWith('arn:')),
    uniqueIds: arns.filter((text) => /^A[A-Z]{3}[A-Z0-9]+$/.test(text)),
    services: [...services.filter(isPlain), freshOf(services, 'example.amazonaws.com')],
    providers: providersOf(elements),
    isComplete: conditions.every(isComplete),
  }
}

function valuesOf(element: PrincipalElement, kind: 'AWS' | 'Service' | 'Federated'): string[] {
  return element.entries.flatMap((entry) => (entry.kind === kind ? [entry.value] : []))
}

function valuesFor(conditions: readonly Condition[], key: string): readonly string[] {
  return conditions.flatMap((condition) => (condition.key === key ? condition.values : []))
}

function isPlain(text: string): boolean {
  return !/[*?]/.test(text)
}

const strangers = ['111122223333', '444455556666', '777788889999', '123456789012', '210987654321']

/** The accounts named, then two that are not. */
function withOthers(named: readonly string[]): readonly AccountId[] {
  const others = strangers.filter((account) => !named.includes(account)).slice(0, 2)
  let next = 300_000_000_000
  while (others.length < 2) {
    if (!named.includes(String(next))) others.push(String(next))
    next += 1
  }
  return [...others, ...new Set(named)].flatMap((text) => parseAccountId(text) ?? [])
}

/** Those that are written out; `aws` where there is none. */
function partitionsOf(arns: readonly string[]): readonly string[] {
  const found = arns.flatMap((text) => parseArn(text)?.partition ?? []).filter(isPlain)
  return found.length === 0 ? ['aws'] : [...new Set(found)]
}

function freshOf(named: readonly string[], start: string): string {
  let fresh = start
  while (named.includes(fresh)) fresh = `x${fresh}`
  return fresh
}

function providersOf(elements: readonly PrincipalElement[]): readonly string[] {
  const named = elements.flatMap((element) => valuesOf(element, 'Federated'))
  return [...named, freshOf(named, 'arn:aws:iam::111122223333:oidc-provider/idp.example.com')]
}

/** Whether a condition on the principal tells apart no more callers than the lists hold. */
function isComplete({ key, operator, quantifier, values }: Condition): boolean {
  if (operator === 'Null') return true
  if (quantifier !== undefined) return false
  const compares = operator.startsWith('String')
  switch (key) {
    case 'aws:principalarn':
      return values.every((value) => hasWholeAccount(value))
    case 'aws:principalaccount':
    case 'aws:principalservicename':
      return compares && (values.every(isPlain) || !operator.endsWith('Like') || isStar(values))
    // They have few values, all of which the lists bring about.
    default:
      return true
  }
}

function isStar(values: readonly string[]): boolean {
  return values.every((value) => value === '*')
}

/** Whether an ARN's account is written out or `*`: part of an account id could fit any number of them. */
function hasWholeAccount(text: string): boolean {
  const account = parseArn(text)?.accountId
  return account === '*' || parseAccountId(account ?? '') !== undefined || text === '*'
}
