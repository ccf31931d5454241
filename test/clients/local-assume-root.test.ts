import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DisableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreatePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DetachPolicyCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations'
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  type AssumeRootCommandInput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import type { OrganizationWorld } from '../support/organization-world.ts'
import { startOrganization } from '../support/organization-world.ts'
import { refusal, refused } from '../support/refused.ts'

let world: OrganizationWorld
let ana: Keys
let member: string
let other: string
beforeAll(async () => {
  world = await startOrganization()
  member = await world.newAccount('member')
  other = await world.newAccount('other')
  ana = await newUser(world.management, 'ana', mayAssumeRoot)
  await trustIam()
  await world.enable('SERVICE_CONTROL_POLICY')
  await world.enable('RESOURCE_CONTROL_POLICY')
  const iam = world.iam(world.root(world.management))
  await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}))
  await iam.send(new EnableOrganizationsRootSessionsCommand({}))
})
afterAll(() => world.stop())

const mayAssumeRoot = { Effect: 'Allow', Action: 'sts:AssumeRoot', Resource: '*' }

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const trustIam = () =>
  world.admin.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }))

async function newUser(account: string, UserName: string, ...statements: object[]): Promise<Keys> {
  const iam = world.iam(world.root(account))
  await iam.send(new CreateUserCommand({ UserName }))
  await allow(account, UserName, ...statements)
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

async function allow(account: string, UserName: string, ...statements: object[]): Promise<void> {
  const PolicyDocument = document(...statements)
  const iam = world.iam(world.root(account))
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'given', PolicyDocument }))
}

type Task =
  | 'IAMAuditRootUserCredentials'
  | 'IAMCreateRootUserPassword'
  | 'IAMDeleteRootUserCredentials'
  | 'S3UnlockBucketPolicy'
  | 'SQSUnlockQueuePolicy'

const taskArn = (task: string) => `arn:aws:iam::aws:policy/root-task/${task}`

function ask(keys: Keys, input: Partial<AssumeRootCommandInput> = {}) {
  return world.sts(keys).send(
    new AssumeRootCommand({
      TargetPrincipal: member,
      TaskPolicyArn: { arn: taskArn('IAMAuditRootUserCredentials') },
      ...input,
    }),
  )
}

