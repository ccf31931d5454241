import type {
  CallerPolicySettings,
  ExternalFrom,
  GrantFrom,
  GrantPrincipal,
  OidcFrom,
  OwnAccountFrom,
} from './access-file.ts'
import type { FromShape } from './from-schema.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import { reportTrustFaults } from './nameable-principals.ts'
import { type AccountDirectory, parseId } from './parse-accounts.ts'
import { isPattern, parsePrincipalText, renderPrincipal } from './parse-principal.ts'
import { itemPlaces, keyPlaceAt, placeAt, type Scope, scopeAt } from './place.ts'
import { findAccount } from './select-accounts.ts'
import { textsOf } from './text-list.ts'

export interface FromScope extends Scope {
  readonly directory: AccountDirectory
  readonly grantName: string
}

/** Parses who may enter: exactly one of an own account, a vendor and an OIDC issuer. */
export function parseFrom(shape: FromShape, scope: FromScope): GrantFrom | undefined {
  const kinds = (['account', 'external', 'oidc'] as const).filter((key) => shape[key] !== undefined)
  if (kinds.length !== 1) return reportKinds(kinds, scope)
  if (shape.external !== undefined) {
    reportMisplacedKeys(shape, { ...scope, caller: 'a vendor' })
    return parseExternal(shape.external, scopeAt(scope, 'external'))
  }
  if (shape.oidc !== undefined) {
    reportMisplacedKeys(shape, { ...scope, caller: 'an OIDC issuer' })
    return parseOidc(shape.oidc, scopeAt(scope, 'oidc'))
  }
  return parseOwnAccount(shape, scope)
}

function reportKinds(kinds: readonly string[], scope: Scope): undefined {
  const keyPlace = { ...scope.place, position: scope.place.keyPosition }
  if (kinds.length === 0) {
    scope.report(keyPlace, {
      code: 'missing-key',
      message: '`from` does not say who may enter',
      remedy: 'add `account: NAME`, `external: {…}` for a vendor, or `oidc: {…}` for tokens',
    })
    return
  }
  scope.report(keyPlaceAt(scope.place, kinds[1] ?? ''), {
    code: 'conflicting-keys',
    message: `${kinds.map((kind) => `\`${kind}\``).join(' and ')} are different callers and cannot share a grant`,
    remedy: 'write one grant for each; they may lead to the same role',
  })
}

const ownAccountKeys = ['principals', 'trust', 'allowWildcard', 'policy', 'verifyAs'] as const

function reportMisplacedKeys(shape: FromShape, scope: Scope & { readonly caller: string }): void {
  for (const key of ownAccountKeys.filter((name) => shape[name] !== undefined)) {
    scope.report(keyPlaceAt(scope.place, key), {
      code: 'misplaced-key',
      message: `\`${key}\` is for callers in an account of your own; it means nothing with ${scope.caller}`,
      remedy: 'remove it',
    })
  }
}

function parseOwnAccount(shape: FromShape, scope: FromScope): OwnAccountFrom | undefined {
  const account = findAccount(shape.account ?? '', scopeAt(scope, 'account'))
  const principals = parsePrincipals(shape, scope)
  const policy = parseCallerPolicy(shape.policy ?? {}, scope)
  const isProfileFine =
    shape.verifyAs === undefined ||
    isWellFormed(shape.verifyAs, grammars.profile, scopeAt(scope, 'verifyAs'))
  if (account === undefined || principals === undefined || policy === undefined) return undefined
  if (!isProfileFine) return undefined
  return {
    kind: 'account',
    account,
    principals,
    allowWildcard: shape.allowWildcard ?? false,
    policy,
    ...(shape.trust === undefined ? {} : { trust: shape.trust }),
    ...(shape.verifyAs === undefined ? {} : { verifyAs: shape.verifyAs }),
  }
}

