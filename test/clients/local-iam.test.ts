import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteAccountAliasCommand,
  DeleteGroupCommand,
  DeleteInstanceProfileCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetGroupCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAccountAliasesCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  paginateListPolicies,
  paginateListUsers,
  RemoveRoleFromInstanceProfileCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
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

const trust = policyText({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
})
const everything = policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

const newRole = (RoleName: string, more: object = {}) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }))
const newUser = (UserName: string) => iam.send(new CreateUserCommand({ UserName }))
const newPolicy = async (PolicyName: string): Promise<string> => {
  const input = { PolicyName, PolicyDocument: everything }
  return (await iam.send(new CreatePolicyCommand(input))).Policy?.Arn ?? ''
}

describe('what is not there', () => {
  const arn = 'arn:aws:iam::111111111111:policy/none'
  const named = { RoleName: 'none', UserName: 'none', GroupName: 'none' }
  test.each([
    ['user', () => iam.send(new GetUserCommand(named)), 'The user with name none cannot be found.'],
    ['role', () => iam.send(new GetRoleCommand(named)), 'The role with name none cannot be found.'],
    [
      'group',
      () => iam.send(new GetGroupCommand(named)),
      'The group with name none cannot be found.',
    ],
    [
      'policy',
      () => iam.send(new GetPolicyCommand({ PolicyArn: arn })),
      `Policy ${arn} was not found.`,
    ],
    [
      'deleted policy',
      () => iam.send(new DeletePolicyCommand({ PolicyArn: arn })),
      `Policy ${arn} was not found.`,
    ],
    [
      'instance profile',
      () => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'none' })),
      'Instance Profile none cannot be found.',
    ],
    [
      'policy of a holder that is not there',
      () =>
        iam.send(
          new PutRolePolicyCommand({ ...named, PolicyName: 'p', PolicyDocument: everything }),
        ),
      'The role with name none cannot be found.',
    ],
  ])('%s', async (_name, call, message) => {
    expect(await refused(call())).toEqual(refusal('NoSuchEntity', 404, message))
  })

  test('what a role does not have', async () => {
    await newRole('bare')
    const RoleName = 'bare'
    expect(
      await refused(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }))),
    ).toEqual(refusal('NoSuchEntity', 404, 'The role policy with name p cannot be found.'))
    expect(
      await refused(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arn }))),
    ).toEqual(refusal('NoSuchEntity', 404, `Policy ${arn} does not exist or is not attachable.`))
    expect(
      await refused(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: readOnly }))),
    ).toEqual(refusal('NoSuchEntity', 404, `Policy ${readOnly} was not found.`))
    const inherited = iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'constructor' }))
    expect(await refused(inherited)).toMatchObject({ $metadata: { httpStatusCode: 404 } })
  })
})

describe('names are unique without regard to case', () => {
  const newGroup = (GroupName: string) => iam.send(new CreateGroupCommand({ GroupName }))
  test.each([
    ['twice', 'TWICE', newUser, 'User with name TWICE already exists.'],
    ['twice', 'Twice', newRole, 'Role with name Twice already exists.'],
    ['twice', 'tWice', newGroup, 'Group with name tWice already exists.'],
    [
      'twice',
      'twicE',
      newPolicy,
      'A policy called twicE already exists. Duplicate names are not allowed.',
    ],
  ])('%s and %s', async (...[first, second, create, message]) => {
    await create(first)
    expect(await refused(create(second))).toEqual(refusal('EntityAlreadyExists', 409, message))
  })
})

