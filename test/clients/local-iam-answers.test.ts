import * as IAM from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let iam: IAM.IAMClient
const home = '111111111111'
const trust = policyText({
  Effect: 'Allow',
  Principal: { AWS: home },
  Action: 'sts:AssumeRole',
})
const document = policyText({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })

beforeAll(async () => {
  world = await startTwoAccounts()
  iam = world.iam(world.root(home))
  await iam.send(new IAM.CreateUserCommand({ UserName: 'ana' }))
  await iam.send(new IAM.CreateGroupCommand({ GroupName: 'team' }))
  await iam.send(new IAM.CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trust }))
})
afterAll(() => world.stop())

/** Each row has a command of its own. */
const send = (command: object) => iam.send(command as IAM.GetUserCommand)

const unparsed = 'Invalid ARN:  Could not be parsed!'
const text = 'longpolicynamewithoutarn'
const china = 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess'
const names = 'It must contain only alphanumeric characters and/or the following: +=,.@_-'
const paths =
  'It must begin and end with / and contain only alphanumeric characters and/or / characters.'

describe('what AWS refuses before it looks for anything', () => {
  test.each<[what: string, command: object, message: string]>([
    [
      'attached to a user',
      new IAM.AttachUserPolicyCommand({ UserName: 'ana', PolicyArn: text }),
      unparsed,
    ],
    [
      'attached to a role',
      new IAM.AttachRolePolicyCommand({ RoleName: 'deploy', PolicyArn: text }),
      unparsed,
    ],
    [
      'attached to a group',
      new IAM.AttachGroupPolicyCommand({ GroupName: 'team', PolicyArn: text }),
      unparsed,
    ],
    ['detached', new IAM.DetachUserPolicyCommand({ UserName: 'ana', PolicyArn: text }), unparsed],
    ['shown', new IAM.GetPolicyCommand({ PolicyArn: text }), unparsed],
    ['deleted', new IAM.DeletePolicyCommand({ PolicyArn: text }), unparsed],
    [
      'tagged',
      new IAM.TagPolicyCommand({ PolicyArn: text, Tags: [{ Key: 'a', Value: 'b' }] }),
      unparsed,
    ],
    [
      'a boundary',
      new IAM.PutUserPermissionsBoundaryCommand({ UserName: 'ana', PermissionsBoundary: text }),
      unparsed,
    ],
    [
      'a provider',
      new IAM.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: text }),
      unparsed,
    ],
    [
      'another partition',
      new IAM.AttachUserPolicyCommand({ UserName: 'ana', PolicyArn: china }),
      'Invalid ARN partition',
    ],
    [
      'a role name',
      new IAM.GetRoleCommand({ RoleName: `arn:aws:iam::${home}:role/deploy` }),
      `The specified value for roleName is invalid. ${names}`,
    ],
    [
      'a policy name',
      new IAM.PutUserPolicyCommand({
        UserName: 'ana',
        PolicyName: 'a b',
        PolicyDocument: document,
      }),
      `The specified value for policyName is invalid. ${names}`,
    ],
    [
      'a path',
      new IAM.CreateGroupCommand({ GroupName: 'g', Path: 'team' }),
      `The specified value for path is invalid. ${paths}`,
    ],
    [
      'a policy path',
      new IAM.CreatePolicyCommand({ PolicyName: 'p', Path: 'team', PolicyDocument: document }),
      `The specified value for path is invalid. ${paths}`,
    ],
    [
      'an access key',
      new IAM.GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIA-IOSFODNN7EXAMPLE' }),
      'The specified value for accessKeyId is invalid. It must contain only alphanumeric characters.',
    ],
  ])('%s', async (_what, command, message) => {
    expect(await refused(send(command))).toEqual(refusal('ValidationError', 400, message))
  })
})

