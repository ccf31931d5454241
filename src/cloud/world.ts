import type { Compilation } from '../access/index.ts'
import type { Actual, ActualAccount, ActualPolicy, ActualPrincipal, ActualRole } from './actual.ts'
import { findOwner, type KnownRoles } from './ownership.ts'

/** What was read, with an index: planning asks by account and name, not by search. */
export interface World {
  readonly file: string | undefined
  readonly accounts: readonly ActualAccount[]
  readonly isRead: (accountId: string) => boolean
  readonly findRole: (accountId: string, name: string) => ActualRole | undefined
  readonly findPrincipal: (
    accountId: string,
    principal: { readonly kind: string; readonly name: string },
  ) => ActualPrincipal | undefined
  readonly findPolicy: (accountId: string, arn: string) => ActualPolicy | undefined
  readonly hasPolicy: (accountId: string, arn: string) => boolean
}

export function indexActual(actual: Actual): World {
  const byId = new Map(actual.accounts.map((one) => [one.account.id, indexAccount(one)]))
  return {
    file: actual.scope.file,
    accounts: actual.accounts,
    isRead: (accountId) => byId.has(accountId),
    findRole: (accountId, name) => byId.get(accountId)?.roles.get(name.toLowerCase()),
    findPrincipal: (accountId, { kind, name }) =>
      byId.get(accountId)?.principals.get(`${kind}/${name}`),
    findPolicy: (accountId, arn) => byId.get(accountId)?.policies.get(arn),
    hasPolicy: (accountId, arn) => byId.get(accountId)?.known.has(arn) ?? false,
  }
}

function indexAccount(one: ActualAccount) {
  return {
    roles: new Map(one.roles.map((role) => [role.name.toLowerCase(), role])),
    principals: new Map(
      one.principals.map((principal) => [`${principal.kind}/${principal.name}`, principal]),
    ),
    policies: new Map(one.policies.map((policy) => [policy.arn, policy])),
    known: new Set(one.knownPolicyArns),
  }
}

/**
 * The roles that count as this file's when a caller policy is judged: those tagged as its own, and those it declares
 * that nobody else has made.
 */
export function knownRoles(compilation: Compilation, world: World): KnownRoles {
  const tagged = world.accounts
    .flatMap((account) => account.roles)
    .filter((role) => findOwner(role.tags, world.file).kind === 'own')
    .map((role) => role.arn)
  const unmade = compilation.roles
    .filter((role) => world.findRole(role.account.id, role.name) === undefined)
    .map((role) => role.arn)
  return { own: new Set([...tagged, ...unmade]) }
}

/** Roles that carry another access file's tag. */
export function otherFilesRoles(world: World): ReadonlySet<string> {
  return new Set(
    world.accounts.flatMap((account) => account.otherFilesRoles.map((role) => role.arn)),
  )
}