async function asRoot(task: Task, input: Partial<AssumeRootCommandInput> = {}): Promise<Keys> {
  const { Credentials } = await ask(ana, { TaskPolicyArn: { arn: taskArn(task) }, ...input })
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

/** AWS says no more than this, whatever the reason is. */
function plainDenial(caller: string, target = member): object {
  const message = `User: ${caller} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::${target}:root`
  return refusal('AccessDenied', 403, message)
}

const arnOfAna = () => `arn:aws:iam::${world.management}:user/ana`

describe('who may', () => {
  test('a user of the management account, by id and by ARN', async () => {
    for (const TargetPrincipal of [member, `arn:aws:iam::${member}:root`]) {
      const { Credentials, SourceIdentity } = await ask(ana, { TargetPrincipal })
      expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
      expect(SourceIdentity).toBe(undefined)
    }
  })

  test('not without permission, or with a deny', async () => {
    const bob = await newUser(world.management, 'bob', {
      ...mayAssumeRoot,
      Action: 'sts:AssumeRole',
    })
    const arn = `arn:aws:iam::${world.management}:user/bob`
    expect(await refused(ask(bob))).toEqual(plainDenial(arn))
    await allow(world.management, 'bob', mayAssumeRoot, { ...mayAssumeRoot, Effect: 'Deny' })
    expect(await refused(ask(bob))).toEqual(plainDenial(arn))
  })

  test('permission on one root user is none on another', async () => {
    const Resource = `arn:aws:iam::${member}:root`
    const cy = await newUser(world.management, 'cy', { ...mayAssumeRoot, Resource })
    await ask(cy)
    const denial = plainDenial(`arn:aws:iam::${world.management}:user/cy`, other)
    expect(await refused(ask(cy, { TargetPrincipal: other }))).toEqual(denial)
  })

  test('`sts:TaskPolicyArn` narrows the tasks', async () => {
    const dan = await newUser(world.management, 'dan', {
      ...mayAssumeRoot,
      Condition: { StringEquals: { 'sts:TaskPolicyArn': taskArn('S3UnlockBucketPolicy') } },
    })
    await ask(dan, { TaskPolicyArn: { arn: taskArn('S3UnlockBucketPolicy') } })
    const denial = plainDenial(`arn:aws:iam::${world.management}:user/dan`)
    expect(await refused(ask(dan))).toEqual(denial)
  })

  test('not the root user of the management account', async () => {
    const root = world.root(world.management)
    const denial = plainDenial(`arn:aws:iam::${world.management}:root`)
    expect(await refused(ask(root))).toEqual(denial)
  })

  test('not the management account’s own root user, whatever policies say', async () => {
    const denial = plainDenial(arnOfAna(), world.management)
    expect(await refused(ask(ana, { TargetPrincipal: world.management }))).toEqual(denial)
    await allow(world.management, 'ana', mayAssumeRoot, {
      ...mayAssumeRoot,
      Effect: 'Deny',
      Resource: `arn:aws:iam::${world.management}:root`,
    })
    expect(await refused(ask(ana, { TargetPrincipal: world.management }))).toEqual(denial)
    await allow(world.management, 'ana', mayAssumeRoot)
  })

  test('not the root user of an account outside, or of none', async () => {
    for (const target of [world.outside, '123456789012']) {
      const denial = plainDenial(arnOfAna(), target)
      expect(await refused(ask(ana, { TargetPrincipal: target }))).toEqual(denial)
    }
  })

  test('nobody of an account outside', async () => {
    const eve = await newUser(world.outside, 'eve', mayAssumeRoot)
    const denial = plainDenial(`arn:aws:iam::${world.outside}:user/eve`)
    expect(await refused(ask(eve))).toEqual(denial)
  })

  test('the delegated administrator for IAM, as long as it is that, and no delegate of another service', async () => {
    const fay = await newUser(other, 'fay', mayAssumeRoot)
    const denial = plainDenial(`arn:aws:iam::${other}:user/fay`)
    expect(await refused(ask(fay))).toEqual(denial)
    const delegate = { AccountId: other, ServicePrincipal: 'iam.amazonaws.com' }
    const config = { AccountId: other, ServicePrincipal: 'config.amazonaws.com' }
    const { ServicePrincipal } = config
    await world.admin.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
    await world.admin.send(new RegisterDelegatedAdministratorCommand(config))
    expect(await refused(ask(fay))).toEqual(denial)
    await world.admin.send(new RegisterDelegatedAdministratorCommand(delegate))
    expect((await ask(fay)).Credentials?.AccessKeyId).toMatch(/^ASIA/)
    const disabling = world.admin.send(
      new DisableAWSServiceAccessCommand({ ServicePrincipal: delegate.ServicePrincipal }),
    )
    await expect(disabling).rejects.toMatchObject({
      name: 'ConstraintViolationException',
      Reason: 'DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE',
    })
    await world.admin.send(new DeregisterDelegatedAdministratorCommand(delegate))
    expect(await refused(ask(fay))).toEqual(denial)
  })

  test('not while IAM is not trusted in the organization', async () => {
    const ServicePrincipal = 'iam.amazonaws.com'
    await world.admin.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }))
    expect(await refused(ask(ana))).toEqual(plainDenial(arnOfAna()))
    await trustIam()
    await ask(ana)
  })

  test('not of a closed account', async () => {
    const AccountId = await world.newAccount('closing')
    await ask(ana, { TargetPrincipal: AccountId })
    await world.admin.send(new CloseAccountCommand({ AccountId }))
    const denial = plainDenial(arnOfAna(), AccountId)
    expect(await refused(ask(ana, { TargetPrincipal: AccountId }))).toEqual(denial)
  })

  test('a resource control policy on the member account binds', async () => {
    const id = await attach('RESOURCE_CONTROL_POLICY', {
      ...mayAssumeRoot,
      Effect: 'Deny',
      Principal: '*',
    })
    expect(await refused(ask(ana))).toEqual(plainDenial(arnOfAna()))
    await detach(id)
    await ask(ana)
  })

  test('service control policies bind the delegated administrator’s users', async () => {
    const delegate = { AccountId: other, ServicePrincipal: 'iam.amazonaws.com' }
    await world.admin.send(new RegisterDelegatedAdministratorCommand(delegate))
    const guy = await newUser(other, 'guy', mayAssumeRoot)
    await ask(guy)
    const id = await attach('SERVICE_CONTROL_POLICY', { ...mayAssumeRoot, Effect: 'Deny' }, other)
    expect(await refused(ask(guy))).toEqual(plainDenial(`arn:aws:iam::${other}:user/guy`))
    await detach(id, other)
    await world.admin.send(new DeregisterDelegatedAdministratorCommand(delegate))
  })
})

