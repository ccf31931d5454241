import type { DesiredCallerPolicy, GrantPrincipal } from '../access/index.ts'
import type { PolicyDocument } from '../core/index.ts'
import type { ActualPrincipal } from './actual.ts'
import { matchDocuments } from './canonical-policy.ts'
import type { Change, ChangeDetail, PolicyHolder } from './change.ts'
import type { Tags } from './ownership.ts'
import { roleResourcesOf } from './role-resources.ts'
import type { World } from './world.ts'

/** The steps that give the callers of one policy their permission. Missing callers are left out by the caller of this. */
export function planCallerPolicy(desired: DesiredCallerPolicy, world: World): readonly Change[] {
  switch (desired.kind) {
    case 'inline':
      return desired.principals.flatMap((principal) => planInline(desired, principal, world))
    case 'managed':
      return planManaged(desired, world)
    case 'printed':
      return []
    default:
      return desired.kind satisfies never
  }
}

/** Takes a caller's inline policy away. */
export function planInlineRemoval(
  account: { readonly id: string; readonly name: string },
  principal: ActualPrincipal,
  policy: { readonly name: string; readonly document: PolicyDocument },
): readonly Change[] {
  const holder = holderOf(principal)
  if (holder === undefined) return []
  const roles = roleResourcesOf(policy.document)
  return [
    {
      account,
      side: 'caller',
      stage: 'remove-caller',
      roleArns: roles === 'any' ? [] : roles,
      words: `delete inline policy ${policy.name} of ${principal.kind}/${principal.name}`,
      kind: 'deleteInlinePolicy',
      holder,
      policyName: policy.name,
      before: policy.document,
    },
  ]
}

/** Ends a managed caller policy; detaching it everywhere is part of it. */
export function planManagedRemoval(
  account: { readonly id: string; readonly name: string },
  policy: { readonly arn: string; readonly name: string; readonly document: PolicyDocument },
): Change {
  const roles = roleResourcesOf(policy.document)
  return {
    account,
    side: 'caller',
    stage: 'remove-caller',
    roleArns: roles === 'any' ? [] : roles,
    words: `delete managed policy ${policy.name} and detach it everywhere`,
    kind: 'deleteManagedPolicy',
    policyArn: policy.arn,
    before: policy.document,
  }
}

function planInline(
  desired: DesiredCallerPolicy,
  principal: GrantPrincipal,
  world: World,
): readonly Change[] {
  const actual = world.findPrincipal(desired.account.id, principal)
  const holder = actual === undefined ? undefined : holderOf(actual)
  if (actual === undefined || holder === undefined) return []
  const before = actual.inlinePolicies.find((policy) => policy.name === desired.name)?.document
  if (matchDocuments(desired.document, before)) return []
  const verb = before === undefined ? 'write' : 'change'
  const detail = {
    kind: 'putInlinePolicy',
    holder,
    policyName: desired.name,
    after: desired.document,
  } as const
  const words = `${verb} inline policy ${desired.name} of ${principal.kind}/${principal.name}`
  const place = placeOf(desired, 'caller')
  return [{ ...place, words, ...detail, ...(before === undefined ? {} : { before }) }]
}

function planManaged(desired: DesiredCallerPolicy, world: World): readonly Change[] {
  const { arn, name } = desired
  if (arn === undefined) return []
  const actual = world.findPolicy(desired.account.id, arn)
  const place = placeOf(desired, 'caller')
  if (actual === undefined) {
    const created: ChangeDetail = {
      kind: 'createManagedPolicy',
      policyName: name,
      policyArn: arn,
      path: pathOf(arn),
      tags: desired.tags,
      after: desired.document,
    }
    const words = `create managed policy ${name}`
    return [{ ...place, words, ...created }, ...planAttachments(desired, arn, world)]
  }
  const isSame = matchDocuments(desired.document, actual.document)
  const version: readonly Change[] = isSame
    ? []
    : [
        {
          ...place,
          words: `write a new version of managed policy ${name}`,
          kind: 'newPolicyVersion',
          policyArn: arn,
          before: actual.document,
          after: desired.document,
        },
      ]
  const tags: readonly Change[] = hasTags(actual.tags, desired.tags)
    ? []
    : [
        {
          ...place,
          words: `tag managed policy ${name} as owned by this file`,
          kind: 'tagPolicy',
          policyArn: arn,
          tags: desired.tags,
        },
      ]
  return [...tags, ...version, ...planAttachments(desired, arn, world)]
}

/** Attached to the declared callers and, since the policy is the file's own, to nobody else. */
function planAttachments(
  desired: DesiredCallerPolicy,
  policyArn: string,
  world: World,
): readonly Change[] {
  const { account, name } = desired
  const wanted = new Set(desired.principals.map(({ kind, name: who }) => `${kind}/${who}`))
  const attached = desired.principals.flatMap((principal): readonly Change[] => {
    const actual = world.findPrincipal(account.id, principal)
    const holder = actual === undefined ? undefined : holderOf(actual)
    if (actual?.managedPolicyArns.includes(policyArn) || holder === undefined) return []
    const words = `attach ${name} to ${principal.kind}/${principal.name}`
    return [{ ...placeOf(desired, 'caller'), words, kind: 'attachPolicy', holder, policyArn }]
  })
  const others = world.accounts
    .filter((one) => one.account.id === account.id)
    .flatMap((one) => one.principals)
    .filter((one) => one.managedPolicyArns.includes(policyArn))
    .filter((one) => !wanted.has(`${one.kind}/${one.name}`))
  const detached = others.flatMap((principal): readonly Change[] => {
    const holder = holderOf(principal)
    if (holder === undefined) return []
    const words = `detach ${name} from ${principal.kind}/${principal.name}`
    const place = placeOf(desired, 'remove-caller')
    return [{ ...place, words, kind: 'detachPolicy', holder, policyArn }]
  })
  return [...detached, ...attached]
}

function placeOf(desired: DesiredCallerPolicy, stage: Change['stage']) {
  const { id, name } = desired.account
  const { roleArns } = desired
  return { account: { id, name }, side: 'caller', stage, roleArns } as const
}

function holderOf(principal: ActualPrincipal): PolicyHolder | undefined {
  if (principal.kind === 'permission-set') return undefined
  return { kind: principal.kind, name: principal.name }
}

function hasTags(actual: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).every(([key, value]) => actual[key] === value)
}

function pathOf(policyArn: string): string {
  const resource = policyArn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^policy/, '')
  return resource.slice(0, resource.lastIndexOf('/') + 1)
}
