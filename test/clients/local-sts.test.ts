import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderExplanation } from '../../src/core/index.ts'
import type { Keys } from '../support/aws-under-test.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let ana: Keys
let ben: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  ana = await world.newUser(world.home, 'ana')
  ben = await world.newUser(world.home, 'ben')
  await allow('ana', { Action: 'sts:*', Resource: '*' })
})
afterAll(() => world.stop())

async function allow(user: string, statement: object): Promise<void> {
  await world.iam(world.root(world.home)).send(
    new PutUserPolicyCommand({
      UserName: user,
      PolicyName: 'given',
      PolicyDocument: policyText({ Effect: 'Allow', ...statement }),
    }),
  )
}

/** A role of the other account; each test has its own. */
async function newRole(name: string, statement: object, more: object = {}): Promise<string> {
  const document = policyText({
    Effect: 'Allow',
    Principal: { AWS: world.home },
    Action: 'sts:AssumeRole',
    ...statement,
  })
  const input = { RoleName: name, AssumeRolePolicyDocument: document, ...more }
  const { Role } = await world.iam(world.root(world.other)).send(new CreateRoleCommand(input))
  return Role?.Arn ?? ''
}

function assume(keys: Keys, input: Partial<AssumeRoleCommandInput>) {
  const whole = { RoleArn: '', RoleSessionName: 'session', ...input }
  return world.sts(keys).send(new AssumeRoleCommand(whole))
}

function denied(arn: string, role: string, action = 'sts:AssumeRole'): object {
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${role}`
  return { name: 'AccessDenied', message, $metadata: { httpStatusCode: 403 } }
}

describe('whoever may not enter gets the same answer', () => {
  const anaArn = 'arn:aws:iam::111111111111:user/ana'
  const benArn = 'arn:aws:iam::111111111111:user/ben'

  test('a role that is not there, a trust that refuses, a caller without permission', async () => {
    const closed = await newRole('closed', { Principal: { Service: 'ec2.amazonaws.com' } })
    const open = await newRole('open', {})
    const absent = open.replace('open', 'absent')
    await expect(assume(ana, { RoleArn: closed })).rejects.toMatchObject(denied(anaArn, closed))
    await expect(assume(ana, { RoleArn: absent })).rejects.toMatchObject(denied(anaArn, absent))
    await expect(assume(ben, { RoleArn: open })).rejects.toMatchObject(denied(benArn, open))
    await expect(assume(ben, { RoleArn: absent })).rejects.toMatchObject(denied(benArn, absent))
  })

  test('inside one account as well', async () => {
    const root = world.iam(world.root(world.home))
    const trust = policyText({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    })
    await root.send(new CreateRoleCommand({ RoleName: 'shut', AssumeRolePolicyDocument: trust }))
    const messages: string[] = []
    for (const name of ['shut', 'none']) {
      const RoleArn = `arn:aws:iam::${world.home}:role/${name}`
      const error = await assume(ana, { RoleArn }).catch((thrown: Error) => thrown)
      messages.push(error instanceof Error ? error.message.replaceAll(name, 'ROLE') : 'allowed')
    }
    expect(messages[0]).toContain('is not authorized to perform: sts:AssumeRole')
    expect(messages[1]).toBe(messages[0])
  })

  test('a role under a path is not found without it', async () => {
    const arn = await newRole('nested', {}, { Path: '/team/' })
    const bare = arn.replace('/team', '')
    await expect(assume(ana, { RoleArn: bare })).rejects.toMatchObject(denied(anaArn, bare))
    const { AssumedRoleUser } = await assume(ana, { RoleArn: arn })
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${world.other}:assumed-role/nested/session`)
  })

  test('root users cannot assume roles', async () => {
    const RoleArn = await newRole('for-root', {})
    const attempt = assume(world.root(world.home), { RoleArn })
    await expect(attempt).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    })
  })
})

describe('durations', () => {
  test.each([
    [899, 'ValidationError', /greater than or equal to 900/],
    [43_201, 'ValidationError', /less than or equal to 43200/],
    [3601, 'ValidationError', /exceeds the MaxSessionDuration set for this role\./],
  ])('%i seconds', async (DurationSeconds, name, message) => {
    const RoleArn = await newRole(`hour-${DurationSeconds}`, {})
    const attempt = assume(ana, { RoleArn, DurationSeconds })
    await expect(attempt).rejects.toMatchObject({ name, message: expect.stringMatching(message) })
  })

  test('as long as the role allows', async () => {
    const RoleArn = await newRole('long', {}, { MaxSessionDuration: 7200 })
    const { Credentials } = await assume(ana, { RoleArn, DurationSeconds: 7200 })
    const left = (Credentials?.Expiration?.getTime() ?? 0) - world.nowMs()
    expect(Math.round(left / 10_000)).toBe(720)
  })

  test('a session that assumes a role gets an hour at most', async () => {
    const RoleArn = await newRole('chain-1', {})
    const second = await newRole(
      'chain-2',
      { Principal: { AWS: RoleArn } },
      { MaxSessionDuration: 7200 },
    )
    const session = await world.assume(ana, { RoleArn })
    await giveRole('chain-1', { Action: 'sts:AssumeRole', Resource: second })
    const attempt = assume(session, { RoleArn: second, DurationSeconds: 3601 })
    await expect(attempt).rejects.toMatchObject({
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
    expect((await assume(session, { RoleArn: second })).Credentials).toBeDefined()
  })
})

async function giveRole(name: string, statement: object): Promise<void> {
  await world.iam(world.root(world.other)).send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: 'given',
      PolicyDocument: policyText({ Effect: 'Allow', ...statement }),
    }),
  )
}

