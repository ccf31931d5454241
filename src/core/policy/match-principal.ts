import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import { doubt } from '../condition/doubt.ts'
import { contextValue, type Facts } from '../evaluate/facts.ts'
import type { Principal } from '../evaluate/request.ts'
import { unreachable } from '../unreachable.ts'
import type { PrincipalElement, Statement } from './policy.ts'

/** By what a `Principal` element takes in a caller: bits, since one list can name it several ways. 0: not at all. */
export const grade = {
  /** By `*`. */
  everyone: 1,
  /** By its account. In a policy of the same account that delegates to identity-based policies. */
  account: 2,
  /** By the role behind the session, or the user behind a federated session: its limits still hold. */
  role: 4,
  /** By the very principal that calls. */
  direct: 8,
} as const

/** The grade of the match; raises a bit in `facts.doubts` where the answer is open. */
export type PrincipalTest = (facts: Facts) => number

/**
 * Makes a `Principal` or `NotPrincipal` element ready for many requests.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function compilePrincipal(
  element: PrincipalElement,
  effect: Statement['effect'],
): PrincipalTest {
  const named = readNames(element, effect)
  if (!element.negated) return (facts) => matchNamed(named, effect, facts)
  if (effect === 'Deny') return (facts) => (isExempt(named, facts) ? 0 : grade.everyone)
  return (facts) => {
    const isNamed = forms(named, facts).some(Boolean) || matchFederator(named, facts)
    return isNamed ? 0 : grade.everyone
  }
}

interface Names {
  readonly everyone: boolean
  /** Bare ids, and `partition:id` of root ARNs. */
  readonly accounts: ReadonlySet<string>
  readonly arns: ReadonlySet<string>
  readonly uniqueIds: ReadonlySet<string>
  /** `account:name` of the roles named with a path, for sessions whose role's path is not known. */
  readonly rolesWithPath: ReadonlySet<string>
  /** The accounts of the users named, for federated sessions whose user is not known. */
  readonly accountsOfUsers: ReadonlySet<string>
  readonly services: ReadonlySet<string>
  readonly federated: ReadonlySet<string>
  readonly hasCanonicalUser: boolean
  /** Whether a caller that may or may not be named is taken to be: whichever grants less. */
  readonly openAnswer: boolean
}

function readNames(element: PrincipalElement, effect: Statement['effect']): Names {
  const values = (kind: string): readonly string[] =>
    element.entries.flatMap((entry) =>
      entry.kind !== 'everyone' && entry.kind === kind ? [entry.value] : [],
    )
  const aws = values('AWS')
  return {
    everyone: element.entries.some((entry) => entry.kind === 'everyone') || aws.includes('*'),
    accounts: new Set(aws.flatMap((value) => accountOf(value) ?? [])),
    arns: new Set(aws.filter((value) => value.startsWith('arn:'))),
    uniqueIds: new Set(aws.filter((value) => /^A[A-Z]{3}[A-Z0-9]+$/.test(value))),
    rolesWithPath: new Set(aws.flatMap((value) => roleWithPath(value) ?? [])),
    accountsOfUsers: new Set(aws.flatMap((value) => accountOfUser(value) ?? [])),
    services: new Set(values('Service')),
    federated: new Set(values('Federated')),
    hasCanonicalUser: values('CanonicalUser').length > 0,
    openAnswer: (effect === 'Deny') !== element.negated,
  }
}

/** A bare account id and the account's root ARN mean the same, but for the partition that only the ARN tells. */
function accountOf(value: string): string | undefined {
  if (parseAccountId(value) !== undefined) return value
  const arn = parseArn(value)
  const isRoot = arn?.service === 'iam' && arn.resource === 'root'
  return isRoot ? `${arn.partition}:${arn.accountId}` : undefined
}

function namesAccount(named: Names, principal: Extract<Principal, { accountId: string }>): boolean {
  if (named.accounts.size === 0) return false
  const { accountId, arn } = principal
  if (named.accounts.has(accountId)) return true
  return named.accounts.has(`${arn.slice(4, arn.indexOf(':', 4))}:${accountId}`)
}

