import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../index.ts'

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const accountA = '111111111111'
const accountB = '222222222222'
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
let aws: LocalAws
let ownerB: S3Client
let userA: Keys

function common(credentials: Keys) {
  return { endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 }
}

function s3As(credentials: Keys): S3Client {
  return new S3Client({ ...common(credentials), forcePathStyle: true })
}

function iamOf(accountId: string): IAMClient {
  return new IAMClient(common(aws.rootCredentials(accountId)))
}

function document(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function allow(actions: string | readonly string[], resources: string | readonly string[]): object {
  return { Effect: 'Allow', Action: actions, Resource: resources }
}

async function newUser(
  accountId: string,
  UserName: string,
  statements: readonly object[],
): Promise<Keys> {
  const iam = iamOf(accountId)
  await iam.send(new CreateUserCommand({ UserName }))
  if (statements.length > 0)
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'own',
        PolicyDocument: document(...statements),
      }),
    )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

beforeAll(async () => {
  aws = await startLocalAws({ seed: { accounts: [{ id: accountA }, { id: accountB }] } })
  ownerB = s3As(aws.rootCredentials(accountB))
  userA = await newUser(accountA, 'ana', [allow('s3:*', '*'), allow('sts:AssumeRole', '*')])
})

afterAll(async () => {
  await aws.stop()
})

test('a user of one account writes to a bucket of another through a role, and only that', async () => {
  const iam = iamOf(accountB)
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountA}:user/ana` },
    Action: 'sts:AssumeRole',
  }
  await iam.send(
    new CreateRoleCommand({ RoleName: 'writer', AssumeRolePolicyDocument: document(trust) }),
  )
  const objects = ['arn:aws:s3:::shared/*', 'arn:aws:s3:::shared-acl/*']
  const actions = ['s3:GetObject', 's3:PutObject', 's3:PutObjectAcl']
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'writer',
      PolicyName: 'write',
      PolicyDocument: document(allow(actions, objects)),
    }),
  )
  await ownerB.send(new CreateBucketCommand({ Bucket: 'shared' }))
  await ownerB.send(
    new CreateBucketCommand({ Bucket: 'shared-acl', ObjectOwnership: 'ObjectWriter' }),
  )
  const sts = new STSClient(common(userA))
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountB}:role/writer`,
      RoleSessionName: 'ana',
    }),
  )
  const session = s3As({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  })
  const place = { Bucket: 'shared', Key: 'test.txt' }
  await session.send(new PutObjectCommand({ ...place, Body: 'hello' }))
  const got = await session.send(new GetObjectCommand(place))
  expect(await got.Body?.transformToString()).toBe('hello')
  const acl = { ACL: 'bucket-owner-full-control' } as const
  await expect(session.send(new PutObjectAclCommand({ ...place, ...acl }))).rejects.toMatchObject({
    name: 'AccessControlListNotSupported',
    $metadata: { httpStatusCode: 400 },
  })
  const withAcls = { Bucket: 'shared-acl', Key: 'test.txt' }
  await session.send(new PutObjectCommand({ ...withAcls, Body: 'hello' }))
  await session.send(new PutObjectAclCommand({ ...withAcls, ...acl }))

  for (const attempt of [
    () => session.send(new ListObjectsV2Command({ Bucket: 'shared' })),
    () => session.send(new DeleteObjectCommand(place)),
    () => session.send(new GetObjectCommand({ ...place, Key: 'missing' })),
    () => s3As(userA).send(new PutObjectCommand({ ...place, Body: 'mine' })),
    () => s3As(userA).send(new GetObjectCommand(place)),
  ])
    await expect(attempt()).rejects.toMatchObject(denied)
  await expect(session.send(new ListObjectsV2Command({ Bucket: 'shared' }))).rejects.toThrow(
    `User: arn:aws:sts::${accountB}:assumed-role/writer/ana is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::shared" because no identity-based policy allows the s3:ListBucket action`,
  )
})

