import { applyHolderChange } from './apply-holder.ts'
import type { Change, PolicyHolder } from './change.ts'
import { CloudError, renderAccount } from './cloud-error.ts'
import { type Connection, callIam } from './connection.ts'
import { forgiving } from './forgiving.ts'
import { fileTag, type Tags } from './ownership.ts'
import { readTags } from './read-details.ts'

type CreateRole = Extract<Change, { kind: 'createRole' }>

/**
 * Makes a role. Where it already exists because an earlier try was answered too late, it is brought to what was asked;
 * where somebody else made it meanwhile, this throws a `CloudError` `foreign-owner`.
 */
export async function createRole(connection: Connection, change: CreateRole): Promise<void> {
  const { roleName, path, description, maxSessionDurationSeconds, boundaryArn } = change
  const made = await forgiving('EntityAlreadyExists', () =>
    callIam(connection, 'CreateRole', (iam) =>
      iam.createRole({
        RoleName: roleName,
        Path: path,
        AssumeRolePolicyDocument: JSON.stringify(change.after),
        MaxSessionDuration: maxSessionDurationSeconds,
        Tags: awsTags(change.tags),
        ...(description === '' ? {} : { Description: description }),
        ...(boundaryArn === undefined ? {} : { PermissionsBoundary: boundaryArn }),
      }),
    ),
  )
  if (made === 'forgiven') await finishRole(connection, change)
}

async function finishRole(connection: Connection, change: CreateRole): Promise<void> {
  const { roleName, boundaryArn } = change
  const found = await callIam(connection, 'GetRole', (iam) => iam.getRole({ RoleName: roleName }))
  requireOwn(connection, {
    call: 'iam:CreateRole',
    object: `role/${roleName}`,
    found: readTags(found.Role?.Tags),
    wanted: change.tags,
  })
  await updateTrust(connection, roleName, JSON.stringify(change.after))
  await updateRole(connection, change)
  if (found.Role?.PermissionsBoundary?.PermissionsBoundaryArn !== boundaryArn) {
    await setBoundary(connection, roleName, boundaryArn)
  }
}

/** Throws unless the tags that were found say that the object is this file's. */
export function requireOwn(
  connection: Connection,
  about: {
    readonly call: string
    readonly object: string
    readonly found: Tags
    readonly wanted: Tags
  },
): void {
  const { account } = connection
  if (about.wanted[fileTag] !== undefined && about.found[fileTag] === about.wanted[fileTag]) return
  throw new CloudError(
    `account ${renderAccount(account)}, ${about.call}: ${about.object} was made by somebody else since the plan; plan again`,
    { code: 'foreign-owner', account: { id: account.id, name: account.name }, call: about.call },
  )
}

export async function updateTrust(
  connection: Connection,
  roleName: string,
  document: string,
): Promise<void> {
  await callIam(connection, 'UpdateAssumeRolePolicy', (iam) =>
    iam.updateAssumeRolePolicy({ RoleName: roleName, PolicyDocument: document }),
  )
}

export async function updateRole(
  connection: Connection,
  wanted: {
    readonly roleName: string
    readonly description: string
    readonly maxSessionDurationSeconds: number
  },
): Promise<void> {
  await callIam(connection, 'UpdateRole', (iam) =>
    iam.updateRole({
      RoleName: wanted.roleName,
      Description: wanted.description,
      MaxSessionDuration: wanted.maxSessionDurationSeconds,
    }),
  )
}

export async function setBoundary(
  connection: Connection,
  roleName: string,
  boundaryArn: string | undefined,
): Promise<void> {
  if (boundaryArn !== undefined) {
    await callIam(connection, 'PutRolePermissionsBoundary', (iam) =>
      iam.putRolePermissionsBoundary({ RoleName: roleName, PermissionsBoundary: boundaryArn }),
    )
    return
  }
  await forgiving('NoSuchEntity', () =>
    callIam(connection, 'DeleteRolePermissionsBoundary', (iam) =>
      iam.deleteRolePermissionsBoundary({ RoleName: roleName }),
    ),
  )
}

export async function tagRole(
  connection: Connection,
  change: Extract<Change, { kind: 'tagRole' }>,
): Promise<void> {
  const { roleName: RoleName, tags, removedKeys } = change
  await callIam(connection, 'TagRole', (iam) => iam.tagRole({ RoleName, Tags: awsTags(tags) }))
  if (removedKeys.length === 0) return
  await callIam(connection, 'UntagRole', (iam) =>
    iam.untagRole({ RoleName, TagKeys: [...removedKeys] }),
  )
}

/** Empties a role as it is now, then deletes it; one that is gone is fine. */
export async function deleteRole(connection: Connection, roleName: string): Promise<void> {
  await forgiving('NoSuchEntity', async () => {
    await emptyRole(connection, roleName)
    await callIam(connection, 'DeleteRole', (iam) => iam.deleteRole({ RoleName: roleName }))
  })
}

// AWS: DeleteRole answers DeleteConflict while anything hangs on the role.
async function emptyRole(connection: Connection, roleName: string): Promise<void> {
  const holder: PolicyHolder = { kind: 'role', name: roleName }
  const attached = await callIam(connection, 'ListAttachedRolePolicies', (iam) =>
    iam.listAttachedRolePolicies({ RoleName: roleName, MaxItems: 1000 }),
  )
  for (const { PolicyArn: policyArn = '' } of attached.AttachedPolicies ?? []) {
    await applyHolderChange(connection, { kind: 'detachPolicy', holder, policyArn })
  }
  const inline = await callIam(connection, 'ListRolePolicies', (iam) =>
    iam.listRolePolicies({ RoleName: roleName, MaxItems: 1000 }),
  )
  for (const policyName of inline.PolicyNames ?? []) {
    await applyHolderChange(connection, { kind: 'deleteInlinePolicy', holder, policyName })
  }
}

/** Tags as the API takes them. */
export function awsTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
