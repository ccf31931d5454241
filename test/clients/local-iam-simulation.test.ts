import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  type ContextEntry,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  type EvaluationResult,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  paginateSimulateCustomPolicy,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CreatePolicyCommand as CreateControlPolicyCommand,
  CreateOrganizationCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let iam: IAMClient
beforeAll(async () => {
  world = await startTwoAccounts()
  iam = world.iam(world.root(world.home))
})
afterAll(() => world.stop())

const home = '111111111111'
const userArn = (name: string): string => `arn:aws:iam::${home}:user/${name}`
const allow = (Action: string, more: object = {}): string =>
  policyText({ Effect: 'Allow', Action, Resource: '*', ...more })
const deny = (Action: string): string => policyText({ Effect: 'Deny', Action, Resource: '*' })

async function custom(input: Partial<SimulateCustomPolicyCommandInput>): Promise<EvaluationResult> {
  const whole = { PolicyInputList: [], ActionNames: ['s3:GetObject'], ...input }
  const { EvaluationResults } = await iam.send(new SimulateCustomPolicyCommand(whole))
  expect(EvaluationResults).toHaveLength(1)
  return EvaluationResults?.[0] as EvaluationResult
}

async function ofPrincipal(
  name: string,
  input: Partial<SimulatePrincipalPolicyCommandInput> = {},
): Promise<EvaluationResult> {
  const whole = { PolicySourceArn: userArn(name), ActionNames: ['s3:GetObject'], ...input }
  const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand(whole))
  return EvaluationResults?.[0] as EvaluationResult
}

const bucket = 'arn:aws:s3:::bucket'
const at = (key: string, ...values: readonly string[]): ContextEntry => ({
  ContextKeyName: key,
  ContextKeyValues: [...values],
  ContextKeyType: 'string',
})