function parsePrincipals(shape: FromShape, scope: Scope): readonly GrantPrincipal[] | undefined {
  const places = itemPlaces(placeAt(scope.place, 'principals'))
  const seen = new Set<string>()
  const parsed = textsOf(shape.principals).map((text, index) => {
    const place = places[index] ?? scope.place
    const principal = parsePrincipalText(text, { ...scope, place })
    if (principal !== undefined && seen.has(text)) {
      scope.report(place, {
        code: 'duplicate-principal',
        message: `${shown(renderPrincipal(principal))} is named twice`,
        remedy: 'remove one of the two',
      })
    }
    seen.add(text)
    if (principal !== undefined && isPattern(principal)) {
      reportWildcard(principal, { ...scope, place, isAllowed: shape.allowWildcard === true })
    }
    return principal
  })
  const principals = parsed.filter((principal) => principal !== undefined)
  reportTrustFaults(shape, { ...scope, principals })
  return principals.length === parsed.length ? principals : undefined
}

function reportWildcard(
  principal: GrantPrincipal,
  scope: Scope & { readonly isAllowed: boolean },
): void {
  const written = shown(renderPrincipal(principal))
  if (principal.kind === 'group') {
    scope.report(scope.place, {
      code: 'wildcard-group',
      message: `${written} is a pattern, but the policy that lets members in sits on one group`,
      remedy: 'name each group',
    })
  } else if (!scope.isAllowed) {
    scope.report(scope.place, {
      code: 'wildcard-principal',
      message: `${written} is a pattern: whoever may create a matching ${principal.kind} there lets it in`,
      remedy: 'name the principals, or say that it is meant with `from.allowWildcard: true`',
    })
  }
}

function parseCallerPolicy(
  shape: NonNullable<FromShape['policy']>,
  scope: FromScope,
): CallerPolicySettings | undefined {
  const name = shape.name ?? `stile-${scope.grantName}`
  const isNameFine =
    shape.name === undefined ||
    isWellFormed(name, grammars.policyName, scopeAt(scope, 'policy', 'name'))
  if (!isNameFine) return undefined
  return { kind: shape.kind ?? 'inline', name, resource: shape.resource ?? 'exact' }
}

function parseExternal(
  shape: NonNullable<FromShape['external']>,
  scope: FromScope,
): ExternalFrom | undefined {
  const accountId = parseId(shape.account, scopeAt(scope, 'account'))
  const own = scope.directory.accounts.find(({ id }) => id === accountId)
  if (own !== undefined) {
    scope.report(placeAt(scope.place, 'account'), {
      code: 'external-account-is-own',
      message: `account ${shown(own.id)} is declared here as ${shown(own.name)}, so it is no vendor's`,
      remedy: `write \`from: { account: ${own.name} }\``,
    })
  }
  const role = shape.role?.replace(/^role\//, '')
  const isRoleFine = role === undefined || isRoleWithPath(role, scopeAt(scope, 'role'))
  if (accountId === undefined || !isRoleFine) return undefined
  return { kind: 'external', accountId, ...(role === undefined ? {} : { role }) }
}

function isRoleWithPath(role: string, scope: Scope): boolean {
  const slash = role.lastIndexOf('/')
  const path = slash < 0 ? '/' : `/${role.slice(0, slash)}/`
  return (
    isWellFormed(role.slice(slash + 1), grammars.roleName, scope) &&
    isWellFormed(path, grammars.path, scope)
  )
}

function parseOidc(shape: NonNullable<FromShape['oidc']>, scope: Scope): OidcFrom | undefined {
  const places = itemPlaces(placeAt(scope.place, 'subject'))
  const subjects = textsOf(shape.subject)
  const isFine = [
    isWellFormed(shape.issuer, grammars.oidcIssuer, scopeAt(scope, 'issuer')),
    isWellFormed(shape.audience, grammars.oidcClaim, scopeAt(scope, 'audience')),
    ...subjects.map((subject, index) =>
      isWellFormed(subject, grammars.oidcClaim, { ...scope, place: places[index] ?? scope.place }),
    ),
  ].every(Boolean)
  if (!isFine) return undefined
  return {
    kind: 'oidc',
    issuer: shape.issuer.replace(/^https:\/\//, '').replace(/\/$/, ''),
    audience: shape.audience,
    subjects: [...new Set(subjects)],
    provider: shape.provider ?? 'existing',
  }
}
