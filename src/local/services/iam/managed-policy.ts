import { findManagedPolicy as findAwsPolicy } from '../../../catalog/index.ts'
import type { AccountId, PolicyDocument } from '../../../core/index.ts'
import type { Store } from '../../store/store.ts'
import type { ManagedPolicy, PolicyVersion } from './entities.ts'
import { noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { managedPoliciesOf, nameKey } from './tables.ts'

/** The customer managed policy with this ARN, in whatever account that is. */
export function findCustomerPolicy(store: Store, arn: string): ManagedPolicy | undefined {
  const parts = /^arn:aws:iam::(\d{12}):policy\/(?:.*\/)?([^/]+)$/.exec(arn)
  if (parts === null) return undefined
  const accountId = parts[1] as AccountId
  const policy = managedPoliciesOf(store, accountId).get(nameKey(parts[2] ?? ''))
  return policy?.arn === arn ? policy : undefined
}

/** What a managed policy of AWS or of a customer says now, or undefined when there is none of that ARN. */
export function findPolicyDocument(store: Store, arn: string): PolicyDocument | undefined {
  if (isAwsPolicyArn(arn)) return findAwsDocument(arn)
  const policy = findCustomerPolicy(store, arn)
  return policy === undefined ? undefined : defaultVersion(policy).document
}

/** AWS's own policies never change while a process runs. */
const awsDocuments = new Map<string, PolicyDocument>()

function findAwsDocument(arn: string): PolicyDocument | undefined {
  const known = awsDocuments.get(arn)
  if (known !== undefined) return known
  const document = findAwsPolicy(arn)?.document
  if (document !== undefined) awsDocuments.set(arn, document)
  return document
}

export function isAwsPolicyArn(arn: string): boolean {
  return arn.startsWith('arn:aws:iam::aws:policy/')
}

export function defaultVersion(policy: ManagedPolicy): PolicyVersion {
  const version = policy.versions.find((one) => one.versionId === policy.defaultVersionId)
  if (version === undefined) throw new Error(`bug: policy ${policy.arn} has no default version`)
  return version
}

/** Whether an entity of the call's account can take this policy: AWS's own, or one of the same account. */
export function isAttachable(arn: string, call: IamCall): boolean {
  if (isAwsPolicyArn(arn)) return findAwsPolicy(arn) !== undefined
  return findCustomerPolicy(call.store, arn)?.accountId === call.accountId
}

export function requireAttachable(arn: string, call: IamCall): void {
  if (isAttachable(arn, call)) return
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
}

export function requireCustomerPolicy(arn: string, call: IamCall): ManagedPolicy {
  const policy = findCustomerPolicy(call.store, arn)
  if (policy !== undefined && policy.accountId === call.accountId) return policy
  throw noSuchEntity(`Policy ${arn} was not found.`)
}

export function saveCustomerPolicy(policy: ManagedPolicy, call: IamCall): void {
  managedPoliciesOf(call.store, call.accountId).set(nameKey(policy.name), policy)
}

/** The name at the end of a policy's ARN. */
export function policyNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
