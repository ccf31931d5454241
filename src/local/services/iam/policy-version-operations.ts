import { findManagedPolicy as findAwsPolicy } from '../../../catalog/index.ts'
import type { Operation } from '../../operation.ts'
import { encodeUri } from '../../signature/uri-encoding.ts'
import { renderDocument } from './document.ts'
import type { ManagedPolicy, PolicyVersion } from './entities.ts'
import { deleteConflict, limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { isAwsPolicyArn, requireCustomerPolicy, saveCustomerPolicy } from './managed-policy.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { policyAsked, requireManagedDocument } from './policy-operations.ts'
import { iamQuotas } from './quotas.ts'

interface ArnInput {
  readonly PolicyArn: string
}

interface VersionInput extends ArnInput {
  readonly VersionId: string
}

interface CreateInput extends ArnInput {
  readonly PolicyDocument: string
  readonly SetAsDefault?: boolean
}

const createPolicyVersion = iamOperation<CreateInput, object>({
  name: 'CreatePolicyVersion',
  ...policyAsked,
  run(input, call) {
    const policy = requireCustomerPolicy(input.PolicyArn, call)
    const stored = requireManagedDocument(input.PolicyDocument)
    const limit = iamQuotas.versionsPerPolicy
    if (policy.versions.length >= limit) {
      const most = `A managed policy can have up to ${limit} versions.`
      throw limitExceeded(
        `${most} Before you create a new version, you must delete an existing version.`,
      )
    }
    const latestVersion = policy.latestVersion + 1
    const version: PolicyVersion = {
      ...stored,
      versionId: `v${latestVersion}`,
      createdAtMs: call.nowMs,
    }
    const changed: ManagedPolicy = {
      ...policy,
      latestVersion,
      updatedAtMs: call.nowMs,
      versions: [...policy.versions, version],
      ...(input.SetAsDefault === true ? { defaultVersionId: version.versionId } : {}),
    }
    saveCustomerPolicy(changed, call)
    return { PolicyVersion: renderVersion(changed, version) }
  },
})

/** A version without its document, as `CreatePolicyVersion` and lists show it. */
export function renderVersion(policy: ManagedPolicy, version: PolicyVersion): object {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === policy.defaultVersionId,
    CreateDate: new Date(version.createdAtMs),
  }
}

const getPolicyVersion = iamOperation<VersionInput, object>({
  name: 'GetPolicyVersion',
  ...policyAsked,
  run(input, call) {
    if (isAwsPolicyArn(input.PolicyArn)) {
      const found = awsVersion(input.PolicyArn)
      if (found?.VersionId === input.VersionId) return { PolicyVersion: found }
      throw noSuchVersion(input)
    }
    const policy = requireCustomerPolicy(input.PolicyArn, call)
    const version = requireVersion(policy, input)
    const document = { Document: renderDocument(version) }
    return { PolicyVersion: { ...document, ...renderVersion(policy, version) } }
  },
})

interface AwsVersion {
  readonly Document: string
  readonly VersionId: string
  readonly IsDefaultVersion: true
  readonly CreateDate: Date
}

/** Of AWS's own policies the catalog has the latest version alone. */
function awsVersion(arn: string): AwsVersion | undefined {
  const policy = findAwsPolicy(arn)
  if (policy === undefined) return undefined
  return {
    Document: encodeUri(JSON.stringify(policy.document)),
    VersionId: policy.versionId,
    IsDefaultVersion: true,
    CreateDate: new Date(policy.updatedAt),
  }
}

function noSuchVersion(input: VersionInput): Error {
  const version = `Policy ${input.PolicyArn} version ${input.VersionId}`
  return noSuchEntity(`${version} does not exist or is not attachable.`)
}

function requireVersion(policy: ManagedPolicy, input: VersionInput): PolicyVersion {
  const version = policy.versions.find((one) => one.versionId === input.VersionId)
  if (version === undefined) throw noSuchVersion(input)
  return version
}

const listPolicyVersions = iamOperation<ArnInput & PageInput, object>({
  name: 'ListPolicyVersions',
  ...policyAsked,
  run(input, call) {
    if (isAwsPolicyArn(input.PolicyArn)) return { Versions: awsVersions(input), IsTruncated: false }
    const policy = requireCustomerPolicy(input.PolicyArn, call)
    const newestFirst = policy.versions.toReversed()
    const page = paginate(newestFirst, input, newestFirstKey)
    return { Versions: page.items.map((one) => renderVersion(policy, one)), ...page.more }
  },
})

function newestFirstKey(version: PolicyVersion): string {
  return String(1_000_000 - Number(version.versionId.slice(1))).padStart(7, '0')
}

function awsVersions(input: ArnInput): readonly object[] {
  const found = awsVersion(input.PolicyArn)
  if (found === undefined) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`)
  const { Document: _, ...version } = found
  return [version]
}

const deletePolicyVersion = iamOperation<VersionInput, object>({
  name: 'DeletePolicyVersion',
  ...policyAsked,
  run(input, call) {
    const policy = requireCustomerPolicy(input.PolicyArn, call)
    const version = requireVersion(policy, input)
    if (version.versionId === policy.defaultVersionId) {
      throw deleteConflict('Cannot delete the default version of a policy.')
    }
    const versions = policy.versions.filter((one) => one !== version)
    saveCustomerPolicy({ ...policy, versions, updatedAtMs: call.nowMs }, call)
    return {}
  },
})

const setDefaultPolicyVersion = iamOperation<VersionInput, object>({
  name: 'SetDefaultPolicyVersion',
  ...policyAsked,
  run(input, call: IamCall) {
    const policy = requireCustomerPolicy(input.PolicyArn, call)
    const { versionId } = requireVersion(policy, input)
    saveCustomerPolicy({ ...policy, defaultVersionId: versionId, updatedAtMs: call.nowMs }, call)
    return {}
  },
})

export const policyVersionOperations: readonly Operation[] = [
  createPolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  deletePolicyVersion,
  setDefaultPolicyVersion,
]