async function attach(
  Type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY',
  statement: object,
  TargetId = member,
): Promise<string> {
  const Name = `${Type}-${world.aws.events().length}`
  const { Policy } = await world.admin.send(
    new CreatePolicyCommand({ Name, Type, Description: '', Content: document(statement) }),
  )
  const PolicyId = Policy?.PolicySummary?.Id ?? ''
  await world.admin.send(new AttachPolicyCommand({ PolicyId, TargetId }))
  return PolicyId
}

async function detach(PolicyId: string, TargetId = member): Promise<void> {
  await world.admin.send(new DetachPolicyCommand({ PolicyId, TargetId }))
}

describe('what is asked', () => {
  test.each([
    ['arn:aws:iam::222222222222:user/ana'],
    ['arn:aws:iam::222222222222:rootx'],
    ['arn:aws:sts::222222222222:root'],
    ['not an account'],
  ])('target %s', async (TargetPrincipal) => {
    const message = 'Request must contain a valid target principal'
    const refusing = refusal('ValidationError', 400, message)
    expect(await refused(ask(ana, { TargetPrincipal }))).toEqual(refusing)
  })

  test.each([
    ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    ['arn:aws:iam::aws:policy/root-task/Everything'],
    ['arn:aws:iam::111111111111:policy/root-task/S3UnlockBucketPolicy'],
  ])('task %s', async (arn) => {
    const message = 'Request must contain valid AWS managed task policy ARN'
    const refusing = refusal('ValidationError', 400, message)
    expect(await refused(ask(ana, { TaskPolicyArn: { arn } }))).toEqual(refusing)
  })

  test('a task is demanded', async () => {
    const message =
      "1 validation error detected: Value null at 'taskPolicyArn' failed to satisfy constraint: Member must not be null"
    const refusing = refusal('ValidationError', 400, message)
    expect(await refused(ask(ana, { TaskPolicyArn: {} }))).toEqual(refusing)
  })

  test('fifteen minutes at most', async () => {
    const message =
      "1 validation error detected: Value '901' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 900"
    const refusing = refusal('ValidationError', 400, message)
    expect(await refused(ask(ana, { DurationSeconds: 901 }))).toEqual(refusing)
  })
})