describe('tags and source identity', () => {
  test('need their actions on both sides', async () => {
    const RoleArn = await newRole('tagged', {})
    const Tags = [{ Key: 'team', Value: 'a' }]
    await expect(assume(ana, { RoleArn, Tags })).rejects.toMatchObject(
      denied('arn:aws:iam::111111111111:user/ana', RoleArn, 'sts:TagSession'),
    )
    await expect(assume(ana, { RoleArn, SourceIdentity: 'ana' })).rejects.toMatchObject(
      denied('arn:aws:iam::111111111111:user/ana', RoleArn, 'sts:SetSourceIdentity'),
    )
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    const open = await newRole('tagged-open', { Action })
    const answer = await assume(ana, { RoleArn: open, Tags, SourceIdentity: 'ana' })
    expect(answer.SourceIdentity).toBe('ana')
    expect(answer.PackedPolicySize).toBeGreaterThan(0)
    await expect(assume(ben, { RoleArn: open, Tags })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  test.each([
    [
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [
      { Tags: [{ Key: 'a', Value: '1' }], TransitiveTagKeys: ['b'] },
      'The specified transitive tag key must be included in the requested tags.',
    ],
    [
      { Tags: [{ Key: 'aws:x', Value: '1' }] },
      'Tag keys that start with aws: are reserved for system use.',
    ],
  ])('that contradict themselves', async (input, message) => {
    const RoleArn = await newRole(`tags-${message.length}`, {
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    })
    const attempt = assume(ana, { RoleArn, ...input })
    await expect(attempt).rejects.toMatchObject({ name: 'InvalidParameterValue', message })
  })

  test('transitive tags and the source identity go down the chain', async () => {
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    const first = await newRole('down-1', { Action })
    const second = await newRole('down-2', {
      Action,
      Principal: { AWS: first },
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a', 'sts:SourceIdentity': 'ana' } },
    })
    await giveRole('down-1', { Action, Resource: second })
    await giveRole('down-2', {
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:PrincipalTag/team': 'a', 'aws:SourceIdentity': 'ana' },
        Null: { 'aws:PrincipalTag/own': 'true' },
      },
    })
    const session = await world.assume(ana, {
      RoleArn: first,
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'own', Value: 'b' },
      ],
      TransitiveTagKeys: ['team'],
      SourceIdentity: 'ana',
    })
    const further = await world.assume(session, { RoleArn: second })
    await world.iam(further).send(new ListUsersCommand({}))
    const other = assume(session, { RoleArn: second, SourceIdentity: 'ben' })
    await expect(other).rejects.toMatchObject({ name: 'AccessDenied' })
    const retagged = assume(session, { RoleArn: second, Tags: [{ Key: 'Team', Value: 'b' }] })
    await expect(retagged).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })
})

describe('session policies', () => {
  test('narrow the session', async () => {
    const RoleArn = await newRole('narrow', {})
    await giveRole('narrow', { Action: '*', Resource: '*' })
    const whole = await world.assume(ana, { RoleArn })
    await world.iam(whole).send(new ListUsersCommand({}))
    const Policy = policyText({ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' })
    const narrow = await world.assume(ana, { RoleArn, Policy })
    await world.iam(narrow).send(new GetRoleCommand({ RoleName: 'narrow' }))
    await expect(world.iam(narrow).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('because no session policy allows the iam:ListUsers action'),
    })
  })

  test('managed ones too', async () => {
    const RoleArn = await newRole('narrow-managed', {})
    await giveRole('narrow-managed', { Action: '*', Resource: '*' })
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }]
    const narrow = await world.assume(ana, { RoleArn, PolicyArns })
    const attempt = world.iam(narrow).send(new ListUsersCommand({}))
    await expect(attempt).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test.each([
    ['{', 'MalformedPolicyDocumentException'],
    ['{"Version":"2012-10-17","Statement":[]}', 'MalformedPolicyDocumentException'],
    [`{"Version":"2012-10-17","Statement":[]${' '.repeat(2048)}}`, 'ValidationError'],
  ])('%s is none', async (Policy, name) => {
    const RoleArn = await newRole(`bad-policy-${Policy.length}`, {})
    await expect(assume(ana, { RoleArn, Policy })).rejects.toMatchObject({ name })
  })
})

describe('a session ends', () => {
  test('when it expires', async () => {
    const RoleArn = await newRole('short', {})
    const session = await world.assume(ana, { RoleArn, DurationSeconds: 900 })
    world.passSeconds(901)
    const attempt = world.sts(session).send(new GetCallerIdentityCommand({}))
    await expect(attempt).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  test('when its role is deleted, also when one of the same name is made', async () => {
    const RoleArn = await newRole('gone', {})
    const session = await world.assume(ana, { RoleArn })
    await world.sts(session).send(new GetCallerIdentityCommand({}))
    const owner = world.iam(world.root(world.other))
    await owner.send(new DeleteRoleCommand({ RoleName: 'gone' }))
    const identity = () => world.sts(session).send(new GetCallerIdentityCommand({}))
    await expect(identity()).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    await newRole('gone', {})
    await expect(identity()).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })
})

test('a trusted user who is deleted is not trusted again under the same name', async () => {
  const root = world.iam(world.root(world.home))
  const owner = world.iam(world.root(world.other))
  const cam = await world.newUser(world.home, 'cam')
  await allow('cam', { Action: 'sts:AssumeRole', Resource: '*' })
  const camArn = `arn:aws:iam::${world.home}:user/cam`
  const RoleArn = await newRole('for-cam', { Principal: { AWS: camArn } })
  const trust = async () => {
    const { Role } = await owner.send(new GetRoleCommand({ RoleName: 'for-cam' }))
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
  }
  expect(await trust()).toContain(camArn)
  await assume(cam, { RoleArn })
  await root.send(new DeleteUserPolicyCommand({ UserName: 'cam', PolicyName: 'given' }))
  await root.send(new DeleteAccessKeyCommand({ UserName: 'cam', AccessKeyId: cam.accessKeyId }))
  await root.send(new DeleteUserCommand({ UserName: 'cam' }))
  expect(await trust()).toMatch(/"AIDA[A-Z0-9]{17}"/)
  const again = await world.newUser(world.home, 'cam')
  await allow('cam', { Action: 'sts:AssumeRole', Resource: '*' })
  await expect(assume(again, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
  const update = new UpdateAssumeRolePolicyCommand({
    RoleName: 'for-cam',
    PolicyDocument: await trust(),
  })
  await expect(owner.send(update)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringMatching(/^Invalid principal in policy: "AWS":"AIDA/),
  })
})

describe('GetSessionToken', () => {
  test('keeps the user, and is no use for IAM', async () => {
    const { Credentials } = await world.sts(ana).send(new GetSessionTokenCommand({}))
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    const identity = await world.sts(session).send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe(`arn:aws:iam::${world.home}:user/ana`)
    const RoleArn = await newRole('after-token', {})
    expect((await assume(session, { RoleArn })).Credentials).toBeDefined()
    const list = world.iam(session).send(new ListUsersCommand({}))
    await expect(list).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    const again = world.sts(session).send(new GetSessionTokenCommand({}))
    await expect(again).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

test('an access key id tells its account', async () => {
  const { Account } = await world
    .sts(ana)
    .send(new GetAccessKeyInfoCommand({ AccessKeyId: ben.accessKeyId }))
  expect(Account).toBe(world.home)
})

test('nobody needs permission to ask who they are', async () => {
  const { Arn } = await world.sts(ben).send(new GetCallerIdentityCommand({}))
  expect(Arn).toBe(`arn:aws:iam::${world.home}:user/ben`)
})

test('what was decided is in the event history with its reason', async () => {
  const RoleArn = await newRole('watched', {
    Condition: { StringEquals: { 'sts:ExternalId': 'x1' } },
  })
  await assume(ana, { RoleArn, ExternalId: 'x2' }).catch(() => undefined)
  const event = world.aws.events().at(-1)
  expect(event).toMatchObject({
    service: 'sts',
    operation: 'AssumeRole',
    principalArn: `arn:aws:iam::${world.home}:user/ana`,
    errorCode: 'AccessDenied',
    status: 403,
    decisions: [{ action: 'sts:AssumeRole', resource: RoleArn, resourceAccount: world.other }],
  })
  const why = event?.decisions[0]?.explanation
  expect(why && renderExplanation(why).join('\n')).toContain('sts:ExternalId')
  expect(JSON.stringify(world.aws.events())).not.toContain(ana.secretAccessKey)
})

test('a permission on a group is its members’ own', async () => {
  const root = world.iam(world.root(world.home))
  const RoleArn = await newRole('group-role', {})
  await expect(assume(ben, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
  await root.send(new CreateGroupCommand({ GroupName: 'Builders' }))
  const PolicyDocument = policyText({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Resource: RoleArn,
  })
  const named = { GroupName: 'builders', PolicyName: 'enter' }
  await root.send(new PutGroupPolicyCommand({ ...named, PolicyDocument }))
  await expect(assume(ben, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
  await root.send(new AddUserToGroupCommand({ GroupName: 'BUILDERS', UserName: 'ben' }))
  expect((await assume(ben, { RoleArn })).Credentials).toBeDefined()
  await root.send(new RemoveUserFromGroupCommand({ GroupName: 'builders', UserName: 'BEN' }))
  await expect(assume(ben, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' })
})
