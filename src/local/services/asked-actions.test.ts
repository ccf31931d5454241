import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { canResourceMatch, findAction } from '../../catalog/index.ts'
import { parseAccountId } from '../../core/index.ts'
import type { Call, LocalTools, Operation, ServiceName } from '../operation.ts'
import { createSessionTokens } from '../session-token.ts'
import { DiskBlobStore } from '../store/disk-blob-store.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { ecrOperations } from './ecr/index.ts'
import { addAccount } from './iam/accounts.ts'
import { iamOperations } from './iam/index.ts'
import { s3Operations } from './s3/index.ts'
import { createStsOperations } from './sts/index.ts'

const blobs = new DiskBlobStore({ randomBytes })
afterAll(() => blobs.stop())

const nowMs = Date.UTC(2026, 0, 1)
const tools: LocalTools = {
  clock: { nowMs: () => nowMs },
  randomBytes,
  store: createMemoryStore(),
  blobs,
}
const id = parseAccountId('111111111111')
if (id === undefined) throw new Error('no account id')
addAccount(tools, { id })

const operations: readonly Operation[] = [
  ...createStsOperations(createSessionTokens(randomBytes(32), randomBytes)),
  ...iamOperations,
  ...s3Operations,
  ...ecrOperations,
]

function callOf(service: ServiceName, operation: string): Call {
  const arn = `arn:aws:iam::${id}:user/ana`
  return {
    ...tools,
    service,
    operation,
    caller: {
      kind: 'authenticated',
      principal: { kind: 'user', accountId: id as never, arn, uniqueId: 'AIDA' },
      accountId: id as never,
      accessKeyId: 'AKIA',
      userId: 'AIDA',
    },
    region: 'us-east-1',
    requestId: 'r',
    endpoint: 'http://127.0.0.1',
    nowMs,
    sourceIp: '127.0.0.1',
    headers: {},
  }
}

function run(service: ServiceName, name: string, input: Record<string, unknown>): object {
  const found = operations.find((each) => each.service === service && each.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return tools.store.transact(() => found.run(input, callOf(service, name)))
}

const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
const roleArn = `arn:aws:iam::${id}:role/deploy`
const policyArn = `arn:aws:iam::${id}:policy/own`

run('iam', 'CreateUser', { UserName: 'ana' })
run('iam', 'CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: trust })
run('s3', 'CreateBucket', { Bucket: 'bucket' })
run('s3', 'PutObject', { Bucket: 'bucket', Key: 'key', Tagging: 'a=b' })
run('ecr', 'CreateRepository', { repositoryName: 'app' })

/** Something of everything: each operation takes what it knows. */
const input = {
  RoleArn: roleArn,
  RoleSessionName: 'session',
  SourceIdentity: 'ana',
  Tags: [{ Key: 'team', Value: 'red' }],
  AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  UserName: 'ana',
  RoleName: 'deploy',
  GroupName: 'team',
  PolicyName: 'own',
  PolicyArn: policyArn,
  InstanceProfileName: 'profile',
  PermissionsBoundary: policyArn,
  Bucket: 'bucket',
  Key: 'key',
  CopySource: 'bucket/key',
  Tagging: 'a=b',
  ACL: 'private',
  ObjectOwnership: 'ObjectWriter',
  Delete: { Objects: [{ Key: 'key' }] },
  CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] },
  repositoryName: 'app',
  resourceArn: `arn:aws:ecr:us-east-1:${id}:repository/app`,
  tags: [{ Key: 'a', Value: 'b' }],
  tagKeys: ['a'],
  Url: 'https://issuer.example.com',
  OpenIDConnectProviderArn: `arn:aws:iam::${id}:oidc-provider/issuer.example.com`,
  SAMLProviderArn: `arn:aws:iam::${id}:saml-provider/directory`,
  PolicySourceArn: roleArn,
  Name: 'directory',
  SerialNumber: `arn:aws:iam::${id}:mfa/phone`,
  VirtualMFADeviceName: 'phone',
}

/** Members that two operations of different kinds read in different forms. */
const particular: Readonly<Record<string, object>> = {
  AssumeRole: { SerialNumber: undefined },
  AssumeRoot: {
    TargetPrincipal: id,
    TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
  },
  AssumeRoleWithSAML: {
    verified: {
      provider: { accountId: id, arn: 'p', name: 'directory' },
      issuer: 'i',
      subject: 's',
      subjectType: 'persistent',
      recipient: 'r',
      attributes: new Map([
        ['https://aws.amazon.com/SAML/Attributes/RoleSessionName', ['session']],
      ]),
    },
  },
  AssumeRoleWithWebIdentity: {
    verified: {
      provider: { accountId: id, arn: 'p', url: 'issuer.example.com' },
      subject: 's',
      clientId: 'c',
      claims: {},
    },
  },
  GetWebIdentityToken: { Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' },
  PutObjectTagging: { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } },
}

/** What AWS lets everybody do, whatever policies say. */
const free = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken'])

/** Actions that S3 names otherwise than the call. */
const s3Actions: Readonly<Record<string, string>> = {
  HeadBucket: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  ListBuckets: 's3:ListAllMyBuckets',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListParts: 's3:ListMultipartUploadParts',
  HeadObject: 's3:GetObject',
  CopyObject: 's3:GetObject',
  UploadPartCopy: 's3:GetObject',
  UploadPart: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  DeleteObjects: 's3:DeleteObject',
  DeleteBucketTagging: 's3:PutBucketTagging',
  DeleteBucketOwnershipControls: 's3:PutBucketOwnershipControls',
  GetObjectAttributes: 's3:GetObject',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  DeleteBucketEncryption: 's3:PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  DeletePublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  GetBucketCors: 's3:GetBucketCORS',
  GetBucketAccelerateConfiguration: 's3:GetAccelerateConfiguration',
  GetBucketNotificationConfiguration: 's3:GetBucketNotification',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  GetBucketReplication: 's3:GetReplicationConfiguration',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
}

test.each(
  operations.map((operation) => [`${operation.service}:${operation.name}`, operation] as const),
)('%s asks for the action that AWS names', (name, operation) => {
  const given = { ...input, ...particular[operation.name] }
  const call = callOf(operation.service, operation.name)
  const asked = [
    ...operation.authorize(given, call),
    ...(operation.authorizeEach?.(given, call) ?? []),
  ]
  if (free.has(name)) {
    expect(asked).toEqual([])
    return
  }
  const [first] = asked
  expect(first?.action).toBe(s3Actions[operation.name] ?? name)
  for (const { action, resource, resourceAccount } of asked) {
    expect(findAction(action)?.name).toBe(action)
    expect(resourceAccount).toBe(id)
    // AWS: IAM documents its lists as calls on `*` and decides them on the ARN of a path.
    const isPath = /^arn:aws:iam::\d{12}:[a-z-]+\/$/.test(resource)
    if (resource !== '*' && !isPath) expect(unfit(action, resource)).toBe(undefined)
  }
})

function unfit(action: string, resource: string): string | undefined {
  // AWS: its table names no resource, and its refusals name this one.
  if (action.endsWith('GetWebIdentityToken') && resource.endsWith(':self')) return undefined
  // AWS: its table names roles alone, though tags may be given to federated users too.
  if (action === 'sts:TagSession' && resource.includes(':federated-user/')) return undefined
  return canResourceMatch(action, resource) ? undefined : `${action} is not asked on ${resource}`
}