describe('malformed documents', () => {
  const create = (PolicyDocument: string) =>
    iam.send(new CreatePolicyCommand({ PolicyName: 'malformed', PolicyDocument }))
  test.each([
    ['{', 'Syntax errors in policy.'],
    [
      '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
      'Policy document must be version 2012-10-17 or greater.',
    ],
    [
      policyText({ Effect: 'Allow', Action: [], Resource: '*' }),
      'Policy statement must contain actions.',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: [] }),
      'Policy statement must contain resources.',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3::Get', Resource: '*' }),
      'Actions/Condition can contain only one colon.',
    ],
    [policyText({ Effect: 'Allow', Action: 'a b:Get', Resource: '*' }), 'Vendor a b is not valid'],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:error:s3:::b' }),
      'Partition "error" is not valid for resource "arn:error:s3:::b".',
    ],
    [
      policyText({ Effect: 'Allow', Action: 'iam:*', Resource: 'arn:aws:iam:us-east-1::role/x' }),
      'IAM resource arn:aws:iam:us-east-1::role/x cannot contain region information.',
    ],
    [
      policyText({ Effect: 'Allow', Action: 'iam:*', Resource: 'arn:aws:iam::111111111111:foo/x' }),
      'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
    [policyText({ Effect: 'Allow', Action: 's3:*' }), 'Policy statement must contain resources.'],
    [policyText({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
    [
      policyText({ Effect: 'Allow', Action: 'GetObject', Resource: '*' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: 'bucket' }),
      'Resource bucket must be in ARN format or "*".',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }),
      'Policy document should not specify a principal.',
    ],
    [policyText({ Effect: 'Perhaps', Action: 's3:*', Resource: '*' }), 'Syntax errors in policy.'],
    [policyText({ Action: 's3:*', Resource: '*' }), 'Syntax errors in policy.'],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*', Sid: {} }),
      'Syntax errors in policy.',
    ],
    ['{"Version":"2013-10-17","Statement":[]}', 'Syntax errors in policy.'],
    [
      policyText({ Effect: 'allow', Action: 's3:*', Resource: '*' }),
      'The policy failed legacy parsing',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3::b' }),
      'The policy failed legacy parsing',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws::::b' }),
      'The policy failed legacy parsing',
    ],
    [
      policyText({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } },
      }),
      'The policy failed legacy parsing',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:error' }),
      'Partition "error" is not valid for resource "arn:error:*:*:*:*".',
    ],
    [
      policyText({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:us-east-1::b' }),
      'Resource arn:aws:s3:us-east-1::b can not contain region information.',
    ],
  ])('%s', async (document, message) => {
    expect(await refused(create(document))).toEqual(
      refusal('MalformedPolicyDocument', 400, message),
    )
  })

  test.each([
    [
      policyText({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }),
      'Has prohibited field Resource',
    ],
    [policyText({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'Missing required field Principal'],
    [policyText({ Effect: 'Allow', Principal: '*' }), 'Missing required field Action'],
    [policyText({ Principal: '*', Action: 'sts:AssumeRole' }), 'Missing required field Effect'],
    [
      policyText({ Effect: 'allow', Principal: '*', Action: 'sts:AssumeRole' }),
      'Invalid effect: allow',
    ],
    [
      policyText({ Effect: 'Allow', Principal: {}, Action: 'sts:AssumeRole' }),
      'Missing required field Principal cannot be empty!',
    ],
    [
      policyText({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    ['{ "Statement": [], }', 'This policy contains invalid Json'],
    ['{}', 'Missing required field Statement'],
    ['{"Version":"2012-10-17","Statement":[]}', 'Could not parse the policy: Statement is empty!'],
    ['{"Version":"2013-10-17","Statement":[]}', 'The policy must contain a valid version string'],
    [
      policyText({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::111111111111:role/nobody` },
        Action: 'sts:AssumeRole',
      }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/nobody"',
    ],
  ])('as a trust policy: %s', async (document, message) => {
    const call = newRole('malformed', { AssumeRolePolicyDocument: document })
    expect(await refused(call)).toEqual(refusal('MalformedPolicyDocument', 400, message))
  })

  test('a principal of an account that is not here may be anybody', async () => {
    const document = policyText({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::999999999999:role/vendor' },
      Action: 'sts:AssumeRole',
    })
    expect((await newRole('vendor', { AssumeRolePolicyDocument: document })).Role?.RoleName).toBe(
      'vendor',
    )
  })
})

test('documents come back byte for byte', async () => {
  const PolicyDocument = `{ "Version": "2012-10-17",\n\t"Statement": [{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/ä%20'()*~"}] }`
  await newUser('bytes')
  await iam.send(new PutUserPolicyCommand({ UserName: 'bytes', PolicyName: 'p', PolicyDocument }))
  const answer = await iam.send(new GetUserPolicyCommand({ UserName: 'bytes', PolicyName: 'p' }))
  expect(answer.PolicyDocument).toMatch(/^[A-Za-z0-9%._~-]+$/)
  expect(decodeURIComponent(answer.PolicyDocument ?? '')).toBe(PolicyDocument)
})

describe('what still hangs together cannot be deleted', () => {
  test('role', async () => {
    const RoleName = 'tied'
    await newRole(RoleName)
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: readOnly }))
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: everything }),
    )
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }))
    const both = { RoleName, InstanceProfileName: RoleName }
    await iam.send(new AddRoleToInstanceProfileCommand(both))
    const attempt = () => refused(iam.send(new DeleteRoleCommand({ RoleName })))
    const must = (what: string) =>
      refusal('DeleteConflict', 409, `Cannot delete entity, must ${what} first.`)
    expect(await attempt()).toEqual(must('detach all policies'))
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: readOnly }))
    expect(await attempt()).toEqual(must('delete policies'))
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    expect(await attempt()).toEqual(must('remove roles from instance profile'))
    const listed = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))
    expect(listed.InstanceProfiles?.[0]?.Roles?.[0]?.RoleName).toBe(RoleName)
    await iam.send(new RemoveRoleFromInstanceProfileCommand(both))
    await iam.send(new DeleteRoleCommand({ RoleName }))
    await iam.send(new DeleteInstanceProfileCommand(both))
  })

  test('user and group', async () => {
    await newUser('tied')
    await iam.send(new CreateGroupCommand({ GroupName: 'tied' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'tied', UserName: 'tied' }))
    const message = 'Cannot delete entity, must remove users from group first.'
    const conflict = refusal('DeleteConflict', 409, message)
    expect(await refused(iam.send(new DeleteGroupCommand({ GroupName: 'tied' })))).toEqual(conflict)
    expect(await refused(iam.send(new DeleteUserCommand({ UserName: 'tied' })))).toEqual(conflict)
    const groups = await iam.send(new ListGroupsForUserCommand({ UserName: 'tied' }))
    expect(groups.Groups?.map((group) => group.GroupName)).toEqual(['tied'])
  })

  test('policy', async () => {
    const PolicyArn = await newPolicy('tied')
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'tied', PolicyArn }))
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'tied', PermissionsBoundary: PolicyArn }),
    )
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    expect([Policy?.AttachmentCount, Policy?.PermissionsBoundaryUsageCount]).toEqual([1, 1])
    const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
    expect(entities.PolicyGroups?.map((group) => group.GroupName)).toEqual(['tied'])
    expect(await refused(iam.send(new DeletePolicyCommand({ PolicyArn })))).toEqual(
      refusal('DeleteConflict', 409, 'Cannot delete a policy attached to entities.'),
    )
  })
})

