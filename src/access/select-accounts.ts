import { didYouMean } from '../core/index.ts'
import type { Account } from './access-file.ts'
import { shown } from './grammar.ts'
import type { AccountDirectory } from './parse-accounts.ts'
import { itemPlaces, type Scope } from './place.ts'
import { textsOf } from './text-list.ts'

export interface SelectionScope extends Scope {
  readonly directory: AccountDirectory
  /** Accounts that only their own name selects, never `all`, `ou:` or `tag:`. */
  readonly isOnlyByName: (account: Account) => boolean
}

/** The accounts that a list of selectors means; `isComplete` is false when one of them could not be resolved. */
export interface Selection {
  readonly accounts: readonly Account[]
  readonly isComplete: boolean
}

/** Resolves names, `all`, `ou:PATH` and `tag:KEY=VALUE` to declared accounts, in the order of their declaration. */
export function selectAccounts(
  written: string | readonly string[],
  scope: SelectionScope,
): Selection {
  const places = itemPlaces(scope.place)
  const selected = textsOf(written).map((selector, index) =>
    resolveSelector(selector, { ...scope, place: places[index] ?? scope.place }),
  )
  const chosen = new Set(selected.flatMap((accounts) => accounts ?? []))
  return {
    accounts: scope.directory.accounts.filter((account) => chosen.has(account)),
    isComplete: !selected.includes(undefined),
  }
}

/** The account of that name, or undefined: reported where no such account is declared. */
export function findAccount(
  name: string,
  scope: Scope & { readonly directory: AccountDirectory },
): Account | undefined {
  const { directory } = scope
  const account = directory.byName.get(name)
  if (account !== undefined || directory.declaredNames.has(name) || !directory.isComplete) {
    return account
  }
  const byId = directory.accounts.find(({ id }) => id === name)
  scope.report(scope.place, {
    code: 'unknown-account',
    message: `there is no account ${shown(name)}${
      byId === undefined
        ? didYouMean(name, directory.declaredNames)
        : `; the account of that id is called ${shown(byId.name)}`
    }`,
    remedy:
      byId === undefined
        ? 'declare it under `accounts`, or correct the name'
        : `write ${shown(byId.name)}`,
  })
  return undefined
}

function resolveSelector(selector: string, scope: SelectionScope): readonly Account[] | undefined {
  const colon = selector.indexOf(':')
  if (selector !== 'all' && colon < 0) {
    const account = findAccount(selector, scope)
    return account === undefined ? undefined : [account]
  }
  const match = matcherOf(selector, colon)
  if (match === undefined) {
    scope.report(scope.place, {
      code: 'invalid-account-selector',
      message: `${shown(selector)} selects nothing that Stile knows`,
      remedy: 'write an account name, `all`, `ou:Workloads/Prod` or `tag:env=prod`',
    })
    return undefined
  }
  const { accounts, isComplete } = scope.directory
  const selected = accounts.filter((account) => match(account) && !scope.isOnlyByName(account))
  if (selected.length > 0) return selected
  if (isComplete && accounts.length === scope.directory.declaredNames.size) {
    scope.report(scope.place, nothingSelected(selector, accounts))
  }
  return undefined
}

function matcherOf(selector: string, colon: number): ((account: Account) => boolean) | undefined {
  if (selector === 'all') return () => true
  const kind = selector.slice(0, colon)
  const wanted = selector.slice(colon + 1).trim()
  if (kind === 'ou' && wanted !== '') {
    return ({ organizationalUnit }) =>
      organizationalUnit === wanted || organizationalUnit?.startsWith(`${wanted}/`) === true
  }
  const equals = wanted.indexOf('=')
  if (kind !== 'tag' || equals < 1) return undefined
  const key = wanted.slice(0, equals)
  return ({ tags }) => Object.hasOwn(tags, key) && tags[key] === wanted.slice(equals + 1)
}

function nothingSelected(selector: string, accounts: readonly Account[]) {
  const units = accounts.flatMap((account) => account.organizationalUnit ?? [])
  const tags = accounts.flatMap((account) =>
    Object.entries(account.tags).map(([key, value]) => `tag:${key}=${value}`),
  )
  return {
    code: 'empty-selection',
    message: `${shown(selector)} selects no account${didYouMean(selector, [...units.map((unit) => `ou:${unit}`), ...tags])}`,
    remedy:
      'give the accounts meant an `ou` or `tags`, or name them: the account of the callers and the management account count only by name',
  }
}
