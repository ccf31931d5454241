import type { Account, Grant, GrantPrincipal, OwnAccountFrom } from './access-file.ts'
import type { DesiredCallerPolicy } from './compilation.ts'
import { customerPolicyArn, hasWildcard, roleArn } from './compile-arns.ts'
import type { DocumentStatement } from './compile-document.ts'
import { documentSize, oneOrMany, renderDocument, statementSid } from './compile-document.ts'
import { ownershipTags } from './compile-tags.ts'
import { callerPolicyQuota } from './quota-limits.ts'

/** A grant whose callers live in an account of the file. */
export interface OwnGrant extends Grant {
  readonly from: OwnAccountFrom
}

export function isOwnGrant(grant: Grant): grant is OwnGrant {
  return grant.from.kind === 'account'
}

/** One policy on the caller's side before its document is made: where it goes, and the grants that it serves. */
interface Slot {
  readonly account: Account
  readonly kind: DesiredCallerPolicy['kind']
  readonly principals: readonly GrantPrincipal[]
  readonly name: string
  readonly grants: readonly OwnGrant[]
}

/**
 * What the callers of all grants need in their own accounts. Policies of one name on one principal are merged, each
 * grant keeping its own statement; nothing is attached on behalf of whole accounts, permission sets and wildcards.
 */
export function callerPolicies(
  grants: readonly Grant[],
  fileName: string,
): readonly DesiredCallerPolicy[] {
  const slots = new Map<string, Slot>()
  for (const slot of grants.filter(isOwnGrant).flatMap(slotsOfGrant)) {
    const key = slotKey(slot)
    const present = slots.get(key)
    slots.set(key, present === undefined ? slot : joinSlots(present, slot))
  }
  return [...slots.values()].map((slot) => renderSlot(slot, fileName))
}

function slotsOfGrant(grant: OwnGrant): readonly Slot[] {
  const { account, policy, principals } = grant.from
  const common = { account, name: policy.name, grants: [grant] }
  if (principals.length === 0) return [{ ...common, kind: 'printed', principals: [] }]
  const attachable = principals.filter(canHoldPolicy)
  const others = principals.filter((principal) => !canHoldPolicy(principal))
  const printed: readonly Slot[] =
    others.length === 0 ? [] : [{ ...common, kind: 'printed', principals: others }]
  if (attachable.length === 0) return printed
  if (policy.kind === 'managed') {
    return [{ ...common, kind: 'managed', principals: attachable }, ...printed]
  }
  const inline = attachable.map(
    (principal): Slot => ({ ...common, kind: 'inline', principals: [principal] }),
  )
  return [...inline, ...printed]
}

function canHoldPolicy(principal: GrantPrincipal): boolean {
  return principal.kind !== 'permission-set' && !hasWildcard(principal)
}

function slotKey(slot: Slot): string {
  const principals = slot.kind === 'managed' ? [] : slot.principals.map(principalKey).sort()
  return [slot.kind, slot.account.id, slot.name, ...principals].join('\n')
}

/** `role/gitlab-runner`: how an access file names a principal, and what tells two of an account apart. */
export function principalKey(principal: Pick<GrantPrincipal, 'kind' | 'path' | 'name'>): string {
  return `${principal.kind}${principal.path}${principal.name}`
}

function joinSlots(one: Slot, other: Slot): Slot {
  const known = new Set(one.principals.map(principalKey))
  const added = other.principals.filter((principal) => !known.has(principalKey(principal)))
  return {
    ...one,
    principals: [...one.principals, ...added],
    grants: [...one.grants, ...other.grants],
  }
}

function renderSlot(slot: Slot, fileName: string): DesiredCallerPolicy {
  const statements = (narrowing: Narrowing) =>
    renderDocument(slot.grants.map((grant) => callerStatement(grant, narrowing)))
  const narrowed = statements('by-account')
  const document = documentSize(narrowed) > callerPolicyQuota(slot) ? statements('none') : narrowed
  const { account, kind, principals, name, grants } = slot
  return {
    account,
    kind,
    principals,
    name,
    ...(kind === 'managed' ? { arn: customerPolicyArn(account, name) } : {}),
    document,
    tags: kind === 'managed' ? ownershipTags(grants, fileName) : {},
    grants,
    roleArns: [...new Set(grants.flatMap(exactRoleArns))],
  }
}

/** Whether `any-account` patterns are held to the grant's accounts; too long a list of them would not fit. */
type Narrowing = 'by-account' | 'none'

function callerStatement(grant: OwnGrant, narrowing: Narrowing): DocumentStatement {
  const isAnyAccount = grant.from.policy.resource === 'any-account'
  const statement: DocumentStatement = {
    Sid: statementSid(grant.name),
    Effect: 'Allow',
    Action: oneOrMany(callerActions(grant)),
    Resource: isAnyAccount ? anyAccountArn(grant) : oneOrMany(exactRoleArns(grant)),
  }
  if (!isAnyAccount || narrowing === 'none') return statement
  const accountIds = grant.to.accounts.map((account) => account.id)
  return {
    ...statement,
    Condition: { StringEquals: { 'aws:ResourceAccount': oneOrMany(accountIds) } },
  }
}

function callerActions(grant: OwnGrant): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(grant.session.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ...(Object.keys(grant.session.tags).length === 0 ? [] : ['sts:TagSession']),
  ]
}

function exactRoleArns(grant: OwnGrant): readonly string[] {
  return grant.to.accounts.map((account) => roleArn(account, grant.to))
}

function anyAccountArn(grant: OwnGrant): string {
  return `arn:${grant.from.account.partition}:iam::*:role${grant.to.path}${grant.to.role}`
}
