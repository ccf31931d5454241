import type { PolicyHolder } from './entities.ts'
import type { HolderKind } from './holder.ts'
import { groupKind, roleKind, userKind } from './holder.ts'
import type { IamCall } from './iam-operation.ts'

/** What a managed policy hangs on in one account. */
export interface PolicyUse {
  readonly users: readonly PolicyHolder[]
  readonly groups: readonly PolicyHolder[]
  readonly roles: readonly PolicyHolder[]
}

/** Everything in the call's account that a policy is attached to, or whose boundary it is. */
export function findPolicyUse(
  arn: string,
  usage: 'PermissionsPolicy' | 'PermissionsBoundary',
  call: IamCall,
): PolicyUse {
  const uses = (holder: PolicyHolder): boolean =>
    usage === 'PermissionsPolicy'
      ? holder.attachedPolicyArns.includes(arn)
      : holder.boundaryArn === arn
  return {
    users: holdersOf(userKind, call).filter(uses),
    groups: holdersOf(groupKind, call).filter(uses),
    roles: holdersOf(roleKind, call).filter(uses),
  }
}

export interface AttachmentCount {
  readonly attached: number
  readonly boundary: number
}

/** How often each policy is used in the call's account, by ARN; policies that are not used are left out. */
export function countAttachments(call: IamCall): AttachmentCounts {
  const counts = new Map<string, AttachmentCount>()
  const add = (arn: string, use: Partial<AttachmentCount>): void => {
    const { attached, boundary } = counts.get(arn) ?? unused
    counts.set(arn, {
      attached: attached + (use.attached ?? 0),
      boundary: boundary + (use.boundary ?? 0),
    })
  }
  const holders = [userKind, groupKind, roleKind].flatMap((kind) =>
    holdersOf(kind as HolderKind<PolicyHolder>, call),
  )
  for (const holder of holders) {
    for (const arn of holder.attachedPolicyArns) add(arn, { attached: 1 })
    if (holder.boundaryArn !== undefined) add(holder.boundaryArn, { boundary: 1 })
  }
  return { of: (arn) => counts.get(arn) ?? unused, arns: [...counts.keys()] }
}

export interface AttachmentCounts {
  readonly of: (arn: string) => AttachmentCount
  /** Of every policy that is used. */
  readonly arns: readonly string[]
}

export const unused: AttachmentCount = { attached: 0, boundary: 0 }

function holdersOf<T extends PolicyHolder>(kind: HolderKind<T>, call: IamCall): readonly T[] {
  return [...kind.table(call.store, call.accountId).entries()].map(([, holder]) => holder)
}
