import type { ListEntitiesForPolicyResponse, PolicyVersion } from '@aws-sdk/client-iam'
import { applyHolderChange } from './apply-holder.ts'
import { awsTags, requireOwn } from './apply-role.ts'
import type { Change, PolicyHolder } from './change.ts'
import { type Connection, callIam } from './connection.ts'
import { forgiving } from './forgiving.ts'
import { readTags } from './read-details.ts'

/** AWS: a managed policy keeps at most five versions. */
const versionLimit = 5

/** Makes a managed policy; one of ours that an earlier try already made gets the document as a new version. */
export async function createManagedPolicy(
  connection: Connection,
  change: Extract<Change, { kind: 'createManagedPolicy' }>,
): Promise<void> {
  const document = JSON.stringify(change.after)
  const made = await forgiving('EntityAlreadyExists', () =>
    callIam(connection, 'CreatePolicy', (iam) =>
      iam.createPolicy({
        PolicyName: change.policyName,
        Path: change.path,
        PolicyDocument: document,
        Tags: awsTags(change.tags),
      }),
    ),
  )
  if (made === 'done') return
  const found = await callIam(connection, 'GetPolicy', (iam) =>
    iam.getPolicy({ PolicyArn: change.policyArn }),
  )
  requireOwn(connection, {
    call: 'iam:CreatePolicy',
    object: `managed policy ${change.policyName}`,
    found: readTags(found.Policy?.Tags),
    wanted: change.tags,
  })
  await newPolicyVersion(connection, change.policyArn, document)
}

/** Writes a new default version; the oldest one makes room where there are five. */
export async function newPolicyVersion(
  connection: Connection,
  policyArn: string,
  document: string,
): Promise<void> {
  const versions = await listVersions(connection, policyArn)
  const [oldest] = versions
    .filter((version) => !version.IsDefaultVersion)
    .sort((a, b) => versionNumber(a) - versionNumber(b))
  if (versions.length >= versionLimit && oldest !== undefined) {
    await deleteVersion(connection, policyArn, oldest)
  }
  await callIam(connection, 'CreatePolicyVersion', (iam) =>
    iam.createPolicyVersion({
      PolicyArn: policyArn,
      PolicyDocument: document,
      SetAsDefault: true,
    }),
  )
}

export async function tagPolicy(
  connection: Connection,
  change: Extract<Change, { kind: 'tagPolicy' }>,
): Promise<void> {
  await callIam(connection, 'TagPolicy', (iam) =>
    iam.tagPolicy({ PolicyArn: change.policyArn, Tags: awsTags(change.tags) }),
  )
}

/** Detaches a managed policy everywhere, then deletes it; one that is gone is fine. */
export async function deleteManagedPolicy(
  connection: Connection,
  policyArn: string,
): Promise<void> {
  await forgiving('NoSuchEntity', async () => {
    for (const holder of await holdersOf(connection, policyArn)) {
      await applyHolderChange(connection, { kind: 'detachPolicy', holder, policyArn })
    }
    for (const version of await listVersions(connection, policyArn)) {
      if (!version.IsDefaultVersion) await deleteVersion(connection, policyArn, version)
    }
    await callIam(connection, 'DeletePolicy', (iam) => iam.deletePolicy({ PolicyArn: policyArn }))
  })
}

async function listVersions(
  connection: Connection,
  policyArn: string,
): Promise<readonly PolicyVersion[]> {
  const answer = await callIam(connection, 'ListPolicyVersions', (iam) =>
    iam.listPolicyVersions({ PolicyArn: policyArn, MaxItems: 100 }),
  )
  return answer.Versions ?? []
}

async function deleteVersion(
  connection: Connection,
  policyArn: string,
  version: PolicyVersion,
): Promise<void> {
  await forgiving('NoSuchEntity', () =>
    callIam(connection, 'DeletePolicyVersion', (iam) =>
      iam.deletePolicyVersion({ PolicyArn: policyArn, VersionId: version.VersionId }),
    ),
  )
}

/** `v12` is the twelfth. */
function versionNumber(version: PolicyVersion): number {
  return Number(version.VersionId?.slice(1) ?? 0)
}

async function holdersOf(
  connection: Connection,
  policyArn: string,
): Promise<readonly PolicyHolder[]> {
  const pages: ListEntitiesForPolicyResponse[] = []
  let marker: string | undefined
  do {
    const page = await callIam(connection, 'ListEntitiesForPolicy', (iam) =>
      iam.listEntitiesForPolicy({
        PolicyArn: policyArn,
        ...(marker === undefined ? {} : { Marker: marker }),
      }),
    )
    pages.push(page)
    marker = page.IsTruncated ? page.Marker : undefined
  } while (marker !== undefined)
  return pages.flatMap((page): readonly PolicyHolder[] => [
    ...(page.PolicyUsers ?? []).map((one) => ({ kind: 'user', name: one.UserName ?? '' }) as const),
    ...(page.PolicyRoles ?? []).map((one) => ({ kind: 'role', name: one.RoleName ?? '' }) as const),
    ...(page.PolicyGroups ?? []).map(
      (one) => ({ kind: 'group', name: one.GroupName ?? '' }) as const,
    ),
  ])
}