describe('policies given as text', () => {
  const dated =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'

  test('an allow names its statement and where it stands', async () => {
    const found = await custom({
      PolicyInputList: [dated],
      ActionNames: ['dynamodb:CreateBackup'],
      ContextEntries: [at('aws:CurrentTime', '2019-04-25T11:00:00Z')],
    })
    expect(found).toEqual({
      EvalActionName: 'dynamodb:CreateBackup',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 38 },
          EndPosition: { Line: 1, Column: 167 },
        },
      ],
      MissingContextValues: [],
    })
  })

  test('what a condition lacks is told', async () => {
    const ActionNames = ['dynamodb:CreateBackup']
    expect(await custom({ PolicyInputList: [dated], ActionNames })).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:CurrentTime'],
    })
    const early = [at('aws:CurrentTime', '2014-04-25T11:00:00Z')]
    expect(
      await custom({ PolicyInputList: [dated], ActionNames, ContextEntries: early }),
    ).toMatchObject({ EvalDecision: 'implicitDeny', MissingContextValues: [] })
  })

  test('a deny is all that is shown', async () => {
    const found = await custom({ PolicyInputList: [allow('s3:*'), deny('s3:Get*')] })
    expect(found.EvalDecision).toBe('explicitDeny')
    expect(found.MatchedStatements?.map((one) => one.SourcePolicyId)).toEqual(['PolicyInputList.2'])
  })

  test.each([
    ['s3:Get*', 'allowed', true],
    ['s3:List*', 'implicitDeny', false],
  ])('a boundary of %s: %s', async (action, EvalDecision, isAllowed) => {
    const found = await custom({
      PolicyInputList: [allow('s3:*')],
      PermissionsBoundaryPolicyInputList: [allow(action)],
    })
    expect(found).toMatchObject({
      EvalDecision,
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: isAllowed },
    })
  })

  test('nobody in particular has no name, unless one is given', async () => {
    const own = policyText({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `${bucket}/$\{aws:username}`,
    })
    const input = { PolicyInputList: [own], ResourceArns: [`${bucket}/ana`] }
    const nameless = await custom(input)
    expect(nameless.EvalDecision).toBe('implicitDeny')
    expect(nameless.ResourceSpecificResults?.[0]?.MissingContextValues).toEqual(['aws:username'])
    expect((await custom({ ...input, CallerArn: userArn('ana') })).EvalDecision).toBe('allowed')
    const named = [at('aws:username', 'ana')]
    expect((await custom({ ...input, ContextEntries: named })).EvalDecision).toBe('allowed')
  })

  test('one result for each action, of all resources together, page by page', async () => {
    const input = {
      PolicyInputList: [allow('s3:Get*', { Resource: [bucket, `${bucket}/a`] })],
      ActionNames: ['s3:GetObject', 's3:PutObject', 's3:GetBucketTagging'],
      ResourceArns: [bucket, `${bucket}/a`, `${bucket}/b`],
    }
    const found: string[] = []
    for await (const page of paginateSimulateCustomPolicy({ client: iam, pageSize: 2 }, input)) {
      expect(page.EvaluationResults?.length).toBeLessThanOrEqual(2)
      for (const one of page.EvaluationResults ?? []) {
        found.push(`${one.EvalActionName} ${one.EvalResourceName} ${one.EvalDecision}`)
        for (const each of one.ResourceSpecificResults ?? []) {
          found.push(`- ${each.EvalResourceName} ${each.EvalResourceDecision}`)
        }
      }
    }
    const none = [bucket, `${bucket}/a`, `${bucket}/b`].map((one) => `- ${one} implicitDeny`)
    const read = [`- ${bucket} allowed`, `- ${bucket}/a allowed`, `- ${bucket}/b implicitDeny`]
    const whole = `arn:aws:s3:::\${BucketName}`
    const object = `${whole}/\${ObjectName}`
    expect(found).toEqual([
      `s3:GetObject ${object} implicitDeny`,
      ...read,
      `s3:PutObject ${object} implicitDeny`,
      ...none,
      `s3:GetBucketTagging ${whole} implicitDeny`,
      ...read,
    ])
  })

  test.each([
    ['no JSON', { PolicyInputList: ['{'] }, 'Syntax errors in policy.'],
    ['a wildcard', { ActionNames: ['s3:*'] }, 'Invalid action name: s3:*'],
    [
      'no ARN',
      { ResourceArns: ['bucket'] },
      'ResourceNames are not in a valid ARN format: bucket.',
    ],
    [
      'a resource policy and nobody for it',
      {
        ResourcePolicy: policyText({
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:*',
          Resource: '*',
        }),
      },
      'CallerArn is required when a ResourcePolicy is simulated',
    ],
    [
      'a role as caller',
      { CallerArn: `arn:aws:iam::${home}:role/r` },
      `Invalid CallerArn arn:aws:iam::${home}:role/r: it must be the ARN of an IAM user`,
    ],
    ['another marker', { Marker: 'eA' }, 'Invalid Marker'],
  ])('%s is refused', async (_what, input, message) => {
    expect(await refused(custom(input))).toEqual(refusal('InvalidInput', 400, message))
  })
})