test('a missing key is 404 to those who may list, 403 to others', async () => {
  await ownerB.send(new CreateBucketCommand({ Bucket: 'listing' }))
  const blind = s3As(await newUser(accountB, 'blind', [allow('s3:GetObject', '*')]))
  const seeing = s3As(
    await newUser(accountB, 'seeing', [allow(['s3:GetObject', 's3:ListBucket'], '*')]),
  )
  const missing = { Bucket: 'listing', Key: 'missing' }
  await expect(blind.send(new GetObjectCommand(missing))).rejects.toMatchObject(denied)
  await expect(seeing.send(new GetObjectCommand(missing))).rejects.toMatchObject({
    name: 'NoSuchKey',
  })
  await expect(blind.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  })
  await expect(seeing.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
    name: 'NotFound',
  })
})

test('across accounts both the bucket policy and the caller’s own policy must allow', async () => {
  const Bucket = 'both-sides'
  await ownerB.send(new CreateBucketCommand({ Bucket }))
  await ownerB.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const powerless = await newUser(accountA, 'powerless', [])
  const get = (keys: Keys): Promise<unknown> =>
    s3As(keys).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  const grant = {
    ...allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`),
    Principal: {
      AWS: [`arn:aws:iam::${accountA}:user/ana`, `arn:aws:iam::${accountA}:user/powerless`],
    },
  }
  await expect(get(userA)).rejects.toMatchObject(denied)
  await ownerB.send(new PutBucketPolicyCommand({ Bucket, Policy: document(grant) }))
  await get(userA)
  await expect(get(powerless)).rejects.toMatchObject(denied)
  await expect(
    s3As(userA).send(new DeleteObjectCommand({ Bucket, Key: 'k' })),
  ).rejects.toMatchObject(denied)
})

test('a bucket policy stops naming a role that was deleted, also when one of its name is back', async () => {
  const Bucket = 'unique-ids'
  const iam = iamOf(accountA)
  const RoleName = 'reader'
  const roleArn = `arn:aws:iam::${accountA}:role/${RoleName}`
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountA}:root` },
    Action: 'sts:AssumeRole',
  })
  const createRole = async (): Promise<void> => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    const PolicyDocument = document(allow('s3:*', '*'))
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  }
  const read = async (): Promise<unknown> => {
    const { Credentials } = await new STSClient(common(userA)).send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 's1' }),
    )
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    return s3As(keys).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  }
  await ownerB.send(new CreateBucketCommand({ Bucket }))
  await ownerB.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const grant = {
    ...allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`),
    Principal: { AWS: roleArn },
  }
  const put = (): Promise<unknown> =>
    ownerB.send(new PutBucketPolicyCommand({ Bucket, Policy: document(grant) }))
  await expect(put()).rejects.toMatchObject({
    name: 'MalformedPolicy',
    message: 'Invalid principal in policy',
  })
  await createRole()
  await put()
  await read()
  const shown = await ownerB.send(new GetBucketPolicyCommand({ Bucket }))
  expect(JSON.parse(shown.Policy ?? '')).toEqual(JSON.parse(document(grant)))
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
  await createRole()
  await expect(read()).rejects.toMatchObject(denied)
  const after = await ownerB.send(new GetBucketPolicyCommand({ Bucket }))
  expect(after.Policy).toMatch(/"AROA[A-Z0-9]+"/)
})

const refusedPolicies = [
  {
    claim: 'no JSON',
    policy: 'x',
    message: "Policies must be valid JSON and the first byte must be '{'",
  },
  { claim: 'no statements', policy: '{}', message: 'Missing required field Statement' },
  {
    claim: 'another bucket',
    policy: document({
      ...allow('s3:GetObject', 'arn:aws:s3:::other/*'),
      Principal: { AWS: accountA },
    }),
    message: 'Policy has invalid resource',
  },
  {
    claim: 'another service',
    policy: document({ ...allow('ec2:*', 'arn:aws:s3:::rules/*'), Principal: { AWS: accountA } }),
    message: 'Policy has invalid action',
  },
  {
    claim: 'a canonical user',
    policy: document({
      ...allow('s3:*', 'arn:aws:s3:::rules/*'),
      Principal: { CanonicalUser: 'a'.repeat(64) },
    }),
    message: 'Invalid principal in policy',
  },
]

test('bucket policies that S3 would not take are refused', async () => {
  await ownerB.send(new CreateBucketCommand({ Bucket: 'rules' }))
  for (const { claim, policy, message } of refusedPolicies)
    await expect(
      ownerB.send(new PutBucketPolicyCommand({ Bucket: 'rules', Policy: policy })),
      claim,
    ).rejects.toMatchObject({ name: 'MalformedPolicy', message })
})

test('Block Public Access keeps a bucket closed until it is taken off', async () => {
  const Bucket = 'public-bucket'
  await ownerB.send(new CreateBucketCommand({ Bucket }))
  await ownerB.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const anonymously = async (): Promise<number> => (await fetch(`${aws.url}/${Bucket}/k`)).status
  const open = { ...allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`), Principal: '*' }
  const putPolicy = (): Promise<unknown> =>
    ownerB.send(new PutBucketPolicyCommand({ Bucket, Policy: document(open) }))
  await expect(putPolicy()).rejects.toThrow('BlockPublicPolicy setting')
  expect(await anonymously()).toBe(403)
  const block = (RestrictPublicBuckets: boolean): Promise<unknown> =>
    ownerB.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: { RestrictPublicBuckets },
      }),
    )
  await block(true)
  await putPolicy()
  expect(await anonymously()).toBe(403)
  await expect(s3As(userA).send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject(
    denied,
  )
  await block(false)
  expect(await anonymously()).toBe(200)
  await s3As(userA).send(new GetObjectCommand({ Bucket, Key: 'k' }))
})

