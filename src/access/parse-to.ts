import type { Account, GrantFrom, GrantTo } from './access-file.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import type { ToShape } from './grant-schema.ts'
import type { AccountDirectory } from './parse-accounts.ts'
import { itemPlaces, placeAt, type Scope, scopeAt } from './place.ts'
import { type Selection, selectAccounts } from './select-accounts.ts'
import { textsOf } from './text-list.ts'

export interface ToScope extends Scope {
  readonly directory: AccountDirectory
  /** Undefined when `from` has problems of its own. */
  readonly from: GrantFrom | undefined
}

/** Parses where the access leads; at least one account must be left after `except`. */
export function parseTo(shape: ToShape, scope: ToScope): GrantTo | undefined {
  const accounts = parseAccountList(shape, scope)
  const path = shape.path ?? '/'
  const isFine = [
    isRoleName(shape.role, scopeAt(scope, 'role')),
    isRolePath(path, scopeAt(scope, 'path')),
    shape.boundary === undefined || isBoundary(shape.boundary, scopeAt(scope, 'boundary')),
  ].every(Boolean)
  if (accounts === undefined || !isFine) return undefined
  reportPartitions(accounts, scope)
  return {
    accounts,
    role: shape.role,
    path,
    ...(shape.boundary === undefined ? {} : { boundary: shape.boundary }),
  }
}

function parseAccountList(shape: ToShape, scope: ToScope): readonly Account[] | undefined {
  const caller = scope.from?.kind === 'account' ? scope.from.account : undefined
  const included = selectAccounts(shape.accounts, {
    ...scopeAt(scope, 'accounts'),
    isOnlyByName: (account) => account.isManagement || account === caller,
  })
  const excluded =
    shape.except === undefined
      ? { accounts: [], isComplete: true }
      : selectExcluded(shape.except, { ...scopeAt(scope, 'except'), included })
  if (!included.isComplete || !excluded.isComplete) return undefined
  const accounts = included.accounts.filter((account) => !excluded.accounts.includes(account))
  if (accounts.length > 0) return accounts
  scope.report(placeAt(scope.place, 'except'), {
    code: 'empty-selection',
    message: '`except` leaves out every account that `accounts` selects',
    remedy: 'narrow `except`, or remove the grant',
  })
  return undefined
}

function selectExcluded(
  except: string | readonly string[],
  scope: ToScope & { readonly included: Selection },
): Selection {
  const places = itemPlaces(scope.place)
  const selections = textsOf(except).map((selector, index) => {
    const place = places[index] ?? scope.place
    const selection = selectAccounts(selector, { ...scope, place, isOnlyByName: () => false })
    const isIdle = !selection.accounts.some((account) => scope.included.accounts.includes(account))
    if (isIdle && selection.isComplete && scope.included.isComplete) {
      scope.report(place, {
        severity: 'warning',
        code: 'except-without-effect',
        message: `${shown(selector)} is not among the selected accounts anyway`,
        remedy: 'remove it from `except`, or check its name',
      })
    }
    return selection
  })
  return {
    accounts: selections.flatMap(({ accounts }) => accounts),
    isComplete: selections.every(({ isComplete }) => isComplete),
  }
}

function isRoleName(role: string, scope: Scope): boolean {
  const slash = role.lastIndexOf('/')
  if (slash >= 0) {
    scope.report(scope.place, {
      code: 'invalid-role-name',
      message: `role name ${shown(role)} holds a \`/\``,
      remedy: `write the path apart: \`role: ${role.slice(slash + 1)}\` and \`path: /${role.slice(0, slash).replace(/^\/|^role\//, '')}/\``,
    })
    return false
  }
  return isWellFormed(role, grammars.roleName, scope)
}

function isRolePath(path: string, scope: Scope): boolean {
  if (!isWellFormed(path, grammars.path, scope)) return false
  if (!/^\/(?:aws-reserved|aws-service-role)\//.test(path)) return true
  scope.report(scope.place, {
    code: 'reserved-path',
    message: `path ${shown(path)} belongs to AWS, and only AWS creates roles there`,
    remedy: 'choose another path',
  })
  return false
}

function isBoundary(boundary: string, scope: Scope): boolean {
  const grammar = boundary.startsWith('arn:') ? grammars.policyArn : grammars.policyName
  return isWellFormed(boundary, grammar, scope)
}

/** AWS: no role is assumed across partitions; each has accounts, IAM and STS of its own. */
function reportPartitions(accounts: readonly Account[], scope: ToScope): void {
  const caller = scope.from?.kind === 'account' ? scope.from.account : undefined
  if (caller === undefined) return
  for (const account of accounts.filter(({ partition }) => partition !== caller.partition)) {
    scope.report(placeAt(scope.place, 'accounts'), {
      code: 'other-partition',
      message: `${shown(account.name)} is in ${shown(account.partition)} and ${shown(caller.name)} in ${shown(caller.partition)}; no role is assumed across partitions`,
      remedy: 'leave the account out, or correct its `partition`',
    })
  }
}
