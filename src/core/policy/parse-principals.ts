import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import { grammars } from './grammar.ts'
import { readTexts } from './parse-texts.ts'
import type { PrincipalElement, PrincipalEntry } from './policy.ts'
import { isObject, type JsonObject, quote } from './policy-problem.ts'
import type { StatementPlace } from './statement-place.ts'

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function parsePrincipals(
  value: JsonObject,
  place: StatementPlace,
): PrincipalElement | undefined {
  const { path, problems, type } = place
  const { name, principal: need } = grammars[type]
  const negated = value.NotPrincipal !== undefined
  const given = negated ? value.NotPrincipal : value.Principal
  if (negated && value.Principal !== undefined) {
    const what = '`Principal` and `NotPrincipal` exclude each other'
    return problems.add('conflicting-elements', path, what)
  }
  if (need === 'forbidden') {
    if (given === undefined) return undefined
    const what = `${name} has no \`Principal\`: it speaks of whom it is attached to`
    return problems.add('forbidden-element', path, what)
  }
  if (given === undefined) {
    return problems.add('missing-element', path, `${name} needs a \`Principal\``)
  }
  const element = negated ? 'NotPrincipal' : 'Principal'
  const entries = readEntries(given, { ...place, path: `${path}.${element}` })
  if (need === 'everyone' && (negated || !isEveryone(entries))) {
    const what = `the principal of ${name} is \`*\`; narrow it by conditions`
    problems.add('bad-principal', `${path}.${element}`, what)
  }
  return { negated, entries }
}

function isEveryone(entries: readonly PrincipalEntry[]): boolean {
  return entries.length === 1 && (entries[0]?.kind === 'everyone' || isStarForAws(entries[0]))
}

function isStarForAws(entry: PrincipalEntry | undefined): boolean {
  return entry?.kind === 'AWS' && entry.value === '*'
}

const kinds = ['AWS', 'Federated', 'Service', 'CanonicalUser'] as const

function readEntries(given: unknown, place: StatementPlace): readonly PrincipalEntry[] {
  const { path, problems } = place
  if (given === '*') return [{ kind: 'everyone' }]
  if (!isObject(given) || Object.keys(given).length === 0) {
    const what = `a principal is \`*\` or an object such as {"AWS": …}, not ${quote(given)}`
    problems.add('bad-principal', path, what)
    return []
  }
  return Object.entries(given).flatMap(([key, values]) => {
    const kind = kinds.find((each) => each === key)
    if (kind === undefined) {
      const what = `unknown kind of principal ${quote(key)}${problems.hint([key], kinds)}`
      problems.add('bad-principal', path, what)
      return []
    }
    const texts = readTexts(values, { ...place, path: `${path}.${key}` }) ?? []
    return texts.map((value) => readEntry({ kind, value }, place))
  })
}

function readEntry(
  entry: Exclude<PrincipalEntry, { kind: 'everyone' }>,
  { path, problems, type }: StatementPlace,
): PrincipalEntry {
  const what = checks[entry.kind](entry.value)
  if (what !== undefined) problems.add('bad-principal', `${path}.${entry.kind}`, what)
  if (entry.kind === 'CanonicalUser' && grammars[type].canonicalUser === 'forbidden') {
    const only = `${grammars[type].name} cannot name a canonical user`
    problems.add('bad-principal', `${path}.${entry.kind}`, only)
  }
  return entry
}

/** What is wrong with a principal's text, or undefined. */
const checks: Readonly<Record<(typeof kinds)[number], (value: string) => string | undefined>> = {
  AWS: checkAws,
  Federated: (value) => {
    const resource = parseArn(value)?.resource ?? ''
    const isProvider = /^(saml|oidc)-provider\/\S+$/.test(resource) && !/[*?]/.test(value)
    if (isProvider || /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/\S*)?$/i.test(value)) return undefined
    return `${quote(value)} is no identity provider: its ARN or a name such as \`accounts.google.com\` is expected`
  },
  Service: (value) => {
    if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(value)) return undefined
    return `${quote(value)} is no service principal; one looks like \`ec2.amazonaws.com\``
  },
  CanonicalUser: (value) => {
    return /^[0-9a-f]{64}$/.test(value) ? undefined : `${quote(value)} is no canonical user id`
  },
}

/** The resource parts of the ARNs that can be principals, by service. */
const arnForms: ReadonlyMap<string, RegExp> = new Map([
  ['iam', /^(root|user\/\S.*|role\/\S+)$/],
  ['sts', /^(assumed-role\/[^/]+\/[^/]+|federated-user\/\S+)$/],
])

function checkAws(value: string): string | undefined {
  if (value === '*' || parseAccountId(value) !== undefined || isUniqueId(value)) return undefined
  if (/[*?]/.test(value)) return `a wildcard cannot match part of a principal: ${quote(value)}`
  const arn = parseArn(value)
  if (arn === undefined) {
    const digits = /^\d+$/.test(value) ? `; an account id has 12 digits, not ${value.length}` : ''
    return `${quote(value)} is no principal: an ARN, an account id or \`*\` is expected${digits}`
  }
  if (arn.service === 'iam' && arn.resource.startsWith('group/')) {
    return `a group cannot be a principal: ${quote(value)}; name its users, or the account and a condition`
  }
  // CloudFront's origin access identities are users of an account that is spelled `cloudfront`.
  const hasAccount = parseAccountId(arn.accountId) !== undefined || arn.accountId === 'cloudfront'
  if (hasAccount && arn.region === '' && arnForms.get(arn.service)?.test(arn.resource))
    return undefined
  return `${quote(value)} is the ARN of no principal: account root, user, role, role session or federated user`
}

/** `AIDA…`, `AROA…` and the like: what a policy shows after the principal it named was deleted. */
function isUniqueId(value: string): boolean {
  return /^A[A-Z]{3}[A-Z0-9]{8,124}$/.test(value)
}