test('policy versions: five at most, the default one stays, numbers are not used twice', async () => {
  const PolicyArn = await newPolicy('versions')
  const next = () =>
    iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: everything, SetAsDefault: true }),
    )
  for (let version = 2; version <= 5; version += 1) await next()
  expect(await refused(next())).toMatchObject({ Error: { Code: 'LimitExceeded' } })
  const oldest = { PolicyArn, VersionId: 'v1' }
  expect(
    await refused(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v5' }))),
  ).toEqual(refusal('DeleteConflict', 409, 'Cannot delete the default version of a policy.'))
  expect(await refused(iam.send(new DeletePolicyCommand({ PolicyArn })))).toMatchObject({
    Error: { Code: 'DeleteConflict' },
  })
  await iam.send(new DeletePolicyVersionCommand(oldest))
  expect((await next()).PolicyVersion?.VersionId).toBe('v6')
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v3' }))
  const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  expect(
    Versions?.map((one) => `${one.VersionId}${one.IsDefaultVersion ? ' default' : ''}`),
  ).toEqual(['v6', 'v5', 'v4', 'v3 default', 'v2'])
  expect(await refused(iam.send(new GetPolicyVersionCommand(oldest)))).toMatchObject({
    Error: { Code: 'NoSuchEntity' },
  })
})

describe('AWS’s own policies', () => {
  test('are there to read and to attach, and not to change', async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: readOnly }))
    const VersionId = Policy?.DefaultVersionId ?? ''
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: readOnly, VersionId }),
    )
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toHaveProperty(
      'Statement',
    )
    await newRole('reader')
    const attach = new AttachRolePolicyCommand({ RoleName: 'reader', PolicyArn: readOnly })
    await iam.send(attach)
    await iam.send(attach)
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'reader' }))
    expect(attached.AttachedPolicies).toEqual([
      { PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly },
    ])
    expect(await refused(iam.send(new DeletePolicyCommand({ PolicyArn: readOnly })))).toMatchObject(
      {
        $metadata: { httpStatusCode: 404 },
      },
    )
  })

  test('are listed page by page', async () => {
    const names = new Set<string>()
    const pages = paginateListPolicies({ client: iam, pageSize: 500 }, { Scope: 'AWS' })
    for await (const page of pages)
      for (const one of page.Policies ?? []) names.add(one.PolicyName ?? '')
    expect(names.size).toBeGreaterThan(1000)
    const local = await iam.send(new ListPoliciesCommand({ Scope: 'Local', OnlyAttached: true }))
    expect(local.Policies?.map((one) => one.PolicyName)).toEqual(['tied'])
  })
})

