import type { AccountId, PolicyDocument } from '../core/index.ts'
import type { LocalTools } from './operation.ts'
import { rootCall, runSeedStep } from './seed-call.ts'
import { accountsOf } from './services/iam/tables.ts'
import { emailOf } from './services/organizations/emails.ts'
import {
  type AuthorizationPolicyType,
  authorizationPolicyTypes,
  type Organization,
} from './services/organizations/entities.ts'
import { joinOrganization } from './services/organizations/member-accounts.ts'
import { findOrganization } from './services/organizations/tables.ts'

/** An organization with all features. Accounts are named by id. */
export interface SeedOrganization {
  readonly managementAccount: string
  /** Members that are in no unit. */
  readonly accounts?: readonly string[]
  readonly units?: readonly SeedUnit[]
  readonly policies?: readonly SeedControlPolicy[]
}

export interface SeedUnit {
  readonly name: string
  readonly accounts?: readonly string[]
  readonly units?: readonly SeedUnit[]
}

/** A service or resource control policy. */
export interface SeedControlPolicy {
  readonly name: string
  readonly type: AuthorizationPolicyType
  readonly document: PolicyDocument
  /** Account ids, `Root`, or the names of units from the top: `Workloads/Production`. */
  readonly targets: readonly string[]
}

/** Founds the organization, lets its accounts in and binds its policies, all by the operations of Organizations. */
export function seedOrganization(tools: LocalTools, seed: SeedOrganization): void {
  const id = requireAccount(tools, seed.managementAccount)
  const run = (name: string, input: Readonly<Record<string, unknown>>): object =>
    runSeedStep(tools, id, { service: 'organizations', name, input })
  run('CreateOrganization', { FeatureSet: 'ALL' })
  const organization = findOrganization(tools.store, id)
  if (organization === undefined) throw new Error('bug: the organization was not founded')
  const places = new Map([['Root', organization.rootId]])
  const founding: Founding = { tools, organization, places, run }
  for (const account of seed.accounts ?? []) letIn(founding, account, organization.rootId)
  for (const unit of seed.units ?? []) {
    seedUnit(founding, unit, { path: unit.name, parentId: organization.rootId })
  }
  for (const type of authorizationPolicyTypes) {
    run('EnablePolicyType', { RootId: organization.rootId, PolicyType: type })
  }
  for (const policy of seed.policies ?? []) seedControlPolicy(founding, policy)
}

interface Founding {
  readonly tools: LocalTools
  readonly organization: Organization
  /** The ids of the root and the units, by path; filled as they are made. */
  readonly places: Map<string, string>
  readonly run: (name: string, input: Readonly<Record<string, unknown>>) => object
}

function letIn({ tools, organization, run }: Founding, account: string, parentId: string): void {
  const id = requireAccount(tools, account)
  if (id === organization.managementAccountId) return
  if (findOrganization(tools.store, id) !== undefined) {
    throw new Error(`account \`${id}\` has two places in the organization`)
  }
  const call = rootCall(tools, { accountId: id, service: 'organizations', operation: 'seed' })
  const name = accountsOf(tools.store).get(id)?.name ?? id
  joinOrganization({ ...call, accountId: id }, organization, {
    id,
    name,
    email: emailOf(tools.store, id),
    joinedMethod: 'INVITED',
  })
  if (parentId === organization.rootId) return
  const move = { SourceParentId: organization.rootId, DestinationParentId: parentId }
  run('MoveAccount', { AccountId: id, ...move })
}

function seedUnit(
  founding: Founding,
  unit: SeedUnit,
  at: { readonly path: string; readonly parentId: string },
): void {
  const made = founding.run('CreateOrganizationalUnit', { ParentId: at.parentId, Name: unit.name })
  const id = idIn(made, 'OrganizationalUnit')
  founding.places.set(at.path, id)
  for (const account of unit.accounts ?? []) letIn(founding, account, id)
  for (const inner of unit.units ?? []) {
    seedUnit(founding, inner, { path: `${at.path}/${inner.name}`, parentId: id })
  }
}

function seedControlPolicy({ places, run }: Founding, policy: SeedControlPolicy): void {
  const { name: Name, type: Type, document } = policy
  const made = run('CreatePolicy', {
    Name,
    Type,
    Description: '',
    Content: JSON.stringify(document),
  })
  const { PolicySummary: summary } = (made as { Policy: { PolicySummary: object } }).Policy
  const PolicyId = idIn({ summary }, 'summary')
  for (const target of policy.targets) {
    const TargetId = places.get(target) ?? (/^\d{12}$/.test(target) ? target : undefined)
    if (TargetId !== undefined) run('AttachPolicy', { PolicyId, TargetId })
    else throw new Error(`policy \`${Name}\`: there is no unit \`${target}\` to attach it to`)
  }
}

function idIn(answer: object, member: string): string {
  const id: unknown = (answer as Record<string, { readonly Id?: unknown } | undefined>)[member]?.Id
  if (typeof id === 'string') return id
  throw new Error(`bug: no ${member}.Id in the answer`)
}

function requireAccount({ store }: LocalTools, text: string): AccountId {
  for (const [, { id }] of accountsOf(store).entries()) if (id === text) return id
  throw new Error(`the organization names an account \`${text}\` that is not there`)
}