describe('what is not there', () => {
  const gone = `arn:aws:iam::${home}:policy/gone`
  const mfa = `arn:aws:iam::${home}:mfa/gone`
  test.each<[command: object, message: string]>([
    [new IAM.GetPolicyCommand({ PolicyArn: gone }), `Policy ${gone} was not found.`],
    [
      new IAM.AttachUserPolicyCommand({ UserName: 'ana', PolicyArn: gone }),
      `Policy ${gone} does not exist or is not attachable.`,
    ],
    [
      new IAM.AttachUserPolicyCommand({ UserName: 'gone', PolicyArn: gone }),
      'The user with name gone cannot be found.',
    ],
    [
      new IAM.DetachUserPolicyCommand({ UserName: 'ana', PolicyArn: gone }),
      `Policy ${gone} was not found.`,
    ],
    [
      new IAM.GetRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'gone' }),
      'The role policy with name gone cannot be found.',
    ],
    [
      new IAM.CreateServiceSpecificCredentialCommand({
        UserName: 'gone',
        ServiceName: 'codecommit.amazonaws.com',
      }),
      'The user with name gone cannot be found.',
    ],
    [
      new IAM.ResetServiceSpecificCredentialCommand({
        UserName: 'ana',
        ServiceSpecificCredentialId: 'satisfiesregexbutstillinvalid',
      }),
      'No such credential satisfiesregexbutstillinvalid exists',
    ],
    [
      new IAM.DeleteVirtualMFADeviceCommand({ SerialNumber: mfa }),
      `VirtualMFADevice with serial number ${mfa} doesn't exist.`,
    ],
    [
      new IAM.GetLoginProfileCommand({ UserName: 'ana' }),
      'Login Profile for User ana cannot be found.',
    ],
    [
      new IAM.GetInstanceProfileCommand({ InstanceProfileName: 'gone' }),
      'Instance Profile gone cannot be found.',
    ],
  ])('%#: %j', async (command, message) => {
    expect(await refused(send(command))).toEqual(refusal('NoSuchEntity', 404, message))
  })
})

describe('which members answers have', () => {
  test('a root user has no name and no path', async () => {
    const { User } = await iam.send(new IAM.GetUserCommand({}))
    expect(User).toEqual({
      UserId: home,
      Arn: `arn:aws:iam::${home}:root`,
      CreateDate: expect.any(Date),
    })
  })

  test('a new role shows its trust policy as given, later with whom it was found to name', async () => {
    const made = await iam.send(
      new IAM.CreateRoleCommand({ RoleName: 'shown', AssumeRolePolicyDocument: trust }),
    )
    expect(decodeURIComponent(made.Role?.AssumeRolePolicyDocument ?? '')).toBe(trust)
    const { Role } = await iam.send(new IAM.GetRoleCommand({ RoleName: 'shown' }))
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(`:${home}:root`)
  })

  const Tags = [{ Key: 'team', Value: 'a' }]
  test('a new policy has the tags it was given, one without has none', async () => {
    const create = (PolicyName: string, more: object) =>
      iam.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument: document, ...more }))
    expect((await create('tagged', { Tags })).Policy?.Tags).toEqual(Tags)
    const { Policy } = await create('plain', {})
    expect(Policy).not.toHaveProperty('Tags')
    const { Policy: got } = await iam.send(new IAM.GetPolicyCommand({ PolicyArn: Policy?.Arn }))
    expect(got?.Tags).toEqual([])
  })

  test('lists tell no tags', async () => {
    const InstanceProfileName = 'tagged'
    await iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName, Tags }))
    const one = await iam.send(new IAM.GetInstanceProfileCommand({ InstanceProfileName }))
    expect(one.InstanceProfile?.Tags).toEqual(Tags)
    const { InstanceProfiles } = await iam.send(new IAM.ListInstanceProfilesCommand({}))
    expect(InstanceProfiles?.[0]).not.toHaveProperty('Tags')
    expect(InstanceProfiles?.[0]?.Roles).toEqual([])
  })

  test('a role is simulated as users and groups are', async () => {
    const { Policy } = await iam.send(
      new IAM.CreatePolicyCommand({ PolicyName: 'read', PolicyDocument: document }),
    )
    const attached = { RoleName: 'deploy', PolicyArn: Policy?.Arn }
    await iam.send(new IAM.AttachRolePolicyCommand(attached))
    const { EvaluationResults } = await iam.send(
      new IAM.SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${home}:role/deploy`,
        ActionNames: ['s3:GetObject', 's3:PutObject'],
        ResourceArns: ['arn:aws:s3:::bucket/key'],
      }),
    )
    expect(EvaluationResults?.map((one) => one.EvalDecision)).toEqual(['allowed', 'implicitDeny'])
    const MatchedStatements = [
      {
        SourcePolicyId: 'read',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 1, Column: 38 },
        EndPosition: { Line: 1, Column: document.length - 1 },
      },
    ]
    expect(EvaluationResults?.[0]).toMatchObject({ EvalDecisionDetails: {}, MatchedStatements })
  })
})