describe('what the organization has switched on', () => {
  const iam = () => world.iam(world.root(world.management))

  test('a delegated administrator may turn a feature off, and not on again', async () => {
    const delegate = { AccountId: other, ServicePrincipal: 'iam.amazonaws.com' }
    await world.admin.send(new RegisterDelegatedAdministratorCommand(delegate))
    const theirs = world.iam(world.root(other))
    const { EnabledFeatures } = await theirs.send(
      new DisableOrganizationsRootCredentialsManagementCommand({}),
    )
    expect(EnabledFeatures).toEqual(['RootSessions'])
    const attempt = theirs.send(new EnableOrganizationsRootCredentialsManagementCommand({}))
    const message = `Caller account ${other} is not management account of the organization and cannot enable IAM features.`
    expect(await refused(attempt)).toMatchObject({
      Error: { Code: 'CallerIsNotManagementAccountException', Message: message },
    })
    const again = await iam().send(new EnableOrganizationsRootCredentialsManagementCommand({}))
    expect(again.EnabledFeatures).toEqual(['RootSessions', 'RootCredentialsManagement'])
    await world.admin.send(new DeregisterDelegatedAdministratorCommand(delegate))
  })

  test('credentials and sessions are two features, and neither stands for the other', async () => {
    await iam().send(new DisableOrganizationsRootCredentialsManagementCommand({}))
    const off = refusal(
      'AccessDenied',
      403,
      'Root credentials management feature is not enabled for your AWS Organization.',
    )
    for (const task of [
      'IAMAuditRootUserCredentials',
      'IAMCreateRootUserPassword',
      'IAMDeleteRootUserCredentials',
    ] as const) {
      expect(await refused(asRoot(task))).toEqual(off)
    }
    await asRoot('S3UnlockBucketPolicy')
    await asRoot('SQSUnlockQueuePolicy')
    await iam().send(new EnableOrganizationsRootCredentialsManagementCommand({}))
  })

  test('a session of before goes on when its feature is switched off', async () => {
    const keys = await asRoot('IAMAuditRootUserCredentials')
    await iam().send(new DisableOrganizationsRootCredentialsManagementCommand({}))
    const { User } = await world.iam(keys).send(new GetUserCommand({}))
    expect(User?.Arn).toBe(`arn:aws:iam::${member}:root`)
    await iam().send(new EnableOrganizationsRootCredentialsManagementCommand({}))
  })

  test('sessions of its own: `Root sessions`', async () => {
    const fresh = await startOrganization()
    const target = await fresh.newAccount('target')
    const ServicePrincipal = 'iam.amazonaws.com'
    await fresh.admin.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
    const rootIam = fresh.iam(fresh.root(fresh.management))
    await rootIam.send(new CreateUserCommand({ UserName: 'ana' }))
    const PolicyDocument = document(mayAssumeRoot)
    const put = new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'given', PolicyDocument })
    await rootIam.send(put)
    const { AccessKey } = await rootIam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
    const sts = fresh.sts({
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    })
    const TaskPolicyArn = { arn: taskArn('S3UnlockBucketPolicy') }
    const asked = sts.send(new AssumeRootCommand({ TargetPrincipal: target, TaskPolicyArn }))
    const message = 'Root sessions feature is not enabled for your AWS Organization.'
    expect(await refused(asked)).toEqual(refusal('AccessDenied', 403, message))
    await fresh.stop()
  })
})

