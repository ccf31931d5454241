import type { Requirements } from './access-file.ts'
import type { Callers } from './callers.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import type { RequireShape } from './grant-schema.ts'
import { type IpRange, parseIpRange } from './ip-range.ts'
import { itemPlaces, type Scope, scopeAt } from './place.ts'
import { textsOf } from './text-list.ts'

export interface TermsScope extends Scope {
  /** Undefined when `from` does not say who calls: then nothing is said about how the two fit. */
  readonly callers: Callers | undefined
}

/** Parses what the caller must show, and whether this kind of caller can show it at all. */
export function parseRequire(shape: RequireShape, scope: TermsScope): Requirements | undefined {
  const isFine = [
    isExternalIdFine(shape.externalId, scopeAt(scope, 'externalId')),
    isMfaFine(shape.mfa ?? false, scopeAt(scope, 'mfa')),
    isSourceIpFine(shape.sourceIp, scopeAt(scope, 'sourceIp')),
  ].every(Boolean)
  if (!isFine) return undefined
  return {
    mfa: shape.mfa ?? false,
    sourceIp: textsOf(shape.sourceIp).map((text) => parseIpRange(text)?.canonical ?? text),
    ...(shape.externalId === undefined ? {} : { externalId: shape.externalId }),
  }
}

function isExternalIdFine(externalId: string | undefined, scope: TermsScope): boolean {
  if (externalId === undefined) {
    if (scope.callers?.kind !== 'external') return true
    scope.report(scope.place, {
      code: 'external-without-external-id',
      message:
        "a vendor's account needs an external id: without one, any customer of that vendor could name your role to it",
      remedy:
        'add `require: { externalId: … }` with the id that the vendor issued to you; do not make one up',
    })
    return false
  }
  if (scope.callers?.kind === 'oidc') {
    scope.report(scope.place, {
      code: 'oidc-external-id',
      message: 'a call with an OIDC token carries no external id, so nobody could enter',
      remedy: 'remove it: `audience` and `subject` say who may enter',
    })
    return false
  }
  return isWellFormed(externalId, grammars.externalId, scope)
}

function isMfaFine(mfa: boolean, scope: TermsScope): boolean {
  const { callers } = scope
  if (!mfa || callers === undefined) return true
  if (callers.kind !== 'account') {
    const caller = callers.kind === 'oidc' ? 'a call with an OIDC token' : "a vendor's call"
    return reportMfa(`${caller} carries no MFA context`, scope)
  }
  const role = callers.principals.find((principal) => /^(?:role|permission-set)\//.test(principal))
  if (role === undefined) return true
  return reportMfa(`${shown(role)} signs in without MFA: no session of a role carries it`, scope)
}

function reportMfa(reason: string, scope: Scope): boolean {
  scope.report(scope.place, {
    code: 'mfa-without-user',
    message: `${reason}, so \`mfa: true\` would refuse everyone`,
    remedy: 'remove it, or grant to users or a group',
  })
  return false
}

function isSourceIpFine(written: RequireShape['sourceIp'], scope: Scope): boolean {
  const places = itemPlaces(scope.place)
  return textsOf(written)
    .map((text, index) => isRangeFine(text, { ...scope, place: places[index] ?? scope.place }))
    .every(Boolean)
}

function isRangeFine(text: string, scope: Scope): boolean {
  const range = parseIpRange(text)
  if (range === undefined) {
    scope.report(scope.place, {
      code: 'invalid-source-ip',
      message: `${shown(text)} is no IP address and no CIDR range`,
      remedy: 'write an address such as `203.0.113.9` or a range such as `203.0.113.0/24`',
    })
    return false
  }
  for (const row of rangeWarnings.filter(({ isTrue }) => isTrue(range, text))) {
    scope.report(scope.place, {
      severity: 'warning',
      code: row.code,
      message: `${shown(text)} ${row.message}`,
      remedy: row.remedy(range),
    })
  }
  return true
}

const rangeWarnings: readonly {
  readonly code: string
  readonly isTrue: (range: IpRange, text: string) => boolean
  /** Follows the range as written. */
  readonly message: string
  readonly remedy: (range: IpRange) => string
}[] = [
  {
    code: 'source-ip-host-bits',
    isTrue: (range, text) => range.canonical !== text,
    message: 'has bits set behind its prefix; Stile writes the range that it lies in',
    remedy: (range) => `write \`${range.canonical}\``,
  },
  {
    code: 'source-ip-private',
    isTrue: (range) => range.isPrivate,
    message: 'is a private range; AWS sees the public address of a caller, so it refuses everyone',
    remedy: () => 'write the public addresses behind which the callers stand',
  },
  {
    code: 'source-ip-everything',
    isTrue: (range) => range.prefixLength === 0,
    message: 'is every address there is, and narrows nothing',
    remedy: () => 'remove it, or write the real addresses',
  },
]
