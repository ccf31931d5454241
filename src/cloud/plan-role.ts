import type { DesiredRole } from '../access/index.ts'
import type { ActualRole } from './actual.ts'
import { matchDocuments } from './canonical-policy.ts'
import type { Change, ChangeDetail } from './change.ts'
import { grantTag } from './ownership.ts'
import { policyName, policyWords } from './words.ts'

/** The steps that make a role what the file declares: all of it when there is none yet. */
export function planRole(desired: DesiredRole, actual: ActualRole | undefined): readonly Change[] {
  const place = placeOf(desired)
  const details =
    actual === undefined
      ? [createRole(desired), ...planPermissions(desired, bareRole)]
      : [
          ...planTags(desired, actual),
          ...planRemovals(desired, actual),
          ...planBoundary(desired, actual),
          ...planTrust(desired, actual),
          ...planSettings(desired, actual),
          ...planPermissions(desired, actual),
        ]
  return details.map(([words, detail]) => ({ ...place, words, ...detail }))
}

/** The step that ends a role; emptying it first is part of it. */
export function planRoleDeletion(
  account: { readonly id: string; readonly name: string },
  role: ActualRole,
): Change {
  return {
    ...placeOf({ account, arn: role.arn }),
    words: `delete role/${role.name} with all its policies (of grant ${role.tags[grantTag] ?? 'unknown'})`,
    kind: 'deleteRole',
    roleName: role.name,
    before: role.trustPolicy,
  }
}

type Step = readonly [words: string, detail: ChangeDetail]
type Permissions = Pick<ActualRole, 'managedPolicyArns' | 'inlinePolicies'>

const bareRole: Permissions = { managedPolicyArns: [], inlinePolicies: [] }

function placeOf(role: { readonly account: { id: string; name: string }; readonly arn: string }) {
  const { id, name } = role.account
  return {
    account: { id, name },
    side: 'trusting',
    stage: 'trusting',
    roleArns: [role.arn],
  } as const
}

function createRole(desired: DesiredRole): Step {
  const { name, path, description, maxSessionDurationSeconds, boundaryArn, tags } = desired
  return [
    `create role/${name}`,
    {
      kind: 'createRole',
      roleName: name,
      path,
      description,
      maxSessionDurationSeconds,
      ...(boundaryArn === undefined ? {} : { boundaryArn }),
      tags,
      after: desired.trustPolicy,
    },
  ]
}

/** First of all, so that a takeover that stops half-way is known as ours by the next run. */
function planTags(desired: DesiredRole, actual: ActualRole): readonly Step[] {
  const isMissing = Object.entries(desired.tags).some(([key, value]) => actual.tags[key] !== value)
  const removedKeys = Object.keys(actual.tags).filter(
    (key) => key.startsWith('stile:') && !(key in desired.tags),
  )
  if (!isMissing && removedKeys.length === 0) return []
  const words = `tag role/${desired.name} as owned by this file`
  return [[words, { kind: 'tagRole', roleName: desired.name, tags: desired.tags, removedKeys }]]
}

/** What the file does not declare goes before anything new comes in. */
function planRemovals(desired: DesiredRole, actual: ActualRole): readonly Step[] {
  const holder = { kind: 'role', name: desired.name } as const
  const wanted = new Set(desired.inlinePolicies.map((policy) => policy.name))
  const detached = actual.managedPolicyArns
    .filter((arn) => !desired.managedPolicyArns.includes(arn))
    .map((policyArn): Step => {
      const words = `detach ${policyWords(policyArn)} from role/${desired.name}`
      return [words, { kind: 'detachPolicy', holder, policyArn }]
    })
  const deleted = actual.inlinePolicies
    .filter((policy) => !wanted.has(policy.name))
    .map((policy): Step => {
      const words = `delete inline policy ${policy.name} of role/${desired.name}`
      const { name: policyName, document: before } = policy
      return [words, { kind: 'deleteInlinePolicy', holder, policyName, before }]
    })
  return [...detached, ...deleted]
}

function planBoundary(desired: DesiredRole, actual: ActualRole): readonly Step[] {
  const { name: roleName, boundaryArn } = desired
  if (boundaryArn === actual.boundaryArn) return []
  if (boundaryArn === undefined) {
    const words = `take the permissions boundary ${policyName(actual.boundaryArn ?? '')} off role/${roleName}`
    return [[words, { kind: 'setBoundary', roleName }]]
  }
  const words = `set the permissions boundary of role/${roleName} to ${policyWords(boundaryArn)}`
  return [[words, { kind: 'setBoundary', roleName, boundaryArn }]]
}

function planTrust(desired: DesiredRole, actual: ActualRole): readonly Step[] {
  if (matchDocuments(desired.trustPolicy, actual.trustPolicy)) return []
  const words = `change the trust policy of role/${desired.name}`
  const { name: roleName, trustPolicy: after } = desired
  return [[words, { kind: 'updateTrust', roleName, before: actual.trustPolicy, after }]]
}

function planSettings(desired: DesiredRole, actual: ActualRole): readonly Step[] {
  const { name: roleName, description, maxSessionDurationSeconds } = desired
  const isLonger = maxSessionDurationSeconds !== actual.maxSessionDurationSeconds
  if (!isLonger && description === actual.description) return []
  const words = isLonger
    ? `set the longest session of role/${roleName} to ${maxSessionDurationSeconds} seconds (now ${actual.maxSessionDurationSeconds})`
    : `change the description of role/${roleName}`
  return [[words, { kind: 'updateRole', roleName, description, maxSessionDurationSeconds }]]
}

function planPermissions(desired: DesiredRole, actual: Permissions): readonly Step[] {
  const holder = { kind: 'role', name: desired.name } as const
  const written = desired.inlinePolicies.flatMap((policy): readonly Step[] => {
    const { name: policyName, document: after } = policy
    const before = actual.inlinePolicies.find((one) => one.name === policyName)?.document
    if (matchDocuments(after, before)) return []
    const verb = before === undefined ? 'write' : 'change'
    const words = `${verb} inline policy ${policyName} of role/${desired.name}`
    const detail = { kind: 'putInlinePolicy', holder, policyName, after } as const
    return [[words, before === undefined ? detail : { ...detail, before }]]
  })
  const attached = desired.managedPolicyArns
    .filter((arn) => !actual.managedPolicyArns.includes(arn))
    .map((policyArn): Step => {
      const words = `attach ${policyWords(policyArn)} to role/${desired.name}`
      return [words, { kind: 'attachPolicy', holder, policyArn }]
    })
  return [...written, ...attached]
}
