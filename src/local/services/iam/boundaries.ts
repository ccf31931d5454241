import type { RequestContext } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import type { PolicyHolder } from './entities.ts'
import type { HolderInput, HolderKind } from './holder.ts'
import {
  findHolder,
  holderArn,
  holderContext,
  holderName,
  requireHolder,
  roleKind,
  saveHolder,
  userKind,
} from './holder.ts'
import { noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { isAttachable } from './managed-policy.ts'
import { requirePolicyArn } from './policy-arn.ts'
import { requireModifiable } from './service-linked-role.ts'

interface PutInput extends HolderInput {
  readonly PermissionsBoundary: string
}

/** Put and delete of the permissions boundary of users and roles. */
export const boundaryOperations: readonly Operation[] = [
  ...boundaryOperationsOf(userKind),
  ...boundaryOperationsOf(roleKind),
]

function boundaryOperationsOf<T extends PolicyHolder>(kind: HolderKind<T>): readonly Operation[] {
  const resource = (input: HolderInput, call: IamCall): string =>
    holderArn(kind, holderName(kind, input), call)
  return [
    iamOperation<PutInput, object>({
      name: `Put${kind.noun}PermissionsBoundary`,
      resource,
      context: (input, call): RequestContext => ({
        ...holderContext(findHolder(kind, holderName(kind, input), call)),
        'iam:PermissionsBoundary': input.PermissionsBoundary,
      }),
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        requireModifiable(holder)
        requireBoundary(input.PermissionsBoundary, call)
        saveHolder(kind, { ...holder, boundaryArn: input.PermissionsBoundary }, call)
        return {}
      },
    }),
    iamOperation<HolderInput, object>({
      name: `Delete${kind.noun}PermissionsBoundary`,
      resource,
      context: (input, call) => holderContext(findHolder(kind, holderName(kind, input), call)),
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        requireModifiable(holder)
        if (holder.boundaryArn === undefined) {
          const owner = `${kind.word} ${holder.name}`
          throw noSuchEntity(`The permissions boundary of ${owner} cannot be found.`)
        }
        const { boundaryArn: _deleted, ...rest } = holder
        // The rest of a holder without its optional boundary is a holder of the same kind.
        saveHolder(kind, rest as unknown as T, call)
        return {}
      },
    }),
  ]
}

export function requireBoundary(arn: string, call: IamCall): void {
  requirePolicyArn(arn)
  if (isAttachable(arn, call)) return
  throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)
}

/** The member of a rendered user or role that names its boundary. */
export function renderBoundary(arn: string | undefined): object {
  if (arn === undefined) return {}
  const boundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn }
  return { PermissionsBoundary: boundary }
}
