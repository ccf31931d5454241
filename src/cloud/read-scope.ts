import type { Compilation, GrantPrincipal, PrincipalKind } from '../access/index.ts'
import type { AccountRef } from './cloud-error.ts'
import { fileTag } from './ownership.ts'

/** What to look at in the accounts. Plain data that a saved plan holds, so that the same can be read again. */
export interface ReadScope {
  /** The value of the ownership tag `stile:file`; undefined when the file declares nothing that carries it. */
  readonly file?: string
  readonly accounts: readonly AccountScope[]
}

export interface AccountScope {
  readonly account: AccountRef
  readonly roleNames: readonly string[]
  readonly principals: readonly { readonly kind: PrincipalKind; readonly name: string }[]
  /** Names of the caller's policies, inline and managed. */
  readonly callerPolicyNames: readonly string[]
  readonly callerPolicyArns: readonly string[]
  /** Managed policies of the account that roles use, as permissions or boundary. */
  readonly usedPolicyArns: readonly string[]
  readonly oidcProviderArns: readonly string[]
}

/** What a compilation is about, for every account in `accounts` (those signed in to, and those that could not be). */
export function scopeOf(
  compilation: Compilation,
  accounts: readonly AccountRef[],
  file?: string,
): ReadScope {
  const tagged = [...compilation.roles, ...compilation.callerPolicies].map(
    (desired) => desired.tags[fileTag],
  )
  const owner = file ?? tagged.find((value) => value !== undefined)
  const scopes = [...accounts]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((account) => accountScope(compilation, account))
  return owner === undefined ? { accounts: scopes } : { file: owner, accounts: scopes }
}

function accountScope(compilation: Compilation, account: AccountRef): AccountScope {
  const roles = compilation.roles.filter((role) => role.account.id === account.id)
  const policies = compilation.callerPolicies.filter((policy) => policy.account.id === account.id)
  const providers = compilation.oidcProviders.filter(
    (provider) => provider.account.id === account.id,
  )
  const used = roles.flatMap((role) => [
    ...role.managedPolicyArns,
    ...(role.boundaryArn === undefined ? [] : [role.boundaryArn]),
  ])
  return {
    account: { id: account.id, name: account.name },
    roleNames: sorted(roles.map((role) => role.name)),
    principals: principalsOf(compilation, account),
    callerPolicyNames: sorted(policies.map((policy) => policy.name)),
    callerPolicyArns: sorted(policies.flatMap(({ arn }) => (arn === undefined ? [] : [arn]))),
    usedPolicyArns: sorted(used.filter((arn) => arn.includes(`::${account.id}:`))),
    oidcProviderArns: sorted(providers.map((provider) => provider.arn)),
  }
}

/** The declared principals of an account, over all grants, each once. */
function principalsOf(compilation: Compilation, account: AccountRef): AccountScope['principals'] {
  const fromGrants = compilation.roles
    .flatMap((role) => role.grants)
    .flatMap(({ from }): readonly GrantPrincipal[] =>
      from.kind === 'account' && from.account.id === account.id ? from.principals : [],
    )
  const fromPolicies = compilation.callerPolicies
    .filter((policy) => policy.account.id === account.id)
    .flatMap((policy) => policy.principals)
  const byKey = new Map(
    [...fromGrants, ...fromPolicies].map(({ kind, name }) => [`${kind}/${name}`, { kind, name }]),
  )
  return sorted([...byKey.keys()]).flatMap((key) => byKey.get(key) ?? [])
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}
