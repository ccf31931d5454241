import type { AccessFile, GrantPrincipal } from '../../access/index.ts'
import type { Seed, SeedAccount } from '../../local/index.ts'
import { seedOf } from '../local-accounts.ts'

/**
 * The accounts of an access file with an administrator each, and with the users and roles that its grants let in: users
 * with an access key, roles that their own account may assume. Groups and permission sets are left to whoever tries them.
 */
export function seedOfAccess(access: AccessFile): Seed {
  const accounts = seedOf(access.accounts).accounts.map((account) =>
    withPrincipals(account, access),
  )
  return { accounts }
}

function withPrincipals(account: SeedAccount, { grants }: AccessFile): SeedAccount {
  const named = new Map<string, GrantPrincipal>()
  for (const { from } of grants) {
    if (from.kind !== 'account' || from.account.id !== account.id) continue
    for (const principal of from.principals) {
      if (!principal.name.includes('*')) named.set(`${principal.kind}/${principal.name}`, principal)
    }
  }
  const principals = [...named.values()]
  const taken = new Set((account.users ?? []).map(({ name }) => name.toLowerCase()))
  const users = principals.filter(
    ({ kind, name }) => kind === 'user' && !taken.has(name.toLowerCase()),
  )
  const roles = principals.filter(({ kind }) => kind === 'role')
  return {
    ...account,
    users: [...(account.users ?? []), ...users.map(({ name, path }) => ({ name, path }))],
    roles: roles.map(({ name, path }) => ({ name, path, trustPolicy: trustOf(account.id) })),
  }
}

function trustOf(accountId: string): NonNullable<SeedAccount['roles']>[number]['trustPolicy'] {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  }
}
