import {
  CloudTrailClient,
  ListTrailsCommand,
  type LookupAttributeKey,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  paginateLookupEvents,
} from '@aws-sdk/client-cloudtrail'
import {
  ChangePasswordCommand,
  CreateRoleCommand,
  GetUserCommand,
  ListRolesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseRefusals } from '../../src/cli/explain-denied.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { policyText, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let ana: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  ana = await world.newUser(world.home, 'ana')
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })
  const input = { UserName: 'ana', PolicyName: 'given', PolicyDocument }
  await world.iam(world.root(world.home)).send(new PutUserPolicyCommand(input))
})
afterAll(() => world.stop())

function trail(keys: Keys, region: string): CloudTrailClient {
  return new CloudTrailClient({
    endpoint: world.aws.url,
    region,
    credentials: keys,
    maxAttempts: 1,
    systemClockOffset: world.nowMs() - Date.now(),
  })
}

function lookUp(
  input: LookupEventsCommandInput = {},
  accountId = world.home,
  region = 'eu-west-1',
) {
  const client = trail(world.root(accountId), region)
  return client.send(new LookupEventsCommand(input))
}

const by = (AttributeKey: LookupAttributeKey, AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
})

interface TrailRecord {
  readonly userIdentity: Readonly<Record<string, unknown>>
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly [member: string]: unknown
}

function record(event: { readonly CloudTrailEvent?: string | undefined } | undefined): TrailRecord {
  return JSON.parse(event?.CloudTrailEvent ?? '{}') as TrailRecord
}

async function newRole(name: string): Promise<string> {
  const AssumeRolePolicyDocument = policyText({
    Effect: 'Allow',
    Principal: { AWS: world.home },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: { StringEquals: { 'sts:ExternalId': 'known' } },
  })
  const input = { RoleName: name, AssumeRolePolicyDocument }
  const { Role } = await world.iam(world.root(world.other)).send(new CreateRoleCommand(input))
  return Role?.Arn ?? ''
}

test('a call is told in CloudTrail’s form', async () => {
  await world.iam(world.root(world.home)).send(new GetUserCommand({ UserName: 'ana' }))
  const { Events = [] } = await lookUp(by('EventName', 'GetUser'), world.home, 'us-east-1')
  expect(Events[0]).toMatchObject({
    EventName: 'GetUser',
    EventSource: 'iam.amazonaws.com',
    ReadOnly: 'true',
    Username: 'root',
    AccessKeyId: world.root(world.home).accessKeyId,
  })
  expect(Events[0]?.Resources).toContainEqual({
    ResourceType: 'AWS::IAM::User',
    ResourceName: `arn:aws:iam::${world.home}:user/ana`,
  })
  expect(record(Events[0])).toMatchObject({
    userIdentity: {
      type: 'Root',
      principalId: world.home,
      arn: `arn:aws:iam::${world.home}:root`,
      accountId: world.home,
    },
    eventID: Events[0]?.EventId,
    eventType: 'AwsApiCall',
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    requestParameters: { userName: 'ana' },
    responseElements: null,
    readOnly: true,
    recipientAccountId: world.home,
  })
})