describe('the session', () => {
  test('is the member’s root user', async () => {
    const keys = await asRoot('SQSUnlockQueuePolicy')
    const { Account, Arn, UserId } = await world.sts(keys).send(new GetCallerIdentityCommand({}))
    expect({ Account, Arn, UserId }).toEqual({
      Account: member,
      Arn: `arn:aws:iam::${member}:root`,
      UserId: member,
    })
  })

  test('lasts as long as was asked for, and none at all for 0', async () => {
    const { Credentials } = await ask(ana, { DurationSeconds: 60 })
    const leftMs = (Credentials?.Expiration?.getTime() ?? 0) - Date.now()
    expect(leftMs).toBeGreaterThan(50_000)
    expect(leftMs).toBeLessThanOrEqual(60_000)
    const { Credentials: byDefault } = await ask(ana)
    expect((byDefault?.Expiration?.getTime() ?? 0) - Date.now()).toBeGreaterThan(890_000)
    const keys = await asRoot('SQSUnlockQueuePolicy', { DurationSeconds: 0 })
    const attempt = world.sts(keys).send(new GetCallerIdentityCommand({}))
    expect(await refused(attempt)).toMatchObject({ Error: { Code: 'ExpiredToken' } })
  })

  test.each([
    ['IAMAuditRootUserCredentials', (iam: IAMClient) => iam.send(new ListUsersCommand({}))],
    ['SQSUnlockQueuePolicy', (iam: IAMClient) => iam.send(new GetUserCommand({}))],
    ['S3UnlockBucketPolicy', (iam: IAMClient) => iam.send(new GetUserCommand({}))],
    ['IAMAuditRootUserCredentials', (iam: IAMClient) => iam.send(new CreateAccessKeyCommand({}))],
    [
      'IAMDeleteRootUserCredentials',
      (iam: IAMClient) => iam.send(new CreateLoginProfileCommand({})),
    ],
    ['IAMCreateRootUserPassword', (iam: IAMClient) => iam.send(new DeleteLoginProfileCommand({}))],
  ] as const)('of %s does nothing beside its task', async (task, attempt) => {
    const iam = world.iam(await asRoot(task))
    const denial = await refused(attempt(iam))
    expect(denial).toMatchObject({
      Error: {
        Code: 'AccessDenied',
        Message: expect.stringContaining('with an explicit deny in a session policy'),
      },
    })
  })

  test('reaches no user of the account', async () => {
    await newUser(member, 'hal', mayAssumeRoot)
    const iam = world.iam(await asRoot('IAMAuditRootUserCredentials'))
    const attempt = iam.send(new ListAccessKeysCommand({ UserName: 'hal' }))
    expect(await refused(attempt)).toMatchObject({ Error: { Code: 'AccessDenied' } })
  })

  test('gets no further credentials', async () => {
    const sts = world.sts(await asRoot('S3UnlockBucketPolicy'))
    const RoleArn = `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`
    const attempts = [
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'root' })),
      sts.send(new GetSessionTokenCommand({})),
      sts.send(
        new AssumeRootCommand({
          TargetPrincipal: other,
          TaskPolicyArn: { arn: taskArn('S3UnlockBucketPolicy') },
        }),
      ),
    ]
    for (const attempt of attempts) {
      expect(await refused(attempt)).toMatchObject({ Error: { Code: 'AccessDenied' } })
    }
  })

  test('is bound by the member’s service control policies', async () => {
    const iam = world.iam(await asRoot('IAMAuditRootUserCredentials'))
    const id = await attach('SERVICE_CONTROL_POLICY', {
      Effect: 'Deny',
      Action: 'iam:GetUser',
      Resource: '*',
    })
    const message = expect.stringContaining('with an explicit deny in a service control policy')
    expect(await refused(iam.send(new GetUserCommand({})))).toMatchObject({
      Error: { Message: message },
    })
    await detach(id)
    await iam.send(new GetUserCommand({}))
  })

  test('`aws:AssumedRoot` tells it from the root user’s own keys', async () => {
    const id = await attach('SERVICE_CONTROL_POLICY', {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' },
        BoolIfExists: { 'aws:AssumedRoot': 'false' },
      },
    })
    const ofKeys = world.iam(world.root(member)).send(new GetUserCommand({}))
    expect(await refused(ofKeys)).toMatchObject({ Error: { Code: 'AccessDenied' } })
    await world.iam(await asRoot('IAMAuditRootUserCredentials')).send(new GetUserCommand({}))
    await detach(id)
  })

  test('is told from the root user’s own calls in the event history', async () => {
    const root = world.root(member)
    await world.iam(await asRoot('IAMAuditRootUserCredentials')).send(new GetUserCommand({}))
    await world.iam(root).send(new GetUserCommand({}))
    const trail = new CloudTrailClient({
      endpoint: world.aws.url,
      region: 'us-east-1',
      credentials: root,
    })
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'GetUser' }]
    const { Events } = await trail.send(new LookupEventsCommand({ LookupAttributes }))
    const [ofKeys, ofSession] = (Events ?? []).map((event) =>
      JSON.parse(event.CloudTrailEvent ?? ''),
    )
    expect(ofSession.userIdentity).toMatchObject({
      type: 'Root',
      arn: `arn:aws:iam::${member}:root`,
      sessionContext: { assumedRoot: 'true' },
    })
    expect(ofKeys.userIdentity).toMatchObject({ type: 'Root' })
    expect(ofKeys.userIdentity.sessionContext).toBe(undefined)
  })
})

