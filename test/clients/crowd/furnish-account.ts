import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Keys } from '../../support/aws-under-test.ts'
import { policyText } from '../../support/two-accounts.ts'
import type { Clients } from './clients.ts'

/** An account and who administers it. */
export interface Bare {
  readonly id: string
  readonly admin: Keys
}

export interface Account extends Bare {
  /** May assume any role and put objects anywhere, as far as its own account goes. */
  readonly visitor: Keys
  /** May do nothing. */
  readonly lonely: Keys
}

export const externalId = (accountId: string): string => `of-${accountId}`
export const ownBucket = (accountId: string): string => `own-${accountId}`
export const dropbox = (accountId: string): string => `dropbox-${accountId}`
export const greeting = (accountId: string): string => `hello from ${accountId}`

/**
 * Gives an account what the others come for: a role `guest` for whoever of the organization knows its external id and
 * may assume roles, a role `closed` for nobody, and a bucket into which everybody of the organization puts objects
 * under the id of their account.
 */
export async function furnishAccount(
  clients: Clients,
  organizationId: string,
  account: Bare,
): Promise<Account> {
  const iam = clients.of(IAMClient, account.admin)
  const visitor = await newUser(iam, 'visitor', { Action: ['sts:AssumeRole', 's3:*', 'ecr:*'] })
  const lonely = await newUser(iam, 'lonely')
  await makeRoles(iam, account.id, organizationId)
  await makeBuckets(clients.of(S3Client, account.admin), account.id, organizationId)
  return { ...account, visitor, lonely }
}

async function newUser(iam: IAMClient, UserName: string, allowed?: object): Promise<Keys> {
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  if (allowed !== undefined) {
    const PolicyDocument = policyText({ Effect: 'Allow', Resource: '*', ...allowed })
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'given', PolicyDocument }))
  }
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId, secretAccessKey }
}

async function makeRoles(iam: IAMClient, accountId: string, organizationId: string): Promise<void> {
  const guests = policyText({
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 'sts:AssumeRole',
    Condition: {
      StringEquals: {
        'aws:PrincipalOrgID': organizationId,
        'sts:ExternalId': externalId(accountId),
      },
    },
  })
  const nobody = policyText({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'sts:AssumeRole',
  })
  const roles = { guest: guests, closed: nobody }
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles))
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const read = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${ownBucket(accountId)}/shared/*`,
  }
  const given = { PolicyName: 'read', PolicyDocument: policyText(read) }
  await iam.send(new PutRolePolicyCommand({ RoleName: 'guest', ...given }))
}

async function makeBuckets(s3: S3Client, accountId: string, organizationId: string): Promise<void> {
  const Bucket = ownBucket(accountId)
  await s3.send(new CreateBucketCommand({ Bucket }))
  const Body = greeting(accountId)
  await s3.send(new PutObjectCommand({ Bucket, Key: 'shared/greeting', Body }))
  const box = dropbox(accountId)
  await s3.send(new CreateBucketCommand({ Bucket: box }))
  const Policy = policyText({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${box}/\${aws:PrincipalAccount}/*`,
    Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket: box, Policy }))
}
