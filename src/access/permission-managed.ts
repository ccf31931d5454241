import { findManagedPolicy } from '../catalog/index.ts'
import type { Account } from './access-file.ts'
import { customerPolicyArn, inPartition } from './compile-arns.ts'

/** What a managed policy's name or ARN in the access file stands for, in one trusting account. */
export type ManagedPolicyReference =
  | { readonly kind: 'aws'; readonly arn: string; readonly name: string }
  | { readonly kind: 'customer'; readonly arn: string }
  | { readonly kind: 'unknown' }
  /** An ARN that another account owns: IAM attaches only policies of the role's own account. */
  | { readonly kind: 'foreign'; readonly accountId: string }

/** Resolves `ReadOnlyAccess`, `customer/NAME` or an ARN as written in `allow`. */
export function resolveManagedPolicy(text: string, account: Account): ManagedPolicyReference {
  if (text.startsWith('customer/')) {
    return { kind: 'customer', arn: customerPolicyArn(account, text.slice('customer/'.length)) }
  }
  const owner = /^arn:[^:]*:iam::([^:]*):policy\//.exec(text)?.[1]
  if (owner !== undefined && owner !== 'aws') {
    return owner === account.id
      ? { kind: 'customer', arn: inPartition(text, account.partition) }
      : { kind: 'foreign', accountId: owner }
  }
  const found = findManagedPolicy(owner === undefined ? text : inPartition(text, 'aws'))
  if (found === undefined) return { kind: 'unknown' }
  return { kind: 'aws', arn: inPartition(found.arn, account.partition), name: found.name }
}

/** Resolves a permissions boundary: an ARN, or the name of a policy in the trusting account. */
export function resolveBoundary(text: string, account: Account): ManagedPolicyReference {
  const isPlainName = !text.startsWith('arn:') && !text.startsWith('customer/')
  return resolveManagedPolicy(isPlainName ? `customer/${text}` : text, account)
}