describe('the tasks', () => {
  test('unlocking a bucket that denies everybody', async () => {
    const Bucket = `locked-${member}`
    const s3 = world.s3(world.root(member))
    await s3.send(new CreateBucketCommand({ Bucket }))
    const Policy = document({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const unlocking = world.s3(await asRoot('S3UnlockBucketPolicy'))
    const { Buckets } = await unlocking.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket])
    expect((await unlocking.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy)
    const reading = unlocking.send(new ListObjectsV2Command({ Bucket }))
    await expect(reading).rejects.toMatchObject({ name: 'AccessDenied' })
    const elsewhere = world.s3(await asRoot('S3UnlockBucketPolicy', { TargetPrincipal: other }))
    const attempt = elsewhere.send(new DeleteBucketPolicyCommand({ Bucket }))
    await expect(attempt).rejects.toMatchObject({ name: 'AccessDenied' })
    await unlocking.send(new DeleteBucketPolicyCommand({ Bucket }))
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0)
  })

  test('auditing and deleting the root user’s credentials', async () => {
    const account = await world.newAccount('audited')
    const { accessKeyId: AccessKeyId } = world.root(account)
    const target = { TargetPrincipal: account }
    const audit = world.iam(await asRoot('IAMAuditRootUserCredentials', target))
    const { AccessKeyMetadata } = await audit.send(new ListAccessKeysCommand({}))
    expect(AccessKeyMetadata?.map((key) => key.AccessKeyId)).toEqual([AccessKeyId])
    const used = await audit.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    expect(used.AccessKeyLastUsed?.ServiceName).toBe('N/A')
    expect((await audit.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([])
    expect((await audit.send(new ListSigningCertificatesCommand({}))).Certificates).toEqual([])
    const { SummaryMap } = await audit.send(new GetAccountSummaryCommand({}))
    expect(SummaryMap).toMatchObject({ AccountAccessKeysPresent: 1, AccountPasswordPresent: 0 })
    const attempt = audit.send(new DeleteAccessKeyCommand({ AccessKeyId }))
    expect(await refused(attempt)).toMatchObject({ Error: { Code: 'AccessDenied' } })

    const own = world.iam(world.root(account))
    const deleting = world.iam(await asRoot('IAMDeleteRootUserCredentials', target))
    await deleting.send(new DeleteAccessKeyCommand({ AccessKeyId }))
    expect(await refused(own.send(new GetUserCommand({})))).toMatchObject({
      Error: { Code: 'InvalidClientTokenId' },
    })
    const after = await audit.send(new GetAccountSummaryCommand({}))
    expect(after.SummaryMap?.AccountAccessKeysPresent).toBe(0)
  })

  test('letting the owner set a password, and taking that back', async () => {
    const creating = world.iam(await asRoot('IAMCreateRootUserPassword'))
    const missing = refusal('NoSuchEntity', 404, 'Login Profile for User null cannot be found.')
    expect(await refused(creating.send(new GetLoginProfileCommand({})))).toEqual(missing)
    const { LoginProfile } = await creating.send(new CreateLoginProfileCommand({}))
    expect(LoginProfile?.UserName).toBe(undefined)
    expect(LoginProfile?.PasswordResetRequired).toBe(false)
    const message = `Login Profile for account ${member} already exists.`
    expect(await refused(creating.send(new CreateLoginProfileCommand({})))).toEqual(
      refusal('EntityAlreadyExists', 409, message),
    )
    const deleting = world.iam(await asRoot('IAMDeleteRootUserCredentials'))
    await deleting.send(new DeleteLoginProfileCommand({}))
    expect(await refused(deleting.send(new GetLoginProfileCommand({})))).toEqual(missing)
  })
})
