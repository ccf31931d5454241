import { type AccountId, type PolicyDocument, parseAccountId } from '../core/index.ts'
import { addIssuer, type KnownIssuer } from './oidc/issuers.ts'
import type { LocalTools } from './operation.ts'
import { runSeedStep } from './seed-call.ts'
import { type SeedOrganization, seedOrganization } from './seed-organization.ts'
import {
  type SeedHolder,
  type SeedUser,
  seedHolder,
  seedUser,
  userCredentials,
} from './seed-users.ts'
import { ServiceError } from './service-error.ts'
import { addAccount, type RootCredentials, rootCredentials } from './services/iam/accounts.ts'

/** What the embedded AWS holds when it starts, and again after a reset. */
export interface Seed {
  readonly accounts: readonly SeedAccount[]
  readonly organization?: SeedOrganization
  /** Identity providers outside, with the keys that their tokens are verified with. */
  readonly issuers?: readonly KnownIssuer[]
}

export interface SeedAccount {
  /** Twelve digits. */
  readonly id: string
  readonly name?: string
  /** Any texts do; new and random when left out. */
  readonly rootKey?: RootCredentials
  /** Customer managed policies. */
  readonly policies?: readonly SeedPolicy[]
  /** Users that are there from the start, each with an access key. */
  readonly users?: readonly SeedUser[]
  readonly roles?: readonly SeedRole[]
}

export interface SeedPolicy {
  readonly name: string
  readonly path?: string
  readonly document: PolicyDocument
}

export interface SeedRole extends SeedHolder {
  /** It may name users and roles of any account of the seed. */
  readonly trustPolicy: PolicyDocument
}

/** Makes everything in the seed or nothing. Throws what is wrong with it, and where. */
export function applySeed(tools: LocalTools, seed: Seed): void {
  try {
    tools.store.transact(() => {
      for (const issuer of seed.issuers ?? []) addIssuer(tools.store, issuer)
      seedAccounts(tools, seed.accounts)
      if (seed.organization === undefined) return
      const { organization } = seed
      at('organization', () => seedOrganization(tools, organization))
    })
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith('bug:')) throw error
    throw error instanceof SeedError ? error : new SeedError(error.message, error)
  }
}

/** The seed with the keys that were made for it: who goes back to it finds them again. */
export function withMadeKeys(tools: LocalTools, seed: Seed): Seed {
  return { ...seed, accounts: seed.accounts.map((account) => accountWithKeys(tools, account)) }
}

function accountWithKeys(tools: LocalTools, account: SeedAccount): SeedAccount {
  const id = requireId(account)
  const rootKey = account.rootKey ?? rootCredentials(tools, id)
  const users = (account.users ?? []).map((user) => {
    const made = user.keys === undefined ? userCredentials(tools, id, user.name) : undefined
    return made === undefined ? user : { ...user, keys: [made] }
  })
  return { ...account, ...(rootKey === undefined ? {} : { rootKey }), users }
}

/** Opens one more account. Throws as `applySeed` does. */
export function seedAccount(tools: LocalTools, account: SeedAccount): RootCredentials {
  return tools.store.transact(() => {
    const [root] = seedAccounts(tools, [account])
    if (root === undefined) throw new Error('bug: no account was opened')
    return root
  })
}

function seedAccounts(
  tools: LocalTools,
  accounts: readonly SeedAccount[],
): readonly RootCredentials[] {
  const roots = accounts.map((account) => openAccount(tools, account))
  for (const account of accounts) {
    const id = requireId(account)
    for (const policy of account.policies ?? []) {
      at(`policy \`${policy.name}\` of ${id}`, () => seedPolicy(tools, id, policy))
    }
    for (const user of account.users ?? []) {
      at(`user \`${user.name}\` of ${id}`, () => seedUser(tools, id, user))
    }
  }
  seedRoles(
    tools,
    accounts.flatMap((account) =>
      (account.roles ?? []).map((role) => ({ accountId: requireId(account), role })),
    ),
  )
  return roots
}

function openAccount(tools: LocalTools, account: SeedAccount): RootCredentials {
  const { name, rootKey } = account
  return addAccount(tools, {
    id: requireId(account),
    ...(name === undefined ? {} : { name }),
    ...(rootKey === undefined ? {} : { rootKey }),
  })
}

function requireId(account: SeedAccount): AccountId {
  const id = parseAccountId(account.id)
  if (id !== undefined) return id
  throw new Error(`\`${account.id}\` is no account id: it takes twelve digits`)
}

function seedPolicy(tools: LocalTools, accountId: AccountId, policy: SeedPolicy): void {
  const { name, path, document } = policy
  const input = {
    PolicyName: name,
    PolicyDocument: JSON.stringify(document),
    ...(path === undefined ? {} : { Path: path }),
  }
  runSeedStep(tools, accountId, { service: 'iam', name: 'CreatePolicy', input })
}

interface PlacedRole {
  readonly accountId: AccountId
  readonly role: SeedRole
}

/** Roles may trust each other: those that trust one that is not there yet are made after it. */
function seedRoles(tools: LocalTools, roles: readonly PlacedRole[]): void {
  const waiting: PlacedRole[] = []
  for (const placed of roles) if (!isMade(tools, placed)) waiting.push(placed)
  if (waiting.length === 0) return
  if (waiting.length < roles.length) seedRoles(tools, waiting)
  else for (const placed of waiting) seedRole(tools, placed)
}

function isMade(tools: LocalTools, placed: PlacedRole): boolean {
  try {
    tools.store.transact(() => seedRole(tools, placed))
    return true
  } catch (error) {
    if (error instanceof SeedError && error.awsCode === 'MalformedPolicyDocument') return false
    throw error
  }
}

function seedRole(tools: LocalTools, { accountId, role }: PlacedRole): void {
  const more = { AssumeRolePolicyDocument: JSON.stringify(role.trustPolicy) }
  at(`role \`${role.name}\` of ${accountId}`, () =>
    seedHolder(tools, accountId, { noun: 'Role', holder: role, more }),
  )
}

/** A seed that says something that cannot be. */
class SeedError extends Error {
  readonly code = 'SeedError'
  /** Why AWS would not take it, where that is so. */
  readonly awsCode: string | undefined

  constructor(message: string, cause: Error) {
    super(message, { cause })
    this.name = 'SeedError'
    this.awsCode = cause instanceof ServiceError ? cause.code : undefined
  }
}

function at(place: string, make: () => void): void {
  try {
    make()
  } catch (error) {
    throw error instanceof ServiceError
      ? new SeedError(`${place}: ${error.code}: ${error.message}`, error)
      : error
  }
}
