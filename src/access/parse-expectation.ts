import { didYouMean } from '../core/index.ts'
import type { Account, Expectation, ExpectationSubject, Grant } from './access-file.ts'
import type { ExpectationShape } from './expectation-schema.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import type { AccountDirectory } from './parse-accounts.ts'
import { isPattern, parsePrincipalText } from './parse-principal.ts'
import { entryPlaces, itemPlaces, keyPlaceAt, type Place, type Scope, scopeAt } from './place.ts'
import { findAccount, selectAccounts } from './select-accounts.ts'
import { textsOf } from './text-list.ts'

export interface ExpectationScope extends Scope {
  readonly directory: AccountDirectory
  /** The grants without problems, by name. */
  readonly grants: ReadonlyMap<string, Grant>
  /** Every name under `grants`, with problems or without. */
  readonly grantNames: ReadonlySet<string>
}

/** Parses one expectation; a list under `do` or `on` makes it several. Undefined when it has errors. */
export function parseExpectation(
  shape: ExpectationShape,
  scope: ExpectationScope,
): readonly Expectation[] | undefined {
  const kind = parseKind(shape, scope)
  if (kind === undefined) return undefined
  const subject = parseSubject(shape[kind] ?? '', scopeAt(scope, kind))
  const inAccounts = parseIn(shape, { ...scope, subject })
  const when = parseWhen(scopeAt(scope, 'when'))
  const actions = textsOf(shape.do)
  const resources = textsOf(shape.on ?? '*')
  const isFine = [
    areExact(actions, { ...scopeAt(scope, 'do'), kind, grammar: grammars.action }),
    areExact(resources, { ...scopeAt(scope, 'on'), kind, grammar: grammars.resource }),
  ].every(Boolean)
  if (!isFine || !subject || !inAccounts || !when) return undefined
  const position = scope.place.keyPosition
  return actions.flatMap((action) =>
    resources.map((resource) => ({ kind, subject, action, resource, inAccounts, when, position })),
  )
}

function parseKind(shape: ExpectationShape, scope: Scope): Expectation['kind'] | undefined {
  const kinds = (['can', 'cannot'] as const).filter((key) => shape[key] !== undefined)
  if (kinds.length === 1) return kinds[0]
  if (kinds.length === 0) {
    scope.report(scope.place, {
      code: 'missing-key',
      message: 'the expectation has neither `can` nor `cannot`',
      remedy: 'begin it with `can: GRANT` or `cannot: GRANT`',
    })
  } else {
    scope.report(keyPlaceAt(scope.place, 'cannot'), {
      code: 'conflicting-keys',
      message: 'an expectation holds either `can` or `cannot`',
      remedy: 'begin a new entry with `-` for each',
    })
  }
  return undefined
}

function parseSubject(text: string, scope: ExpectationScope): ExpectationSubject | undefined {
  const colon = text.indexOf(':')
  if (colon >= 0) return parsePrincipalSubject(text, { ...scope, colon })
  if (scope.grants.has(text)) return { kind: 'grant', grant: text }
  if (scope.grantNames.has(text) || !scope.directory.isComplete) return undefined
  scope.report(scope.place, {
    code: 'unknown-grant',
    message: `there is no grant ${shown(text)}${didYouMean(text, scope.grantNames)}`,
    remedy: 'write the name of a grant, or a principal as `account:role/NAME`',
  })
  return undefined
}

function parsePrincipalSubject(
  text: string,
  scope: ExpectationScope & { readonly colon: number },
): ExpectationSubject | undefined {
  const account = findAccount(text.slice(0, scope.colon), scope)
  const principal = parsePrincipalText(text.slice(scope.colon + 1), scope)
  if (account === undefined || principal === undefined) return undefined
  if (principal.kind !== 'group' && !isPattern(principal)) {
    return { kind: 'principal', account, principal }
  }
  scope.report(scope.place, {
    code: 'invalid-expectation-subject',
    message: `${shown(text)} is ${principal.kind === 'group' ? 'a group, and a group makes no calls' : 'a pattern, and an expectation is about one principal'}`,
    remedy: 'write one user, role or permission set, or the name of a grant',
  })
  return undefined
}

function areExact(
  texts: readonly string[],
  scope: Scope & {
    readonly kind: Expectation['kind']
    readonly grammar: typeof grammars.action | typeof grammars.resource
  },
): boolean {
  const places = itemPlaces(scope.place)
  return texts
    .map((text, index) => {
      const itemScope = { ...scope, place: places[index] ?? scope.place }
      if (!isWellFormed(text, scope.grammar, itemScope)) return false
      // `on: "*"` is how actions that know no resources are asked about.
      const isAsked = scope.grammar === grammars.resource && text === '*'
      return (
        scope.kind === 'cannot' || isAsked || !/[*?]/.test(text) || reportPattern(text, itemScope)
      )
    })
    .every(Boolean)
}

function reportPattern(text: string, scope: Scope): boolean {
  scope.report(scope.place, {
    code: 'wildcard-in-can',
    message: `${shown(text)} is a pattern, and \`can\` is about one action on one resource`,
    remedy:
      'write an example that must work; patterns are for `cannot`, where they mean: for no match',
  })
  return false
}

function parseIn(
  shape: ExpectationShape,
  scope: ExpectationScope & { readonly subject: ExpectationSubject | undefined },
): readonly Account[] | undefined {
  if (shape.in === undefined) return []
  const inScope = scopeAt(scope, 'in')
  const selection = selectAccounts(shape.in, { ...inScope, isOnlyByName: () => false })
  if (!selection.isComplete) return undefined
  const grant = scope.subject?.kind === 'grant' ? scope.grants.get(scope.subject.grant) : undefined
  const outside = selection.accounts.filter(
    (account) => grant !== undefined && !grant.to.accounts.includes(account),
  )
  for (const account of outside)
    reportOutside(account, { ...inScope, grantName: grant?.name ?? '' })
  return outside.length > 0 ? undefined : selection.accounts
}

function reportOutside(account: Account, scope: Scope & { readonly grantName: string }): void {
  scope.report(scope.place, {
    code: 'expectation-outside-grant',
    message: `grant ${shown(scope.grantName)} does not lead to account ${shown(account.name)}, so nothing would be tried there`,
    remedy:
      'name accounts of the grant, or make the expectation about the principal: `account:role/NAME`',
  })
}

function parseWhen(scope: Scope): Expectation['when'] | undefined {
  const entries = [...entryPlaces(scope.place)]
  const isFine = entries
    .map(([key, place]) =>
      isWellFormed(key, grammars.contextKey, {
        ...scope,
        place: { ...place, position: place.keyPosition },
      }),
    )
    .every(Boolean)
  return isFine
    ? Object.fromEntries(entries.map(([key, place]) => [key, valueAt(place)]))
    : undefined
}

/** A context value; digits that a number would not keep, such as `012`, stay text. */
function valueAt({ node }: Place): Expectation['when'][string] {
  if (node?.kind === 'list')
    return node.items.map((item) => (item.kind === 'scalar' ? item.text : ''))
  if (node?.kind !== 'scalar' || node.value === null) return ''
  return typeof node.value === 'number' && String(node.value) !== node.text ? node.text : node.value
}