test('with ACLs enabled a writer from another account owns the object until it gives it away', async () => {
  const Bucket = 'writers'
  await ownerB.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
  const grant = {
    ...allow(['s3:PutObject', 's3:PutObjectAcl'], `arn:aws:s3:::${Bucket}/*`),
    Principal: { AWS: `arn:aws:iam::${accountA}:root` },
  }
  await ownerB.send(new PutBucketPolicyCommand({ Bucket, Policy: document(grant) }))
  const writer = s3As(userA)
  const place = { Bucket, Key: 'k' }
  await writer.send(new PutObjectCommand({ ...place, Body: 'x' }))
  await expect(ownerB.send(new GetObjectCommand(place))).rejects.toMatchObject(denied)
  await writer.send(new GetObjectCommand(place))
  await writer.send(new PutObjectAclCommand({ ...place, ACL: 'bucket-owner-full-control' }))
  await ownerB.send(new GetObjectCommand(place))
  const acl = await ownerB.send(new GetObjectAclCommand(place))
  expect(acl.Grants?.map((one) => one.Permission)).toEqual(['FULL_CONTROL', 'FULL_CONTROL'])
  await ownerB.send(new DeleteObjectCommand(place))
})

test('disabling ACLs gives the bucket’s owner every object, and takes it from the writer', async () => {
  const Bucket = 'taken-over'
  await ownerB.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
  const grant = {
    ...allow('s3:PutObject', `arn:aws:s3:::${Bucket}/*`),
    Principal: { AWS: `arn:aws:iam::${accountA}:root` },
  }
  await ownerB.send(new PutBucketPolicyCommand({ Bucket, Policy: document(grant) }))
  const place = { Bucket, Key: 'k' }
  await s3As(userA).send(new PutObjectCommand({ ...place, Body: 'x' }))
  const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' as const }]
  const disable = new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } })
  await ownerB.send(disable)
  await expect(s3As(userA).send(new GetObjectCommand(place))).rejects.toMatchObject(denied)
  await ownerB.send(new GetObjectCommand(place))
  const acl = await ownerB.send(new GetObjectAclCommand(place))
  expect(acl.Grants?.map((one) => one.Grantee?.ID)).toEqual([acl.Owner?.ID])
})

test('an ACL grant to another account lets in its principals that are allowed there too', async () => {
  const Bucket = 'granted'
  const aclOfA = await s3As(aws.rootCredentials(accountA)).send(
    new CreateBucketCommand({ Bucket: 'granted-a' }),
  )
  expect(aclOfA.Location).toBe('/granted-a')
  const probe = await s3As(aws.rootCredentials(accountA)).send(
    new PutObjectCommand({ Bucket: 'granted-a', Key: 'k', Body: 'x' }),
  )
  expect(probe.ETag).toBeDefined()
  const own = await s3As(aws.rootCredentials(accountA)).send(
    new GetObjectAclCommand({ Bucket: 'granted-a', Key: 'k' }),
  )
  await ownerB.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerPreferred' }))
  await ownerB.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const list = (): Promise<unknown> => s3As(userA).send(new ListObjectsV2Command({ Bucket }))
  await expect(list()).rejects.toMatchObject(denied)
  await ownerB.send(new PutBucketAclCommand({ Bucket, GrantRead: `id="${own.Owner?.ID}"` }))
  await list()
  const get = s3As(userA).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  await expect(get).rejects.toMatchObject(denied)
  await ownerB.send(
    new PutObjectAclCommand({ Bucket, Key: 'k', GrantRead: `id="${own.Owner?.ID}"` }),
  )
  await s3As(userA).send(new GetObjectCommand({ Bucket, Key: 'k' }))
})