describe('a policy of the resource', () => {
  const grant = (principal: string): string =>
    policyText({
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 's3:GetObject',
      Resource: `${bucket}/*`,
    })
  const input = { CallerArn: userArn('ana'), ResourceArns: [`${bucket}/a`] }

  test('grants by itself in its own account', async () => {
    const found = await custom({ ...input, ResourcePolicy: grant(userArn('ana')) })
    expect(found).toMatchObject({ EvalDecision: 'allowed', EvalDecisionDetails: {} })
    expect(found.MatchedStatements?.[0]).toMatchObject({
      SourcePolicyId: 'ResourcePolicy',
      SourcePolicyType: 'Resource Policy',
    })
  })

  test.each([
    [[], 'implicitDeny', 'implicitDeny'],
    [[allow('s3:*')], 'allowed', 'allowed'],
    [[allow('s3:*'), deny('s3:*')], 'explicitDeny', 'explicitDeny'],
  ])('across accounts both must allow: %j', async (PolicyInputList, EvalDecision, identity) => {
    const found = await custom({
      ...input,
      PolicyInputList,
      ResourceOwner: 'arn:aws:iam::222222222222:root',
      ResourcePolicy: grant(home),
    })
    expect(found).toMatchObject({
      EvalDecision,
      EvalDecisionDetails: { 'IAM Policy': identity, 'Resource Policy': 'allowed' },
    })
  })

  test('a role is assumed by what its trust policy says, where it is given', async () => {
    const role = 'arn:aws:iam::111111111111:role/deploy'
    const assume = {
      ActionNames: ['sts:AssumeRole'],
      ResourceArns: [role],
      CallerArn: userArn('ana'),
    }
    const PolicyInputList = [allow('sts:AssumeRole')]
    expect((await custom({ ...assume, PolicyInputList })).EvalDecision).toBe('allowed')
    expect((await custom(assume)).EvalDecision).toBe('implicitDeny')
    const trust = (principal: string): string =>
      policyText({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' })
    const trusting = { ...assume, PolicyInputList, ResourcePolicy: trust(userArn('bob')) }
    expect((await custom(trusting)).EvalDecision).toBe('implicitDeny')
    const trusted = { ...assume, ResourcePolicy: trust(userArn('ana')) }
    expect((await custom(trusted)).EvalDecision).toBe('allowed')
  })
})

describe('policies that are there', () => {
  const named =
    '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}'

  test('a group is simulated by what is attached to it, as AWS did', async () => {
    const GroupName = 'writers'
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'put', PolicyDocument: named }),
    )
    await iam.send(new CreateGroupCommand({ GroupName }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: Policy?.Arn }))
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${home}:group/${GroupName}`,
        ActionNames: ['s3:PutObject', 's3:GetObjectVersion'],
        ResourceArns: [bucket],
      }),
    )
    const matched = [
      {
        SourcePolicyId: 'put',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 1, Column: 41 },
        EndPosition: { Line: 1, Column: 113 },
      },
    ]
    expect(EvaluationResults).toEqual([
      {
        EvalActionName: 's3:PutObject',
        EvalResourceName: bucket,
        EvalDecision: 'allowed',
        EvalDecisionDetails: {},
        MatchedStatements: matched,
        MissingContextValues: [],
        ResourceSpecificResults: [
          {
            EvalResourceName: bucket,
            EvalResourceDecision: 'allowed',
            MatchedStatements: matched,
            MissingContextValues: [],
          },
        ],
      },
      {
        EvalActionName: 's3:GetObjectVersion',
        EvalResourceName: bucket,
        EvalDecision: 'implicitDeny',
        EvalDecisionDetails: {},
        MatchedStatements: [],
        MissingContextValues: [],
        ResourceSpecificResults: [
          {
            EvalResourceName: bucket,
            EvalResourceDecision: 'implicitDeny',
            MatchedStatements: [],
            MissingContextValues: [],
          },
        ],
      },
    ])
    await world.newUser(home, 'writer')
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'writer' }))
    const put = { ActionNames: ['s3:PutObject'] }
    expect((await ofPrincipal('writer', put)).EvalDecision).toBe('allowed')
  })

  test('a boundary counts, and one that is given takes its place', async () => {
    await world.newUser(home, 'bound')
    const UserName = 'bound'
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
    expect(await ofPrincipal('bound')).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    })
    const given = { PermissionsBoundaryPolicyInputList: [allow('s3:*')] }
    expect(await ofPrincipal('bound', given)).toMatchObject({ EvalDecision: 'allowed' })
    const further = { ...given, PolicyInputList: [deny('s3:*')] }
    expect((await ofPrincipal('bound', further)).EvalDecision).toBe('explicitDeny')
  })

  test('a role is simulated as one of its sessions', async () => {
    const RoleName = 'deploy'
    const trust = policyText({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' })
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
    const PolicySourceArn = `arn:aws:iam::${home}:role/deploy`
    const PolicyDocument = allow('s3:*', {
      Condition: { ArnEquals: { 'aws:PrincipalArn': PolicySourceArn } },
    })
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
    const found = await ofPrincipal('', { PolicySourceArn })
    expect(found).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'role_deploy_own' }],
    })
  })

  test('control policies of the organization are told apart', async () => {
    const other = world.other
    await world.newUser(other, 'member')
    const theirs = world.iam(world.root(other))
    await theirs.send(
      new PutUserPolicyCommand({
        UserName: 'member',
        PolicyName: 'all',
        PolicyDocument: allow('s3:*'),
      }),
    )
    const simulate = async (action: string): Promise<EvaluationResult | undefined> => {
      const PolicySourceArn = `arn:aws:iam::${other}:user/member`
      const input = { PolicySourceArn, ActionNames: [action] }
      const answer = await theirs.send(new SimulatePrincipalPolicyCommand(input))
      return answer.EvaluationResults?.[0]
    }
    expect(await simulate('s3:GetObject')).not.toHaveProperty('OrganizationsDecisionDetail')
    await joinOrganization(deny('s3:PutObject'))
    expect(await simulate('s3:GetObject')).toMatchObject({
      EvalDecision: 'allowed',
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    })
    expect(await simulate('s3:PutObject')).toMatchObject({
      EvalDecision: 'explicitDeny',
      MatchedStatements: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    })
  })

  test('what is not there is refused', async () => {
    expect(await refused(ofPrincipal('nobody'))).toEqual(
      refusal('NoSuchEntity', 404, 'The user with name nobody cannot be found.'),
    )
    const PolicySourceArn = 'arn:aws:iam::222222222222:user/member'
    expect(await refused(ofPrincipal('', { PolicySourceArn }))).toMatchObject({
      Error: { Code: 'AccessDenied' },
    })
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    expect(await refused(ofPrincipal('', { PolicySourceArn: PolicyArn }))).toMatchObject({
      Error: { Code: 'InvalidInput' },
    })
  })
})

async function joinOrganization(Content: string): Promise<void> {
  const client = (accountId: string) =>
    new OrganizationsClient({
      endpoint: world.aws.url,
      region: 'us-east-1',
      credentials: world.root(accountId),
      maxAttempts: 1,
    })
  const manager = client(world.home)
  await manager.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const { Handshake } = await manager.send(
    new InviteAccountToOrganizationCommand({ Target: { Id: world.other, Type: 'ACCOUNT' } }),
  )
  await client(world.other).send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }))
  const { Roots } = await manager.send(new ListRootsCommand({}))
  const TargetId = Roots?.[0]?.Id
  const Type = 'SERVICE_CONTROL_POLICY'
  await manager.send(new EnablePolicyTypeCommand({ RootId: TargetId, PolicyType: Type }))
  const input = { Content, Description: '', Name: 'no-writes', Type } as const
  const { Policy } = await manager.send(new CreateControlPolicyCommand(input))
  const PolicyId = Policy?.PolicySummary?.Id
  await manager.send(new AttachPolicyCommand({ PolicyId, TargetId }))
}

describe('condition keys', () => {
  const PolicyDocument = policyText({
    Effect: 'Allow',
    Action: 'dynamodb:*',
    Resource: `arn:aws:dynamodb:us-west-2:123456789012:table/$\{aws:username}`,
    Condition: {
      DateGreaterThan: { 'aws:CurrentTime': '2015-08-16T12:00:00Z' },
      StringLike: { 'AWS:UserName': `$\{aws:PrincipalTag/team, 'none'}*` },
    },
  })
  const expected = ['aws:username', 'aws:CurrentTime', 'aws:PrincipalTag/team']

  test('of policies given and of policies attached', async () => {
    const given = new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [PolicyDocument] })
    expect((await iam.send(given)).ContextKeyNames).toEqual(expected)
    await world.newUser(home, 'keyed')
    const policy = { UserName: 'keyed', PolicyName: 'own', PolicyDocument }
    await iam.send(new PutUserPolicyCommand(policy))
    const attached = await iam.send(
      new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: userArn('keyed') }),
    )
    expect(attached.ContextKeyNames).toEqual(expected)
  })
})
