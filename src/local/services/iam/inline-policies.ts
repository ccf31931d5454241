import type { Operation } from '../../operation.ts'
import { countNonWhitespace, renderDocument, requireDocument } from './document.ts'
import type { PolicyHolder, StoredDocument } from './entities.ts'
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
import { iamOperation } from './iam-operation.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { requireModifiable } from './service-linked-role.ts'

interface PolicyNameInput extends HolderInput {
  readonly PolicyName: string
}

interface PutInput extends PolicyNameInput {
  readonly PolicyDocument: string
}

/** Put, get, list and delete of the policies embedded in users, groups and roles. */
export const inlinePolicyOperations: readonly Operation[] = [
  ...inlinePolicyOperationsOf(userKind),
  ...inlinePolicyOperationsOf(groupKind),
  ...inlinePolicyOperationsOf(roleKind),
]

function inlinePolicyOperationsOf<T extends PolicyHolder>(
  kind: HolderKind<T>,
): readonly Operation[] {
  const asked = {
    resource: (input: HolderInput, call: Parameters<typeof holderArn>[2]) =>
      holderArn(kind, holderName(kind, input), call),
    context: (input: HolderInput, call: Parameters<typeof holderArn>[2]) =>
      holderContext(findHolder(kind, holderName(kind, input), call)),
  }
  return [
    iamOperation<PutInput, object>({
      name: `Put${kind.noun}Policy`,
      ...asked,
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        requireModifiable(holder)
        const stored = requireDocument(input.PolicyDocument, 'identity')
        const inlinePolicies = { ...holder.inlinePolicies, [input.PolicyName]: stored }
        requireRoom(kind, holder, inlinePolicies)
        saveHolder(kind, { ...holder, inlinePolicies }, call)
        return {}
      },
    }),
    iamOperation<PolicyNameInput, object>({
      name: `Get${kind.noun}Policy`,
      ...asked,
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        const stored = requireInlinePolicy(kind, holder, input.PolicyName)
        return {
          [`${kind.noun}Name`]: holder.name,
          PolicyName: input.PolicyName,
          PolicyDocument: renderDocument(stored),
        }
      },
    }),
    iamOperation<HolderInput & PageInput, object>({
      name: `List${kind.noun}Policies`,
      ...asked,
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        const names = Object.keys(holder.inlinePolicies).sort()
        const page = paginate(names, input, (name) => name)
        return { PolicyNames: page.items, ...page.more }
      },
    }),
    iamOperation<PolicyNameInput, object>({
      name: `Delete${kind.noun}Policy`,
      ...asked,
      run(input, call) {
        const holder = requireHolder(kind, holderName(kind, input), call)
        requireModifiable(holder)
        requireInlinePolicy(kind, holder, input.PolicyName)
        const { [input.PolicyName]: _deleted, ...inlinePolicies } = holder.inlinePolicies
        saveHolder(kind, { ...holder, inlinePolicies }, call)
        return {}
      },
    }),
  ]
}

function requireInlinePolicy<T extends PolicyHolder>(
  kind: HolderKind<T>,
  holder: T,
  policyName: string,
): StoredDocument {
  const stored = Object.hasOwn(holder.inlinePolicies, policyName)
    ? holder.inlinePolicies[policyName]
    : undefined
  if (stored !== undefined) return stored
  throw noSuchEntity(`The ${kind.word} policy with name ${policyName} cannot be found.`)
}

function requireRoom<T extends PolicyHolder>(
  kind: HolderKind<T>,
  holder: T,
  inlinePolicies: PolicyHolder['inlinePolicies'],
): void {
  const sizes = Object.values(inlinePolicies).map((stored) => countNonWhitespace(stored.text))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const limit = kind.quotas.inlineSize
  if (total <= limit) return
  throw limitExceeded(
    `Maximum policy size of ${limit} bytes exceeded for ${kind.word} ${holder.name}`,
  )
}
