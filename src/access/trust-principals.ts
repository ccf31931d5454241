import { unreachable } from '../core/index.ts'
import type { Account, Grant, GrantPrincipal, OidcFrom, OwnAccountFrom } from './access-file.ts'
import {
  accountRootArn,
  hasWildcard,
  oidcProviderArn,
  principalArnPattern,
} from './compile-arns.ts'
import type { ConditionBlock, OneOrMany } from './compile-document.ts'
import { oneOrMany } from './compile-document.ts'

/** One `Principal` element with what narrows it. A grant has two where some callers are named and others narrowed. */
export interface TrustedParty {
  readonly principal: Readonly<Record<string, OneOrMany>>
  readonly narrowing: ConditionBlock
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity'
  /** Ends the statement's Sid; empty for a grant's only party. */
  readonly suffix: string
}

/** Whom a grant's trust statements admit, by the kind of caller: named, or their account narrowed to them. */
export function trustedParties(grant: Grant, trusting: Account): readonly TrustedParty[] {
  switch (grant.from.kind) {
    case 'account':
      return ownAccountParties(grant.from)
    case 'external': {
      const { accountId, role } = grant.from
      const vendor = { id: accountId, partition: trusting.partition }
      const root = accountRootArn(vendor)
      const arn = role === undefined ? root : root.replace(/root$/, `role/${role}`)
      return [{ principal: { AWS: arn }, narrowing: {}, action: 'sts:AssumeRole', suffix: '' }]
    }
    case 'oidc':
      return [oidcParty(grant.from, trusting)]
    default:
      return unreachable(grant.from)
  }
}

/**
 * True where the caller is named in `Principal` itself: by default users, whose names are reused, so that a
 * deleted user loses access; else their account is trusted, narrowed, which survives re-creation.
 */
export function isNamedDirectly(from: OwnAccountFrom, principal: GrantPrincipal): boolean {
  if (hasWildcard(principal)) return false
  if (principal.kind === 'group' || principal.kind === 'permission-set') return false
  return from.trust === undefined ? principal.kind === 'user' : from.trust === 'principal'
}

function ownAccountParties(from: OwnAccountFrom): readonly TrustedParty[] {
  const root = { AWS: accountRootArn(from.account) }
  if (from.principals.length === 0) {
    return [{ principal: root, narrowing: {}, action: 'sts:AssumeRole', suffix: '' }]
  }
  const named = from.principals.filter((principal) => isNamedDirectly(from, principal))
  const narrowed = from.principals.filter((principal) => !isNamedDirectly(from, principal))
  const parties: TrustedParty[] = []
  if (narrowed.length > 0) {
    const narrowing = principalNarrowing(from.account, narrowed)
    parties.push({ principal: root, narrowing, action: 'sts:AssumeRole', suffix: '' })
  }
  if (named.length > 0) {
    const arns = named.map((principal) => principalArnPattern(from.account, principal))
    const suffix = narrowed.length > 0 ? 'Named' : ''
    parties.push({
      principal: { AWS: oneOrMany(arns) },
      narrowing: {},
      action: 'sts:AssumeRole',
      suffix,
    })
  }
  return parties
}

function principalNarrowing(
  account: Account,
  principals: readonly GrantPrincipal[],
): ConditionBlock {
  const patterns = principals.map((principal) => principalArnPattern(account, principal))
  // The two operators are one to IAM; readers take `ArnLike` for "there is a wildcard".
  const operator = patterns.some((pattern) => /[*?]/.test(pattern)) ? 'ArnLike' : 'ArnEquals'
  return { [operator]: { 'aws:PrincipalArn': oneOrMany(patterns) } }
}

function oidcParty(from: OidcFrom, trusting: Account): TrustedParty {
  return {
    principal: { Federated: oidcProviderArn(trusting, from.issuer) },
    narrowing: {
      StringEquals: {
        [`${from.issuer}:aud`]: from.audience,
        [`${from.issuer}:sub`]: oneOrMany(from.subjects),
      },
    },
    action: 'sts:AssumeRoleWithWebIdentity',
    suffix: '',
  }
}