test('public ACLs are blocked, then ignored, then honoured', async () => {
  const Bucket = 'public-acl'
  await ownerB.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
  const place = { Bucket, Key: 'k' }
  await ownerB.send(new PutObjectCommand({ ...place, Body: 'x' }))
  const open = (): Promise<unknown> =>
    ownerB.send(new PutObjectAclCommand({ ...place, ACL: 'public-read' }))
  const anonymously = async (): Promise<number> => (await fetch(`${aws.url}/${Bucket}/k`)).status
  await expect(open()).rejects.toThrow('BlockPublicAcls setting')
  await ownerB.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: { IgnorePublicAcls: true },
    }),
  )
  await open()
  expect(await anonymously()).toBe(403)
  await ownerB.send(new DeletePublicAccessBlockCommand({ Bucket }))
  expect(await anonymously()).toBe(200)
})

const conditionCases = [
  {
    claim: 's3:prefix',
    statement: {
      ...allow('s3:ListBucket', 'arn:aws:s3:::conditions'),
      Condition: { StringEquals: { 's3:prefix': 'mine/' } },
    },
    may: (s3: S3Client) =>
      s3.send(new ListObjectsV2Command({ Bucket: 'conditions', Prefix: 'mine/' })),
    mayNot: (s3: S3Client) => s3.send(new ListObjectsV2Command({ Bucket: 'conditions' })),
  },
  {
    claim: 's3:ExistingObjectTag',
    statement: {
      ...allow('s3:GetObject', 'arn:aws:s3:::conditions/*'),
      Condition: { StringEquals: { 's3:ExistingObjectTag/secret': 'no' } },
    },
    may: (s3: S3Client) => s3.send(new GetObjectCommand({ Bucket: 'conditions', Key: 'open' })),
    mayNot: (s3: S3Client) =>
      s3.send(new GetObjectCommand({ Bucket: 'conditions', Key: 'closed' })),
  },
  {
    claim: 's3:RequestObjectTag',
    statement: {
      ...allow(['s3:PutObject', 's3:PutObjectTagging'], 'arn:aws:s3:::conditions/*'),
      Condition: { StringEquals: { 's3:RequestObjectTag/team': 'blue' } },
    },
    may: (s3: S3Client) =>
      s3.send(
        new PutObjectCommand({ Bucket: 'conditions', Key: 'new', Body: 'x', Tagging: 'team=blue' }),
      ),
    mayNot: (s3: S3Client) =>
      s3.send(
        new PutObjectCommand({ Bucket: 'conditions', Key: 'new', Body: 'x', Tagging: 'team=red' }),
      ),
  },
  {
    claim: 's3:x-amz-acl',
    statement: {
      ...allow(['s3:PutObject', 's3:PutObjectAcl'], 'arn:aws:s3:::conditions/*'),
      Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
    },
    may: (s3: S3Client) =>
      s3.send(
        new PutObjectCommand({
          Bucket: 'conditions',
          Key: 'new',
          Body: 'x',
          ACL: 'bucket-owner-full-control',
        }),
      ),
    mayNot: (s3: S3Client) =>
      s3.send(new PutObjectCommand({ Bucket: 'conditions', Key: 'new', Body: 'x' })),
  },
  {
    claim: 's3:x-amz-server-side-encryption',
    statement: {
      ...allow('s3:PutObject', 'arn:aws:s3:::conditions/*'),
      Condition: { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
    },
    may: (s3: S3Client) =>
      s3.send(
        new PutObjectCommand({
          Bucket: 'conditions',
          Key: 'new',
          Body: 'x',
          ServerSideEncryption: 'AES256',
        }),
      ),
    mayNot: (s3: S3Client) =>
      s3.send(new PutObjectCommand({ Bucket: 'conditions', Key: 'new', Body: 'x' })),
  },
]

test('condition keys of S3 decide', async () => {
  await ownerB.send(new CreateBucketCommand({ Bucket: 'conditions' }))
  for (const [Key, secret] of [
    ['open', 'no'],
    ['closed', 'yes'],
  ] as const)
    await ownerB.send(
      new PutObjectCommand({ Bucket: 'conditions', Key, Body: 'x', Tagging: `secret=${secret}` }),
    )
  for (const [index, { claim, statement, may, mayNot }] of conditionCases.entries()) {
    const s3 = s3As(await newUser(accountB, `condition-${index}`, [statement]))
    await may(s3)
    await expect(mayNot(s3), claim).rejects.toMatchObject(denied)
  }
})

test('a copy needs to read the source and write the target, tags included', async () => {
  await ownerB.send(new CreateBucketCommand({ Bucket: 'copying' }))
  const place = { Bucket: 'copying', Key: 'from' }
  await ownerB.send(new PutObjectCommand({ ...place, Body: 'x' }))
  const copy = (keys: Keys): Promise<unknown> =>
    s3As(keys).send(
      new CopyObjectCommand({ Bucket: 'copying', Key: 'to', CopySource: 'copying/from' }),
    )
  const others = new CopyObjectCommand({
    Bucket: 'copying',
    Key: 'to',
    CopySource: 'copying/from',
    ExpectedSourceBucketOwner: accountA,
  })
  await expect(ownerB.send(others)).rejects.toMatchObject(denied)
  const objects = 'arn:aws:s3:::copying/*'
  const reader = await newUser(accountB, 'copy-reader', [allow('s3:GetObject', objects)])
  const writer = await newUser(accountB, 'copy-writer', [allow('s3:PutObject', objects)])
  const both = await newUser(accountB, 'copy-both', [
    allow(['s3:GetObject', 's3:PutObject'], objects),
  ])
  await expect(copy(reader)).rejects.toMatchObject(denied)
  await expect(copy(writer)).rejects.toMatchObject(denied)
  await copy(both)
  const TagSet = [{ Key: 'a', Value: '1' }]
  await ownerB.send(new PutObjectTaggingCommand({ ...place, Tagging: { TagSet } }))
  await expect(copy(both)).rejects.toMatchObject(denied)
})

test('DeleteObjects deletes the keys that may be deleted and reports the others', async () => {
  const Bucket = 'deleting'
  await ownerB.send(new CreateBucketCommand({ Bucket }))
  for (const Key of ['mine/a', 'yours/b'])
    await ownerB.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const some = await newUser(accountB, 'some', [
    allow('s3:DeleteObject', `arn:aws:s3:::${Bucket}/mine/*`),
  ])
  const Objects = [{ Key: 'mine/a' }, { Key: 'yours/b' }]
  const answer = await s3As(some).send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(answer.Deleted).toEqual([{ Key: 'mine/a' }])
  expect(answer.Errors).toEqual([
    {
      Key: 'yours/b',
      Code: 'AccessDenied',
      Message: `User: arn:aws:iam::${accountB}:user/some is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::deleting/yours/b" because no identity-based policy allows the s3:DeleteObject action`,
    },
  ])
  const left = await ownerB.send(new ListObjectsV2Command({ Bucket }))
  expect(left.Contents?.map(({ Key }) => Key)).toEqual(['yours/b'])
  expect(
    aws
      .events()
      .at(-2)
      ?.decisions.map(({ decision }) => decision.kind),
  ).toEqual(['allow', 'implicitDeny'])
})

test('a permission that names the bucket alone gives nothing in it', async () => {
  await ownerB.send(new CreateBucketCommand({ Bucket: 'narrow' }))
  const user = await newUser(accountB, 'narrow', [allow('s3:*', 'arn:aws:s3:::narrow')])
  await expect(
    s3As(user).send(new PutObjectCommand({ Bucket: 'narrow', Key: 'k', Body: 'x' })),
  ).rejects.toMatchObject(denied)
  await iamOf(accountB).send(
    new AttachUserPolicyCommand({
      UserName: 'narrow',
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
    }),
  )
  await s3As(user).send(new PutObjectCommand({ Bucket: 'narrow', Key: 'k', Body: 'x' }))
})