test('a session says which role it is of', async () => {
  const RoleArn = await newRole('traced')
  const keys = await world.assume(ana, { RoleArn, ExternalId: 'known', SourceIdentity: undefined })
  await expect(world.iam(keys).send(new ListRolesCommand({}))).rejects.toThrow()
  const found = await lookUp(by('Username', 'session'), world.other, 'us-east-1')
  expect(record(found.Events?.[0])).toMatchObject({
    eventName: 'ListRoles',
    errorCode: 'AccessDenied',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${world.other}:assumed-role/traced/session`,
      accountId: world.other,
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: RoleArn, accountId: world.other, userName: 'traced' },
        attributes: { mfaAuthenticated: 'false' },
      },
    },
  })
})

test('a role of another account is assumed in both accounts’ eyes, when it is', async () => {
  const RoleArn = await newRole('shared')
  await world.assume(ana, { RoleArn, ExternalId: 'known' })
  await expect(world.assume(ana, { RoleArn, ExternalId: 'wrong' })).rejects.toThrow()
  const own = await lookUp(by('ResourceName', RoleArn), world.home)
  const other = await lookUp(by('ResourceName', RoleArn), world.other)
  expect(own.Events).toHaveLength(2)
  expect(other.Events).toHaveLength(1)
  const [mine, theirs] = [record(own.Events?.[1]), record(other.Events?.[0])]
  expect(mine.sharedEventID).toBeDefined()
  expect(theirs.sharedEventID).toBe(mine.sharedEventID)
  expect(theirs.eventID).not.toBe(mine.eventID)
  expect(theirs.requestID).toBe(mine.requestID)
  expect(mine.userIdentity).toMatchObject({ type: 'IAMUser', userName: 'ana' })
  expect(theirs.userIdentity).toEqual({
    type: 'AWSAccount',
    principalId: mine.userIdentity.principalId,
    accountId: world.home,
  })
  expect(theirs.recipientAccountId).toBe(world.other)
  expect(theirs.resources).toEqual([
    { accountId: world.other, type: 'AWS::IAM::Role', ARN: RoleArn },
  ])
})

test('a refusal can be explained from its event', async () => {
  const RoleArn = await newRole('refused')
  const input = { RoleArn, RoleSessionName: 'job', ExternalId: 'wrong' }
  const tags = [{ Key: 'team', Value: 'red' }]
  const call = new AssumeRoleCommand({ ...input, Tags: tags })
  await expect(world.sts(ana).send(call)).rejects.toThrow('is not authorized')
  const { Events } = await lookUp(by('ResourceName', RoleArn))
  const refusals = parseRefusals(JSON.stringify({ Events }))
  expect(refusals).toMatchObject([
    {
      principal: `arn:aws:iam::${world.home}:user/ana`,
      action: 'sts:AssumeRole',
      resource: RoleArn,
      context: {
        'sts:ExternalId': 'wrong',
        'sts:RoleSessionName': 'job',
        'aws:RequestTag/team': 'red',
        'aws:SourceIp': '127.0.0.1',
      },
    },
  ])
})

test('secrets are hidden', async () => {
  const input = { OldPassword: 'before-secret', NewPassword: 'after-secret-1' }
  await expect(world.iam(ana).send(new ChangePasswordCommand(input))).rejects.toThrow()
  const { Events } = await lookUp(by('EventName', 'ChangePassword'), world.home, 'us-east-1')
  expect(record(Events?.[0]).requestParameters).toEqual({
    oldPassword: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    newPassword: 'HIDDEN_DUE_TO_SECURITY_REASONS',
  })
  const everything = JSON.stringify([Events, world.aws.events()])
  expect(everything).not.toContain('-secret')
  expect(everything).not.toContain(ana.secretAccessKey)
})

test('an account sees its own calls in the region it asks about, latest first', async () => {
  const count = 7
  for (let i = 0; i < count; i += 1) await world.sts(ana).send(new GetCallerIdentityCommand({}))
  const asked = by('EventName', 'GetCallerIdentity')
  expect((await lookUp(asked, world.other)).Events).toEqual([])
  expect((await lookUp(asked, world.home, 'us-east-1')).Events).toEqual([])
  const seen: string[] = []
  const client = trail(world.root(world.home), 'eu-west-1')
  for await (const page of paginateLookupEvents({ client, pageSize: 3 }, { ...asked })) {
    seen.push(...(page.Events ?? []).map((event) => event.EventId ?? ''))
  }
  expect(new Set(seen).size).toBe(count)
  const { Events = [], NextToken } = await lookUp({ ...asked, MaxResults: count })
  expect(Events.map((event) => event.EventId)).toEqual(seen)
  expect(NextToken).toBeUndefined()
  const byKey = await lookUp(by('AccessKeyId', ana.accessKeyId))
  expect(byKey.Events?.length).toBeGreaterThanOrEqual(count)
  const byId = await lookUp(by('EventId', seen[2] ?? ''))
  expect(byId.Events?.map((event) => event.EventId)).toEqual([seen[2]])
})

test('times limit what is found', async () => {
  await world.sts(ana).send(new GetCallerIdentityCommand({}))
  const now = new Date(world.nowMs())
  const asked = by('EventName', 'GetCallerIdentity')
  const hour = 3_600_000
  const earlier = new Date(now.getTime() - hour)
  const later = new Date(now.getTime() + hour)
  expect((await lookUp({ ...asked, StartTime: earlier, EndTime: later })).Events).not.toEqual([])
  expect((await lookUp({ ...asked, StartTime: later })).Events).toEqual([])
  expect((await lookUp({ ...asked, EndTime: earlier })).Events).toEqual([])
})

test.each([
  [{ StartTime: new Date(2), EndTime: new Date(1) }, 'InvalidTimeRangeException'],
  [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
  [{ NextToken: 'x' }, 'InvalidNextTokenException'],
  [by('Colour' as LookupAttributeKey, 'red'), 'InvalidLookupAttributesException'],
] as const)('%j is refused', async (input, name) => {
  await expect(lookUp(input)).rejects.toMatchObject({ name })
})

test('it takes permission', async () => {
  const call = trail(ana, 'eu-west-1').send(new LookupEventsCommand({}))
  await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('the rest of CloudTrail is not built and says so', async () => {
  const call = trail(world.root(world.home), 'eu-west-1').send(new ListTrailsCommand({}))
  await expect(call).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('cloudtrail:ListTrails'),
  })
})

test('what is older than ninety days is gone', async () => {
  const asked = by('EventName', 'GetCallerIdentity')
  await world.sts(ana).send(new GetCallerIdentityCommand({}))
  world.passSeconds(89 * 86_400)
  expect((await lookUp(asked)).Events).not.toEqual([])
  world.passSeconds(2 * 86_400)
  expect((await lookUp(asked)).Events).toEqual([])
})
