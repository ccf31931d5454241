import { type AccountId, parseAccountId } from '../core/index.ts'
import type { Account } from './access-file.ts'
import { type AccountShape, accountShape } from './account-schema.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import { type Place, placeAt, type Report, type Scope, scopeAt } from './place.ts'
import type { ShapeTools } from './shape-problems.ts'
import { parseShape } from './shape-problems.ts'
import { valueAt } from './yaml-value.ts'

/** The accounts that the file declares, and the names of those it declares wrongly. */
export interface AccountDirectory {
  /** In the file's order. */
  readonly accounts: readonly Account[]
  readonly byName: ReadonlyMap<string, Account>
  /** Every name declared, also of accounts with problems: to speak of one of them is no second problem. */
  readonly declaredNames: ReadonlySet<string>
  /** False when part of the file could not be read, so that a missing name proves nothing. */
  readonly isComplete: boolean
}

/** One name under `accounts` or `grants`, wherever in the sources it stands. */
export interface NamedPlace {
  readonly name: string
  readonly place: Place
}

export interface DirectoryTools extends ShapeTools {
  readonly isComplete: boolean
}

/** Parses all declared accounts; names and ids must be unique over all the files. */
export function parseAccounts(
  entries: readonly NamedPlace[],
  tools: DirectoryTools,
): AccountDirectory {
  const { report, isComplete } = tools
  reportDuplicateNames(entries, { report, what: 'account' })
  const accounts = entries.flatMap(({ name, place }) => {
    const shape = parseShape(accountShape, {
      ...tools,
      place,
      value: valueAt(place),
    })
    const account = shape && parseAccount(shape, { place, report, name })
    return account === undefined ? [] : [{ account, place }]
  })
  reportDuplicateIds(accounts, report)
  const byName = new Map(accounts.map(({ account }) => [account.name, account]))
  return {
    accounts: [...byName.values()],
    byName,
    declaredNames: new Set(entries.map(({ name }) => name)),
    isComplete,
  }
}

/** Reports each name that stands twice, in one file or in two. */
export function reportDuplicateNames(
  entries: readonly NamedPlace[],
  { report, what }: { readonly report: Report; readonly what: 'account' | 'grant' },
): void {
  const first = new Map<string, Place>()
  for (const { name, place } of entries) {
    const { file, line } = first.get(name)?.keyPosition ?? {}
    if (file === undefined) {
      first.set(name, place)
      continue
    }
    report(
      { ...place, position: place.keyPosition },
      {
        code: `duplicate-${what}`,
        message: `${what} ${shown(name)} is declared already, at ${file}:${line}`,
        remedy: 'give one of the two another name',
      },
    )
  }
}

function parseAccount(
  shape: AccountShape,
  scope: Scope & { readonly name: string },
): Account | undefined {
  const { name, place } = scope
  const id = parseId(shape.id, scopeAt(scope, 'id'))
  const isFine = [isAccountName(scope), areDetailsFine(shape, scope)].every(Boolean)
  if (id === undefined || !isFine) return undefined
  return {
    name,
    id,
    partition: shape.partition ?? 'aws',
    isManagement: shape.management ?? false,
    tags: shape.tags ?? {},
    position: place.keyPosition,
    ...(shape.profile === undefined ? {} : { profile: shape.profile }),
    ...(shape.region === undefined ? {} : { region: shape.region }),
    ...(shape.ou === undefined ? {} : { organizationalUnit: shape.ou }),
  }
}

/** The id of an account, here or at a vendor's. */
export function parseId(text: string, scope: Scope): AccountId | undefined {
  const id = parseAccountId(text)
  if (id !== undefined) return id
  const digits = text.replace(/[\s-]/g, '')
  const message = /^\d+$/.test(digits)
    ? `account id ${shown(text)} has ${digits.length} digits${digits === text ? '' : ' and separators'}; an AWS account id has 12 digits and nothing else`
    : `account id ${shown(text)} is not made of 12 digits`
  scope.report(scope.place, {
    code: 'invalid-account-id',
    message,
    remedy:
      digits.length === 12
        ? `write \`"${digits}"\``
        : 'copy the id from the account menu of the AWS console, or from `aws sts get-caller-identity`',
  })
  return undefined
}

function isAccountName(scope: Scope & { readonly name: string }): boolean {
  const place = { ...scope.place, position: scope.place.keyPosition }
  if (scope.name === 'all') {
    scope.report(place, {
      code: 'invalid-account-name',
      message: '`all` stands for every account and cannot name one',
      remedy: 'choose another name',
    })
    return false
  }
  return isWellFormed(scope.name, grammars.accountName, { ...scope, place })
}

function areDetailsFine(shape: AccountShape, scope: Scope): boolean {
  const rows = [
    ['profile', shape.profile, grammars.profile],
    ['region', shape.region, grammars.region],
    ['ou', shape.ou, grammars.organizationalUnit],
  ] as const
  return rows
    .map(
      ([key, text, grammar]) =>
        text === undefined || isWellFormed(text, grammar, scopeAt(scope, key)),
    )
    .every(Boolean)
}

function reportDuplicateIds(
  declared: readonly { readonly account: Account; readonly place: Place }[],
  report: Report,
): void {
  const first = new Map<AccountId, Account>()
  for (const { account, place } of declared) {
    const earlier = first.get(account.id)
    if (earlier === undefined) {
      first.set(account.id, account)
    } else if (earlier.name !== account.name) {
      report(placeAt(place, 'id'), {
        code: 'duplicate-account-id',
        message: `accounts ${shown(earlier.name)} and ${shown(account.name)} both have the id ${shown(account.id)}`,
        remedy: `correct one of the two ids; ${shown(earlier.name)} is at ${earlier.position.file}:${earlier.position.line}`,
      })
    }
  }
}
