import type {
  AttachedPolicy,
  GetAccountAuthorizationDetailsResponse,
  PolicyDetail,
  Tag,
} from '@aws-sdk/client-iam'
import type { NamedDocument } from '../access/index.ts'
import type { PolicyDocument } from '../core/index.ts'
import { readAuthorizationPages } from './account-details.ts'
import type { Connection } from './connection.ts'
import type { Tags } from './ownership.ts'

/** One account's users, groups, roles and own managed policies, as `GetAccountAuthorizationDetails` gives them. */
export interface AccountDetails {
  readonly users: readonly Holder[]
  readonly groups: readonly Holder[]
  readonly roles: readonly RoleDetails[]
  readonly policies: readonly PolicyDetails[]
}

/** Whatever holds policies. */
export interface Holder {
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly inlinePolicies: readonly NamedDocument[]
  /** Sorted. */
  readonly managedPolicyArns: readonly string[]
}

export interface RoleDetails extends Holder {
  readonly trustPolicy: PolicyDocument
  readonly boundaryArn?: string
  readonly tags: Tags
}

export interface PolicyDetails {
  readonly arn: string
  readonly name: string
  /** Of the default version. */
  readonly document: PolicyDocument
}

/** Reads one account's whole IAM, in pages. */
export async function readDetails(connection: Connection): Promise<AccountDetails> {
  const pages = await readAuthorizationPages(connection)
  return {
    users: pages.flatMap((page) => (page.UserDetailList ?? []).map(readUser)),
    groups: pages.flatMap((page) => (page.GroupDetailList ?? []).map(readGroup)),
    roles: pages.flatMap((page) => (page.RoleDetailList ?? []).map(readRole)),
    policies: pages.flatMap((page) => (page.Policies ?? []).map(readPolicy)),
  }
}

/** An IAM answer's policy document: JSON, percent-encoded. */
export function readDocument(text: string | undefined): PolicyDocument {
  if (text === undefined || text === '') return {}
  const value: unknown = JSON.parse(
    text.trimStart().startsWith('{') ? text : decodeURIComponent(text),
  )
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

/** Tags as a plain object, keys sorted. */
export function readTags(tags: readonly Tag[] | undefined): Tags {
  const pairs = (tags ?? []).map(({ Key, Value }): [string, string] => [Key ?? '', Value ?? ''])
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

type PageItem<K extends keyof GetAccountAuthorizationDetailsResponse> =
  NonNullable<GetAccountAuthorizationDetailsResponse[K]> extends readonly (infer Item)[]
    ? Item
    : never

function readUser(user: PageItem<'UserDetailList'>): Holder {
  return {
    name: user.UserName ?? '',
    path: user.Path ?? '/',
    arn: user.Arn ?? '',
    inlinePolicies: inline(user.UserPolicyList),
    managedPolicyArns: attached(user.AttachedManagedPolicies),
  }
}

function readGroup(group: PageItem<'GroupDetailList'>): Holder {
  return {
    name: group.GroupName ?? '',
    path: group.Path ?? '/',
    arn: group.Arn ?? '',
    inlinePolicies: inline(group.GroupPolicyList),
    managedPolicyArns: attached(group.AttachedManagedPolicies),
  }
}

function readRole(role: PageItem<'RoleDetailList'>): RoleDetails {
  const boundaryArn = role.PermissionsBoundary?.PermissionsBoundaryArn
  return {
    name: role.RoleName ?? '',
    path: role.Path ?? '/',
    arn: role.Arn ?? '',
    inlinePolicies: inline(role.RolePolicyList),
    managedPolicyArns: attached(role.AttachedManagedPolicies),
    trustPolicy: readDocument(role.AssumeRolePolicyDocument),
    tags: readTags(role.Tags),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
  }
}

function readPolicy(policy: PageItem<'Policies'>): PolicyDetails {
  const versions = policy.PolicyVersionList ?? []
  const current = versions.find((version) => version.VersionId === policy.DefaultVersionId)
  return {
    arn: policy.Arn ?? '',
    name: policy.PolicyName ?? '',
    document: readDocument(current?.Document),
  }
}

function inline(policies: readonly PolicyDetail[] | undefined): readonly NamedDocument[] {
  return (policies ?? [])
    .map((policy) => ({
      name: policy.PolicyName ?? '',
      document: readDocument(policy.PolicyDocument),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function attached(policies: readonly AttachedPolicy[] | undefined): readonly string[] {
  return (policies ?? []).map((policy) => policy.PolicyArn ?? '').sort()
}
