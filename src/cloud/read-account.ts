import type {
  ActualAccount,
  ActualOidcProvider,
  ActualPolicy,
  ActualPrincipal,
  ActualPrincipalKind,
  ActualRole,
} from './actual.ts'
import { isAwsCode } from './aws-failure.ts'
import { type Connection, callIam } from './connection.ts'
import { fileTag, isCallerDocument } from './ownership.ts'
import {
  type AccountDetails,
  type Holder,
  type PolicyDetails,
  type RoleDetails,
  readDetails,
  readTags,
} from './read-details.ts'
import type { AccountScope } from './read-scope.ts'

/** Reads the part of one account that an access file is about. */
export async function readAccount(
  connection: Connection,
  scope: AccountScope,
  file: string | undefined,
): Promise<ActualAccount> {
  const details = await readDetails(connection)
  const wanted = new Set(scope.roleNames.map((name) => name.toLowerCase()))
  const chosen = details.roles.filter(
    (role) => wanted.has(role.name.toLowerCase()) || isTagged(role, file),
  )
  const policies = await readPolicies(connection, scope, details.policies)
  return {
    account: scope.account,
    roles: byArn(await mapInOrder(chosen, (role) => readRole(connection, role))),
    principals: byArn(choosePrincipals(scope, details, policies)),
    policies: byArn(policies),
    oidcProviders: byArn(await readProviders(connection, scope)),
    knownPolicyArns: details.policies
      .map((policy) => policy.arn)
      .filter((arn) => scope.usedPolicyArns.includes(arn))
      .sort(),
    otherFilesRoles: byArn(otherFilesRoles(details, file)),
  }
}

function isTagged(role: RoleDetails, file: string | undefined): boolean {
  return file !== undefined && role.tags[fileTag] === file
}

function otherFilesRoles(details: AccountDetails, own: string | undefined) {
  return details.roles.flatMap(({ arn, tags }) => {
    const file = tags[fileTag]
    return file === undefined || file === own ? [] : [{ arn, file }]
  })
}

// The details hold neither description nor longest session.
async function readRole(connection: Connection, role: RoleDetails): Promise<ActualRole> {
  const answer = await callIam(connection, 'GetRole', (iam) => iam.getRole({ RoleName: role.name }))
  return {
    ...role,
    description: answer.Role?.Description ?? '',
    maxSessionDurationSeconds: answer.Role?.MaxSessionDuration ?? 3600,
  }
}

/** Those declared, and those that look like Stile's own: only they are asked for their tags. */
async function readPolicies(
  connection: Connection,
  scope: AccountScope,
  policies: readonly PolicyDetails[],
): Promise<readonly ActualPolicy[]> {
  const candidates = policies.filter(
    (policy) => scope.callerPolicyArns.includes(policy.arn) || isCallerDocument(policy.document),
  )
  return mapInOrder(candidates, async (policy) => {
    const answer = await callIam(connection, 'GetPolicy', (iam) =>
      iam.getPolicy({ PolicyArn: policy.arn }),
    )
    return { ...policy, tags: readTags(answer.Policy?.Tags) }
  })
}

const permissionSetPath = '/aws-reserved/sso.amazonaws.com/'

function choosePrincipals(
  scope: AccountScope,
  details: AccountDetails,
  policies: readonly ActualPolicy[],
): readonly ActualPrincipal[] {
  const holders: readonly (readonly [ActualPrincipalKind, readonly Holder[]])[] = [
    ['user', details.users],
    ['role', details.roles],
    ['group', details.groups],
  ]
  const isNamed = (kind: ActualPrincipalKind, name: string): boolean =>
    scope.principals.some((principal) => principal.kind === kind && principal.name === name)
  const all = holders.flatMap(([kind, list]) =>
    list.map((holder) => narrowHolder(holder, { kind, scope, policies })),
  )
  const relevant = all.filter(
    ({ kind, name, inlinePolicies, managedPolicyArns }) =>
      isNamed(kind, name) || inlinePolicies.length > 0 || managedPolicyArns.length > 0,
  )
  return [...relevant, ...permissionSets(scope, details)]
}

/** Only the policies that Stile could have written, or that sit where it would write. */
function narrowHolder(
  holder: Holder,
  about: {
    readonly kind: ActualPrincipalKind
    readonly scope: AccountScope
    readonly policies: readonly ActualPolicy[]
  },
): ActualPrincipal {
  const { kind, scope, policies } = about
  const isNamed = scope.principals.some((one) => one.kind === kind && one.name === holder.name)
  return {
    kind,
    name: holder.name,
    path: holder.path,
    arn: holder.arn,
    inlinePolicies: holder.inlinePolicies.filter(
      ({ name, document }) =>
        isCallerDocument(document) || (isNamed && scope.callerPolicyNames.includes(name)),
    ),
    managedPolicyArns: holder.managedPolicyArns.filter((arn) =>
      policies.some((policy) => policy.arn === arn),
    ),
  }
}

function permissionSets(scope: AccountScope, details: AccountDetails): readonly ActualPrincipal[] {
  return scope.principals.flatMap(({ kind, name }) => {
    if (kind !== 'permission-set') return []
    const role = details.roles.find(
      (one) => one.path.startsWith(permissionSetPath) && isRoleOfSet(one.name, name),
    )
    if (role === undefined) return []
    const { path, arn } = role
    return [{ kind, name, path, arn, inlinePolicies: [], managedPolicyArns: [] }]
  })
}

// AWS: `AWSReservedSSO_NAME_` and sixteen hexadecimal digits.
function isRoleOfSet(roleName: string, permissionSet: string): boolean {
  const start = `AWSReservedSSO_${permissionSet}_`
  return roleName.startsWith(start) && /^[0-9a-f]+$/.test(roleName.slice(start.length))
}

async function readProviders(
  connection: Connection,
  scope: AccountScope,
): Promise<readonly ActualOidcProvider[]> {
  const found = await mapInOrder(scope.oidcProviderArns, (arn) => readProvider(connection, arn))
  return found.flatMap((provider) => (provider === undefined ? [] : [provider]))
}

async function readProvider(
  connection: Connection,
  arn: string,
): Promise<ActualOidcProvider | undefined> {
  try {
    const answer = await callIam(connection, 'GetOpenIDConnectProvider', (iam) =>
      iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }),
    )
    const audiences = [...(answer.ClientIDList ?? [])].sort()
    return { arn, audiences, tags: readTags(answer.Tags) }
  } catch (error) {
    if (isAwsCode(error, 'NoSuchEntity')) return undefined
    throw error
  }
}

async function mapInOrder<T, R>(
  items: readonly T[],
  map: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (const item of items) results.push(await map(item))
  return results
}

function byArn<T extends { readonly arn: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.arn < b.arn ? -1 : 1))
}