test('lists go on where they stopped, under a path, whatever was deleted meanwhile', async () => {
  for (const name of ['a', 'B', 'c', 'D']) {
    await iam.send(new CreateUserCommand({ UserName: name, Path: '/paged/' }))
  }
  const names: string[] = []
  const pages = paginateListUsers({ client: iam, pageSize: 1 }, { PathPrefix: '/paged/' })
  for await (const page of pages) {
    const name = page.Users?.[0]?.UserName ?? ''
    names.push(name)
    await iam.send(new DeleteUserCommand({ UserName: name }))
  }
  expect(names).toEqual(['a', 'B', 'c', 'D'])
  const broken = iam.send(new ListUsersCommand({ Marker: '!' }))
  expect(await refused(broken)).toMatchObject({ $metadata: { httpStatusCode: 400 } })
})

describe('quotas', () => {
  const big = (size: number): string =>
    policyText({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${'b'.repeat(size)}` })
  test.each([
    [
      'managed policy',
      () => iam.send(new CreatePolicyCommand({ PolicyName: 'big', PolicyDocument: big(6100) })),
      'Cannot exceed quota for PolicySize: 6144',
    ],
    [
      'user policies',
      () =>
        iam.send(
          new PutUserPolicyCommand({
            UserName: 'twice',
            PolicyName: 'big',
            PolicyDocument: big(2000),
          }),
        ),
      'Maximum policy size of 2048 bytes exceeded for user twice',
    ],
    [
      'group policies',
      () =>
        iam.send(
          new PutGroupPolicyCommand({
            GroupName: 'twice',
            PolicyName: 'big',
            PolicyDocument: big(5100),
          }),
        ),
      'Maximum policy size of 5120 bytes exceeded for group twice',
    ],
    [
      'trust policy',
      () =>
        newRole('big', {
          AssumeRolePolicyDocument: policyText({
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'x'.repeat(2048) } },
          }),
        }),
      'Cannot exceed quota for ACLSizePerRole: 2048',
    ],
  ])('%s', async (_name, call, message) => {
    expect(await refused(call())).toEqual(refusal('LimitExceeded', 409, message))
  })

  test('access keys, and policies attached', async () => {
    await newUser('full')
    const UserName = 'full'
    await iam.send(new CreateAccessKeyCommand({ UserName }))
    await iam.send(new CreateAccessKeyCommand({ UserName }))
    expect(await refused(iam.send(new CreateAccessKeyCommand({ UserName })))).toEqual(
      refusal('LimitExceeded', 409, 'Cannot exceed quota for AccessKeysPerUser: 2'),
    )
    for (let at = 0; at < 10; at += 1) {
      const PolicyArn = await newPolicy(`full-${at}`)
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
    }
    const attach = iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: readOnly }))
    expect(await refused(attach)).toEqual(
      refusal('LimitExceeded', 409, 'Cannot exceed quota for PoliciesPerUser: 10'),
    )
  })
})

describe('access keys', () => {
  test('an inactive key and a deleted one are unknown', async () => {
    const keys = await world.newUser(world.home, 'keys')
    const identity = () => world.sts(keys).send(new GetCallerIdentityCommand({}))
    await identity()
    const AccessKeyId = keys.accessKeyId
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    expect(used).toMatchObject({
      UserName: 'keys',
      AccessKeyLastUsed: { ServiceName: 'sts', Region: 'eu-west-1' },
    })
    const named = { UserName: 'keys', AccessKeyId }
    await iam.send(new UpdateAccessKeyCommand({ ...named, Status: 'Inactive' }))
    await expect(identity()).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    await iam.send(new UpdateAccessKeyCommand({ ...named, Status: 'Active' }))
    await identity()
    await iam.send(new UpdateUserCommand({ UserName: 'keys', NewUserName: 'renamed' }))
    expect((await identity()).Arn).toBe(`arn:aws:iam::${world.home}:user/renamed`)
    const listed = await iam.send(new ListAccessKeysCommand({ UserName: 'renamed' }))
    expect(listed.AccessKeyMetadata).toMatchObject([
      { AccessKeyId, UserName: 'renamed', Status: 'Active' },
    ])
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'renamed', AccessKeyId }))
    await expect(identity()).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })
})

test('roles: description, duration, trust, tags and boundary', async () => {
  const RoleName = 'full'
  await newRole(RoleName, {
    Path: '/team/',
    Description: 'first',
    Tags: [{ Key: 'a', Value: '1' }],
  })
  await iam.send(
    new UpdateRoleCommand({ RoleName, Description: 'second', MaxSessionDuration: 7200 }),
  )
  await iam.send(
    new TagRoleCommand({
      RoleName,
      Tags: [
        { Key: 'A', Value: '2' },
        { Key: 'b', Value: '' },
      ],
    }),
  )
  await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: readOnly }))
  const PolicyDocument = trust.replace('ec2', 'lambda')
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'FULL' }))
  expect(Role).toMatchObject({
    Path: '/team/',
    Arn: `arn:aws:iam::${world.home}:role/team/full`,
    RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
    Description: 'second',
    MaxSessionDuration: 7200,
    Tags: [
      { Key: 'A', Value: '2' },
      { Key: 'b', Value: '' },
    ],
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: readOnly },
  })
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(
    JSON.parse(PolicyDocument),
  )
  await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }))
  const tags = await iam.send(new ListRoleTagsCommand({ RoleName }))
  expect(tags.Tags).toEqual([{ Key: 'b', Value: '' }])
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
  expect(
    (await iam.send(new GetRoleCommand({ RoleName }))).Role?.PermissionsBoundary,
  ).toBeUndefined()
  const listed = await iam.send(new ListRolesCommand({ PathPrefix: '/team/' }))
  expect(listed.Roles?.map((role) => role.RoleName)).toEqual(['full'])
  const policies = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  expect(policies.PolicyNames).toEqual([])
})

test('the account as a whole', async () => {
  const summary = await iam.send(new GetAccountSummaryCommand({}))
  const details = await iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 1000 }))
  expect(details.RoleDetailList).toHaveLength(summary.SummaryMap?.Roles ?? -1)
  expect(details.UserDetailList).toHaveLength(summary.SummaryMap?.Users ?? -1)
  const reader = details.RoleDetailList?.find((role) => role.RoleName === 'reader')
  expect(reader?.AttachedManagedPolicies).toEqual([
    { PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly },
  ])
  expect(details.Policies?.map((one) => one.Arn)).toContain(readOnly)
  const filtered = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Group'] }))
  expect([filtered.GroupDetailList?.length, filtered.RoleDetailList?.length]).toEqual([2, 0])
  await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'home-alias' }))
  expect((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(['home-alias'])
  await iam.send(new DeleteAccountAliasCommand({ AccountAlias: 'home-alias' }))
  expect((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual([])
})

describe('what a policy lets a user do in IAM', () => {
  async function userWith(name: string, ...statements: readonly object[]): Promise<IAMClient> {
    const keys = await world.newUser(world.home, name)
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements })
    await iam.send(
      new PutUserPolicyCommand({ UserName: name, PolicyName: 'given', PolicyDocument }),
    )
    return world.iam(keys)
  }

  test('by ARN', async () => {
    const limited = await userWith('by-arn', {
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: `arn:aws:iam::${world.home}:role/team/*`,
    })
    await limited.send(new GetRoleCommand({ RoleName: 'full' }))
    await expect(limited.send(new GetRoleCommand({ RoleName: 'reader' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${world.home}:user/by-arn is not authorized to perform: iam:GetRole on resource: role reader because no identity-based policy allows the iam:GetRole action`,
    })
  })

  test('by the policy it attaches', async () => {
    const limited = await userWith('by-policy', {
      Effect: 'Allow',
      Action: 'iam:AttachRolePolicy',
      Resource: '*',
      Condition: { ArnEquals: { 'iam:PolicyARN': readOnly } },
    })
    const RoleName = 'bare'
    await limited.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: readOnly }))
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    const attempt = limited.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    await expect(attempt).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('by the boundary that new roles must carry', async () => {
    const limited = await userWith(
      'by-boundary',
      {
        Effect: 'Allow',
        Action: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:DeleteRolePermissionsBoundary'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': readOnly } },
      },
      { Effect: 'Deny', Action: 'iam:DeleteRolePermissionsBoundary', Resource: '*' },
    )
    const create = (RoleName: string, more: object) =>
      limited.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }))
    await expect(create('free', {})).rejects.toMatchObject({ name: 'AccessDenied' })
    await create('bound', { PermissionsBoundary: readOnly })
    const put = (RoleName: string) =>
      limited.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: everything }),
      )
    await put('bound')
    await expect(put('bare')).rejects.toMatchObject({ name: 'AccessDenied' })
    const remove = limited.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'bound' }))
    await expect(remove).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    })
  })

  test('by tags: those of the request, those of the resource, and the right to tag', async () => {
    const limited = await userWith(
      'by-tag',
      {
        Effect: 'Allow',
        Action: ['iam:CreateUser'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestTag/team': 'a' } },
      },
      {
        Effect: 'Allow',
        Action: 'iam:GetUser',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } },
      },
    )
    const create = (UserName: string, Value: string) =>
      limited.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value }] }))
    await expect(create('tagged', 'b')).rejects.toMatchObject({
      message: expect.stringContaining('iam:CreateUser'),
    })
    await expect(create('tagged', 'a')).rejects.toMatchObject({
      message: expect.stringContaining('iam:TagUser'),
    })
    await iam.send(
      new CreateUserCommand({ UserName: 'tagged', Tags: [{ Key: 'team', Value: 'a' }] }),
    )
    await limited.send(new GetUserCommand({ UserName: 'tagged' }))
    const other = limited.send(new GetUserCommand({ UserName: 'by-tag' }))
    await expect(other).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('within its boundary', async () => {
    const limited = await userWith('bounded', { Effect: 'Allow', Action: '*', Resource: '*' })
    await limited.send(new ListUsersCommand({}))
    const PermissionsBoundary = await newPolicy('only-s3')
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'bounded', PermissionsBoundary }),
    )
    await expect(limited.send(new ListUsersCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining(
        'because no permissions boundary allows the iam:ListUsers action',
      ),
    })
  })

  test('nothing at all, without one', async () => {
    const nobody = world.iam(await world.newUser(world.home, 'nobody'))
    await expect(nobody.send(new GetUserCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const own = await refused(nobody.send(new ListAccessKeysCommand({})))
    expect(own).toMatchObject({
      Error: { Code: 'AccessDenied' },
      $metadata: { httpStatusCode: 403 },
    })
  })
})

describe('principals that cannot be', () => {
  const group = 'arn:aws:iam::111111111111:group/g'
  test.each([
    [{ AWS: group }, `"AWS":"${group}"`],
    [{ AWS: ['111111111111', group] }, `"AWS":"${group}"`],
    [{ Service: 'nonsense' }, '"SERVICE":"nonsense"'],
  ])('%j', async (Principal, shown) => {
    const AssumeRolePolicyDocument = policyText({
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
    })
    expect(await refused(newRole('unmade', { AssumeRolePolicyDocument }))).toEqual(
      refusal('MalformedPolicyDocument', 400, `Invalid principal in policy: ${shown}`),
    )
  })
})

describe('condition keys of what a call works on', () => {
  const as = async (name: string, statement: object) => {
    const keys = await world.newUser(world.home, name)
    const PolicyDocument = policyText({ Effect: 'Allow', Resource: '*', ...statement })
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument }))
    return world.iam(keys)
  }

  test('keys are made for users with the tag that a policy asks for', async () => {
    const client = await as('key-maker', {
      Action: 'iam:CreateAccessKey',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
    })
    const Tags = [{ Key: 'team', Value: 'red' }]
    await iam.send(new CreateUserCommand({ UserName: 'red-one', Tags }))
    await newUser('plain-one')
    await client.send(new CreateAccessKeyCommand({ UserName: 'red-one' }))
    expect(
      await refused(client.send(new CreateAccessKeyCommand({ UserName: 'plain-one' }))),
    ).toMatchObject({ Error: { Code: 'AccessDenied' } })
  })

  test('passing a role is decided by the tags of the role, not of the profile', async () => {
    const red = [{ Key: 'team', Value: 'red' }]
    const blue = [{ Key: 'team', Value: 'blue' }]
    const client = await as('passer', {
      Action: ['iam:AddRoleToInstanceProfile', 'iam:PassRole'],
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
    })
    await newRole('red-role', { Tags: red })
    await newRole('blue-role', { Tags: blue })
    const InstanceProfileName = 'red-profile'
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: red }))
    const pass = (RoleName: string) =>
      client.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))
    expect(await refused(pass('blue-role'))).toMatchObject({ Error: { Code: 'AccessDenied' } })
    await pass('red-role')
  })
})
