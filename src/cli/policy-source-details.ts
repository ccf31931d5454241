import { parseArn } from '../core/index.ts'
import { CliError } from './cli-error.ts'
import {
  type AccountRecord,
  type DocumentRecord,
  emptyRecord,
  type HolderRecord,
} from './policy-source-record.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * What `aws iam get-account-authorization-details` prints, or a page of the API's answer: documents as objects, or as
 * percent-encoded text. `place` is for messages.
 */
export function readAuthorizationDetails(id: string, value: unknown, place: string): AccountRecord {
  const page = asObject(value)
  const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies']
  if (page === undefined || !lists.some((name) => Array.isArray(page[name]))) {
    throw new CliError(
      `${place}: this is not what \`aws iam get-account-authorization-details\` prints`,
    )
  }
  if (page.IsTruncated === true && typeof page.Marker === 'string' && place !== 'AWS') {
    throw new CliError(`${place}: only the first page is there; save all of them in one`)
  }
  const holders = (list: string, policies: string): readonly HolderRecord[] =>
    listOf(page[list]).map((each) => readHolder(each, policies, place))
  const users = holders('UserDetailList', 'UserPolicyList')
  const roles = holders('RoleDetailList', 'RolePolicyList')
  const [first] = [...roles, ...users]
  return {
    ...emptyRecord(id, parseArn(first?.arn ?? '')?.partition),
    users,
    groups: holders('GroupDetailList', 'GroupPolicyList'),
    roles,
    managed: new Map(listOf(page.Policies).map((each) => readManaged(each, place))),
  }
}

function readHolder(each: Json, policies: string, place: string): HolderRecord {
  const name = textOf(each.UserName) || textOf(each.RoleName) || textOf(each.GroupName)
  const uniqueId = textOf(each.UserId) || textOf(each.RoleId)
  const boundary = textOf(asObject(each.PermissionsBoundary)?.PermissionsBoundaryArn)
  const trust = each.AssumeRolePolicyDocument
  return {
    name,
    arn: textOf(each.Arn),
    inline: listOf(each[policies]).map(
      (policy): DocumentRecord => ({
        name: textOf(policy.PolicyName),
        document: readDocument(policy.PolicyDocument, `${place}: ${name}`),
      }),
    ),
    managed: listOf(each.AttachedManagedPolicies).map((policy) => textOf(policy.PolicyArn)),
    groups: Array.isArray(each.GroupList) ? each.GroupList.map(String) : [],
    ...(uniqueId === '' ? {} : { uniqueId }),
    ...(boundary === '' ? {} : { boundary: { arn: boundary } }),
    ...(trust === undefined ? {} : { trust: readDocument(trust, `${place}: ${name}`) }),
  }
}

function readManaged(policy: Json, place: string): readonly [string, unknown] {
  const versions = listOf(policy.PolicyVersionList)
  const current =
    versions.find((version) => version.IsDefaultVersion === true) ??
    versions.find((version) => version.VersionId === policy.DefaultVersionId)
  const arn = textOf(policy.Arn)
  return [arn, readDocument(current?.Document, `${place}: ${arn}`)]
}

/** A document, which the API gives as JSON in percent-encoding and the AWS CLI as an object. */
function readDocument(value: unknown, place: string): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value.trimStart().startsWith('{') ? value : decodeURIComponent(value))
  } catch (error) {
    throw new CliError(`${place}: a policy document is no JSON`, { cause: error })
  }
}

export function asObject(value: unknown): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.fromEntries<unknown>(Object.entries(value))
}

function listOf(value: unknown): readonly Json[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  return list.flatMap((each): readonly Json[] => {
    const object = asObject(each)
    return object === undefined ? [] : [object]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