function roleWithPath(value: string): string | undefined {
  const arn = parseArn(value)
  if (arn?.service !== 'iam' || !/^role\/.+\//.test(arn.resource)) return undefined
  return `${arn.accountId}:${arn.resource.slice(arn.resource.lastIndexOf('/') + 1)}`
}

function accountOfUser(value: string): string | undefined {
  const arn = parseArn(value)
  return arn?.service === 'iam' && arn.resource.startsWith('user/') ? arn.accountId : undefined
}

function matchNamed(named: Names, effect: Statement['effect'], facts: Facts): number {
  const { principal } = facts.request
  const everyone = named.everyone ? grade.everyone : 0
  switch (principal.kind) {
    case 'anonymous':
      return everyone
    case 'service':
      if (named.services.has(principal.service)) return everyone | grade.direct
      return matchOutsider(everyone, effect, facts)
    case 'federated':
      if (named.federated.has(principal.arn)) return everyone | grade.direct
      return matchOutsider(everyone, effect, facts)
    default: {
      const account = namesAccount(named, principal) ? grade.account : 0
      const canonical = matchCanonicalUser(named, facts) ? grade.account : 0
      const provider = matchProvider(named, facts) ? grade.account : 0
      return everyone | account | canonical | provider | matchIdentity(named, principal, facts)
    }
  }
}

// Left open by AWS: a deny for everyone takes in services, an allow for everyone does not.
function matchOutsider(everyone: number, effect: Statement['effect'], facts: Facts): number {
  if (everyone === 0 || effect === 'Deny') return everyone
  facts.doubts |= doubt.everyoneAndServices
  return 0
}

function matchIdentity(named: Names, principal: Principal, facts: Facts): number {
  switch (principal.kind) {
    case 'root':
      return 0
    case 'user':
      if (named.arns.has(principal.arn)) return grade.direct
      return matchUniqueId(named, principal, facts) ? grade.direct : 0
    case 'federatedUser': {
      const byUser = matchFederator(named, facts) ? grade.role : 0
      return (named.arns.has(principal.arn) ? grade.direct : 0) | byUser
    }
    case 'roleSession': {
      const direct = named.arns.has(principal.arn) ? grade.direct : 0
      return direct | (matchRole(named, principal, facts) ? grade.role : 0)
    }
    default:
      return 0
  }
}

function matchRole(
  named: Names,
  principal: Extract<Principal, { kind: 'roleSession' }>,
  facts: Facts,
): boolean {
  if (matchUniqueId(named, principal, facts)) return true
  const isNamed = named.arns.has(principal.roleArn)
  if (!principal.roleArnIsDerived) return isNamed
  const isOpen = !isNamed && mayBeNamed(named, principal)
  if (isNamed || isOpen) facts.doubts |= doubt.derivedRoleArn
  return isNamed || (isOpen && named.openAnswer)
}

/** Whether a role of the same name is named with a path, which a derived ARN cannot tell. */
function mayBeNamed(named: Names, principal: Extract<Principal, { kind: 'roleSession' }>): boolean {
  if (named.rolesWithPath.size === 0) return false
  const name = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)
  return named.rolesWithPath.has(`${principal.accountId}:${name}`)
}

function matchUniqueId(
  named: Names,
  principal: Extract<Principal, { kind: 'user' | 'roleSession' }>,
  facts: Facts,
): boolean {
  if (named.uniqueIds.size === 0) return false
  if (principal.uniqueId !== undefined) return named.uniqueIds.has(principal.uniqueId)
  const prefix = principal.kind === 'user' ? 'AIDA' : 'AROA'
  if (![...named.uniqueIds].some((id) => id.startsWith(prefix))) return false
  facts.doubts |= doubt.unknownUniqueId
  return named.openAnswer
}

/** Whether the user who federated is named; a session's own ARN tells neither who that is nor that user's unique id. */
function matchFederator(named: Names, facts: Facts): boolean {
  const { principal } = facts.request
  if (principal.kind !== 'federatedUser') return false
  const { accountId, userArn, userUniqueId } = principal
  if (userArn !== undefined && named.arns.has(userArn)) return true
  if (userUniqueId !== undefined && named.uniqueIds.has(userUniqueId)) return true
  const isOpen =
    (userArn === undefined && named.accountsOfUsers.has(accountId)) ||
    (userUniqueId === undefined && [...named.uniqueIds].some((id) => id.startsWith('AIDA')))
  if (!isOpen) return false
  facts.doubts |= doubt.unknownFederator
  return named.openAnswer
}

/** A role session says by `aws:FederatedProvider` which provider it came by. */
function matchProvider(named: Names, facts: Facts): boolean {
  if (named.federated.size === 0 || facts.request.principal.kind !== 'roleSession') return false
  const provider = contextValue(facts, 'aws:federatedprovider')
  if (typeof provider !== 'string' || !named.federated.has(provider)) return false
  facts.doubts |= doubt.sessionOfProvider
  return named.openAnswer
}

// S3 alone knows which account a canonical user is.
function matchCanonicalUser(named: Names, facts: Facts): boolean {
  if (!named.hasCanonicalUser) return false
  facts.doubts |= doubt.canonicalUser
  return named.openAnswer
}

/**
 * Whether each form of the caller (account, role or user, session) is named.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function forms(named: Names, facts: Facts): readonly boolean[] {
  const { principal } = facts.request
  if (named.everyone) return [true]
  switch (principal.kind) {
    case 'anonymous':
      return [false]
    case 'service':
      return [named.services.has(principal.service)]
    case 'federated':
      return [named.federated.has(principal.arn)]
    case 'root':
      return [namesAccount(named, principal)]
    case 'user': {
      const isNamed = named.arns.has(principal.arn) || matchUniqueId(named, principal, facts)
      return [namesAccount(named, principal), isNamed]
    }
    case 'federatedUser':
      return [namesAccount(named, principal), named.arns.has(principal.arn)]
    case 'roleSession':
      return [
        namesAccount(named, principal),
        matchRole(named, principal, facts),
        named.arns.has(principal.arn),
      ]
    default:
      return unreachable(principal)
  }
}

// AWS: a caller with a permissions boundary is always denied; otherwise every form of the caller has to be named.
function isExempt(named: Names, facts: Facts): boolean {
  if (facts.hasBoundary) return false
  const found = forms(named, facts)
  if (found.every(Boolean)) return true
  if (found.some(Boolean)) facts.doubts |= doubt.notPrincipalPartly
  return false
}
