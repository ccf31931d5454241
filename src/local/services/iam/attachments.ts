import type { RequestContext } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { PolicyHolder } from './entities.ts'
import type { HolderInput, HolderKind } from './holder.ts'
import {
  findHolder,
  groupKind,
  holderArn,
  holderContext,
  holderName,
  requireHolder,
  roleKind,
  saveHolder,
  userKind,
} from './holder.ts'
import { limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { policyNameOf, requireAttachable } from './managed-policy.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { requirePolicyArn } from './policy-arn.ts'
import { requireModifiable } from './service-linked-role.ts'

interface PolicyArnInput extends HolderInput {
  readonly PolicyArn: string
}

/** Attach, detach and list of managed policies on users, groups and roles. */
export const attachmentOperations: readonly Operation[] = [
  ...attachmentOperationsOf(userKind),
  ...attachmentOperationsOf(groupKind),
  ...attachmentOperationsOf(roleKind),
]

function attachmentOperationsOf<T extends PolicyHolder>(kind: HolderKind<T>): readonly Operation[] {
  const resource = (input: HolderInput, call: IamCall): string =>
    holderArn(kind, holderName(kind, input), call)
  const context = (input: PolicyArnInput, call: IamCall): RequestContext => ({
    ...holderContext(findHolder(kind, holderName(kind, input), call)),
    'iam:PolicyARN': input.PolicyArn,
  })
  return [
    iamOperation<PolicyArnInput, object>({
      name: `Attach${kind.noun}Policy`,
      resource,
      context,
      run(input, call) {
        requirePolicyArn(input.PolicyArn)
        const holder = requireHolder(kind, holderName(kind, input), call)
        requireModifiable(holder)
        requireAttachable(input.PolicyArn, call)
        requireNoServicePolicy(input.PolicyArn)
        attach(kind, { holder, policyArn: input.PolicyArn }, call)
        return {}
      },
    }),
    iamOperation<PolicyArnInput, object>({
      name: `Detach${kind.noun}Policy`,
      resource,
      context,
      run(input, call) {
        requirePolicyArn(input.PolicyArn)
        const holder = requireHolder(kind, holderName(kind, input), call)
        requireModifiable(holder)
        const kept = holder.attachedPolicyArns.filter((arn) => arn !== input.PolicyArn)
        if (kept.length === holder.attachedPolicyArns.length) {
          throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`)
        }
        saveHolder(kind, { ...holder, attachedPolicyArns: kept }, call)
        return {}
      },
    }),
    iamOperation<HolderInput & PageInput & { readonly PathPrefix?: string }, object>({
      name: `ListAttached${kind.noun}Policies`,
      resource,
      context: (input, call) => holderContext(findHolder(kind, holderName(kind, input), call)),
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        const arns = holder.attachedPolicyArns
          .filter((arn) => pathOfPolicy(arn).startsWith(input.PathPrefix ?? '/'))
          .toSorted()
        const page = paginate(arns, input, (arn) => arn)
        return { AttachedPolicies: renderAttachedPolicies(page.items), ...page.more }
      },
    }),
  ]
}

/** AWS: the policies of service-linked roles are for those alone. */
function requireNoServicePolicy(arn: string): void {
  if (!arn.startsWith('arn:aws:iam::aws:policy/aws-service-role/')) return
  const message = 'Cannot attach a Service Role Policy to a Customer Role.'
  throw new ServiceError('PolicyNotAttachable', message)
}

interface Attachment<T extends PolicyHolder> {
  readonly holder: T
  readonly policyArn: string
}

/** Attaching what is attached already changes nothing. */
function attach<T extends PolicyHolder>(
  kind: HolderKind<T>,
  { holder, policyArn }: Attachment<T>,
  call: IamCall,
): void {
  if (holder.attachedPolicyArns.includes(policyArn)) return
  const limit = kind.quotas.attached
  if (holder.attachedPolicyArns.length >= limit) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind.noun}: ${limit}`)
  }
  const attachedPolicyArns = [...holder.attachedPolicyArns, policyArn]
  saveHolder(kind, { ...holder, attachedPolicyArns }, call)
}

export function renderAttachedPolicies(
  arns: readonly string[],
): readonly { readonly PolicyName: string; readonly PolicyArn: string }[] {
  return arns.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn }))
}

function pathOfPolicy(arn: string): string {
  return arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
}
