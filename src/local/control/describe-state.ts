import type { LocalTools } from '../operation.ts'
import {
  accountsOf,
  groupsOf,
  managedPoliciesOf,
  rolesOf,
  usersOf,
} from '../services/iam/tables.ts'
import { findOrganization } from '../services/organizations/tables.ts'
import { bucketsOf } from '../services/s3/bucket/bucket.ts'

/** What a server holds, without a secret. */
export interface DescribedState {
  readonly accounts: readonly DescribedAccount[]
  readonly nowMs: number
}

export interface DescribedAccount {
  readonly id: string
  readonly name: string
  readonly organizationId?: string
  readonly userNames: readonly string[]
  readonly counts: Readonly<Record<'users' | 'groups' | 'roles' | 'policies' | 'buckets', number>>
}

export function describeState({ store, clock }: LocalTools): DescribedState {
  const owners = [...bucketsOf(store).entries()].map(([, bucket]) => bucket.ownerAccountId)
  const accounts = [...accountsOf(store).entries()].map(([, { id, name }]) => {
    const organization = findOrganization(store, id)
    const users = [...usersOf(store, id).entries()].map(([, user]) => user.name)
    return {
      id,
      name,
      ...(organization === undefined ? {} : { organizationId: organization.id }),
      userNames: users,
      counts: {
        users: users.length,
        groups: groupsOf(store, id).size,
        roles: rolesOf(store, id).size,
        policies: managedPoliciesOf(store, id).size,
        buckets: owners.filter((owner) => owner === id).length,
      },
    }
  })
  return { accounts, nowMs: clock.nowMs() }
}
