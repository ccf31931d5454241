import type { Caller } from './caller.ts'
import {
  type Answer,
  every,
  listOf,
  not,
  type PrincipalJson,
  partsOf,
  type StatementJson,
  some,
} from './document.ts'

/** How a statement names the caller, which decides whose implicit denies limit what it allows. */
export type Naming = 'caller itself' | 'who stands behind' | 'its account' | 'everyone'

export interface Entry {
  readonly kind: string
  readonly value: string
  readonly effect: StatementJson['Effect']
}

/** The entries of a Principal, flat. */
function entriesOf(principal: PrincipalJson, effect: Entry['effect']): readonly Entry[] {
  if (principal === '*') return [{ kind: 'AWS', value: '*', effect }]
  return Object.entries(principal).flatMap(([kind, values]) =>
    listOf(values).map((value) => ({ kind, value, effect })),
  )
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function namings(statement: StatementJson, caller: Caller): ReadonlyMap<Naming, Answer> {
  const found = new Map<Naming, Answer>()
  if (statement.NotPrincipal !== undefined) {
    const named = every(
      entriesOf(statement.NotPrincipal, statement.Effect).map((entry) =>
        not(isNamedBy(entry, caller)),
      ),
    )
    return found.set('everyone', named)
  }
  for (const entry of entriesOf(statement.Principal ?? {}, statement.Effect)) {
    for (const naming of [
      'caller itself',
      'who stands behind',
      'its account',
      'everyone',
    ] as const) {
      const answer = isNamedAs(naming, entry, caller)
      found.set(naming, some([found.get(naming) ?? 'no', answer]))
    }
  }
  return found
}

function isNamedBy(entry: Entry, caller: Caller): Answer {
  return some(
    (['caller itself', 'who stands behind', 'its account', 'everyone'] as const).map((naming) =>
      isNamedAs(naming, entry, caller),
    ),
  )
}

/** Whether a Deny reaches the caller: any name of it will do. */
export function isDenied(statement: StatementJson, caller: Caller, hasBoundary: boolean): Answer {
  if (statement.NotPrincipal === undefined) {
    return some([...namings(statement, caller).values()])
  }
  return not(isSpared(statement.NotPrincipal, caller, hasBoundary))
}

/**
 * A Deny with NotPrincipal spares whom it names whole: the account, what stands behind, and the caller itself.
 * Whoever has a permissions boundary is never spared.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function isSpared(principal: PrincipalJson, caller: Caller, hasBoundary: boolean): Answer {
  const entries = entriesOf(principal, 'Deny')
  const says = (naming: Naming): Answer =>
    some(entries.map((entry) => isNamedAs(naming, entry, caller)))
  const isBounded = hasBoundary && caller.account !== ''
  if (isBounded) return 'no'
  if (entries.some(({ kind, value }) => kind === 'AWS' && value === '*')) return 'unsaid'
  switch (caller.kind) {
    case 'root':
      return says('its account')
    case 'user':
      return every([says('its account'), says('caller itself')])
    case 'session':
      return every([says('its account'), says('who stands behind'), says('caller itself')])
    case 'federatedUser':
      return every([says('its account'), says('caller itself')])
    default:
      return says('caller itself')
  }
}

export function isNamedAs(naming: Naming, { kind, value, effect }: Entry, caller: Caller): Answer {
  const isSo = (is: boolean): Answer => (is ? 'yes' : 'no')
  if (kind === 'Service')
    return isSo(naming === 'caller itself' && caller.kind === 'service' && caller.arn === value)
  if (kind === 'Federated')
    return isSo(naming === 'caller itself' && caller.kind === 'web' && caller.arn === value)
  if (value === '*') {
    if (naming !== 'everyone') return 'no'
    // A deny of everyone reaches services and web identities; whether an allow does, the pages do not say.
    const isOutsider = caller.kind === 'service' || caller.kind === 'web'
    return isOutsider && effect === 'Allow' ? 'unsaid' : 'yes'
  }
  if (caller.kind === 'service' || caller.kind === 'web' || caller.kind === 'anonymous') return 'no'
  const parts = partsOf(value)
  const isAccount = parts === undefined ? /^\d{12}$/.test(value) : parts[5] === 'root'
  if (isAccount) {
    const isOfPartition = parts === undefined || parts[1] === partsOf(caller.arn)?.[1]
    const isOfAccount = isOfPartition && (parts?.[4] ?? value) === caller.account
    return isSo(naming === 'its account' && isOfAccount)
  }
  if (parts === undefined) {
    const isUntold = caller.kind === 'federatedUser' && value.startsWith('AIDA')
    if (isUntold) return naming === 'who stands behind' ? 'unsaid' : 'no'
    return isSo(naming === namingOfId(caller) && value === caller.uniqueId)
  }
  if (naming === 'caller itself') return isSo(caller.arn === value)
  if (naming !== 'who stands behind') return 'no'
  const isUntold = caller.kind === 'federatedUser' && caller.behind === undefined
  if (isUntold && parts[4] === caller.account && parts[5]?.startsWith('user/')) return 'unsaid'
  return isSo(caller.behind === value)
}

/** The id of a role names the role, not its session. */
function namingOfId(caller: Caller): Naming {
  return caller.kind === 'session' ? 'who stands behind' : 'caller itself'
}
