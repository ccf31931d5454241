import { findManagedPolicy as findAwsPolicy } from '../../../catalog/index.ts'
import type { CompiledPolicy, PolicyDocument, PolicyType } from '../../../core/index.ts'
import { compilePolicy, parsePolicy } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import { requireDocument } from './document.ts'
import type { PolicyHolder } from './entities.ts'
import { findHolder, groupKind, type HolderKind } from './holder.ts'
import { invalidInput } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { defaultVersion, findCustomerPolicy, policyNameOf } from './managed-policy.ts'
import { nameKey, usersOf } from './tables.ts'

/** A policy that takes part in a simulation: what answers call it, and its text, into which they point. */
export interface SimulatedPolicy {
  readonly id: string
  readonly sourceType: 'IAM Policy' | 'IAM Permissions Boundary' | 'Resource Policy'
  readonly text: string
  readonly compiled: CompiledPolicy
}

interface Source {
  readonly id: string
  readonly text: string
  readonly document: PolicyDocument
}

const sourceTypes: Readonly<Partial<Record<PolicyType, SimulatedPolicy['sourceType']>>> = {
  boundary: 'IAM Permissions Boundary',
  resource: 'Resource Policy',
  trust: 'Resource Policy',
}

function simulated({ id, text, document }: Source, type: PolicyType): SimulatedPolicy {
  const parsed = parsePolicy(document, type)
  if (!parsed.ok) throw new Error(`bug: the stored policy \`${id}\` does not parse`)
  const sourceType = sourceTypes[type] ?? 'IAM Policy'
  return { id, sourceType, text, compiled: compilePolicy(parsed.policy, id) }
}

/** Policies given as text, called by the member that held them: `PolicyInputList.1`. */
export function givenPolicies(
  member: 'PolicyInputList' | 'PermissionsBoundaryPolicyInputList',
  texts: readonly string[] = [],
): readonly SimulatedPolicy[] {
  const type = member === 'PolicyInputList' ? 'identity' : 'boundary'
  return texts.map((text, index) => {
    const { document } = requireGiven(text, type)
    return simulated({ id: `${member}.${index + 1}`, text, document }, type)
  })
}

/** A resource-based policy, or a role's trust policy, which names no resource. */
export function givenResourcePolicy(text: string): SimulatedPolicy {
  const isTrust = parsePolicy(text, 'trust').ok
  const type = isTrust ? 'trust' : 'resource'
  return simulated(
    { id: 'ResourcePolicy', text, document: requireGiven(text, type).document },
    type,
  )
}

function requireGiven(text: string, type: PolicyType) {
  try {
    return requireDocument(text, type)
  } catch (error) {
    if (error instanceof ServiceError) throw invalidInput(error.message)
    throw error
  }
}

/** Everything attached to a user with its groups, a group or a role. */
export function attachedPolicies<T extends PolicyHolder>(
  kind: HolderKind<T>,
  holder: T,
  call: IamCall,
): readonly SimulatedPolicy[] {
  const own = policiesOf(kind.word, holder, call)
  if (kind.noun !== 'User') return own
  const names = usersOf(call.store, call.accountId).get(nameKey(holder.name))?.groupNames ?? []
  const groups = names.flatMap((name) => findHolder(groupKind, name, call) ?? [])
  return [...own, ...groups.flatMap((group) => policiesOf('group', group, call))]
}

function policiesOf(word: string, holder: PolicyHolder, call: IamCall): readonly SimulatedPolicy[] {
  const inline = Object.entries(holder.inlinePolicies).map(([name, stored]) =>
    simulated({ id: `${word}_${holder.name}_${name}`, ...stored }, 'identity'),
  )
  const managed = holder.attachedPolicyArns.flatMap((arn) => managedPolicy(arn, 'identity', call))
  return [...inline, ...managed]
}

export function managedPolicy(
  arn: string,
  type: 'identity' | 'boundary',
  call: IamCall,
): readonly SimulatedPolicy[] {
  const id = policyNameOf(arn)
  const own = findCustomerPolicy(call.store, arn)
  if (own !== undefined) return [simulated({ id, ...defaultVersion(own) }, type)]
  const aws = findAwsPolicy(arn)
  if (aws === undefined) return []
  return [simulated({ id, text: JSON.stringify(aws.document), document: aws.document }, type)]
}
