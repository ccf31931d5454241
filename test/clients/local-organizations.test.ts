import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DeleteOrganizationalUnitCommand,
  DeleteOrganizationCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListCreateAccountStatusCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  paginateListAccounts,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateOrganizationalUnitCommand,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OrganizationWorld, startOrganization } from '../support/organization-world.ts'

let world: OrganizationWorld
beforeAll(async () => {
  world = await startOrganization()
})
afterAll(() => world.stop())

const named = (name: string, Reason?: string) =>
  expect.objectContaining(Reason === undefined ? { name } : { name, Reason })

async function newUnit(name: string, parentId = world.rootId): Promise<string> {
  const command = new CreateOrganizationalUnitCommand({ ParentId: parentId, Name: name })
  const { OrganizationalUnit } = await world.admin.send(command)
  return OrganizationalUnit?.Id ?? ''
}

describe('an organization', () => {
  test('is described to every account in it, and to nobody else', async () => {
    const member = await world.newAccount('described')
    const seen = await Promise.all(
      [world.management, member].map(async (id) => {
        const client = world.organizations(world.root(id))
        return (await client.send(new DescribeOrganizationCommand({}))).Organization
      }),
    )
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]).toMatchObject({
      Id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
      FeatureSet: 'ALL',
      MasterAccountId: world.management,
    })
    const stranger = world.organizations(world.root(world.outside))
    await expect(stranger.send(new DescribeOrganizationCommand({}))).rejects.toThrow(
      'Your account is not a member of an organization.',
    )
  })

  test('is one for an account', async () => {
    await expect(world.admin.send(new CreateOrganizationCommand({}))).rejects.toEqual(
      named('AlreadyInOrganizationException'),
    )
  })

  test('tells its members nothing of what is the management account’s', async () => {
    const member = await world.newAccount('curious')
    const client = world.organizations(world.root(member))
    await expect(client.send(new ListAccountsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: "You don't have permissions to access this resource.",
    })
  })

  test('goes when only the management account is left', async () => {
    const own = await startOrganization()
    const member = await own.newAccount('late')
    await expect(own.admin.send(new DeleteOrganizationCommand({}))).rejects.toEqual(
      named('OrganizationNotEmptyException'),
    )
    own.passDays(5)
    const admin = own.organizations(own.root(own.management))
    await admin.send(new RemoveAccountFromOrganizationCommand({ AccountId: member }))
    await admin.send(new DeleteOrganizationCommand({}))
    await expect(admin.send(new ListRootsCommand({}))).rejects.toEqual(
      named('AWSOrganizationsNotInUseException'),
    )
    await admin.send(new CreateOrganizationCommand({}))
    await own.stop()
  })
})

describe('an account', () => {
  test('that is created lets the management account in through its role', async () => {
    const id = await world.newAccount('reachable')
    const member = world.iam(world.root(id))
    const RoleName = 'OrganizationAccountAccessRole'
    const { Role } = await member.send(new GetRoleCommand({ RoleName }))
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${world.management}:root` },
          Action: 'sts:AssumeRole',
        },
      ],
    })
    const attached = await member.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(attached.AttachedPolicies?.map((one) => one.PolicyName)).toEqual(['AdministratorAccess'])
    const { Role: linked } = await member.send(
      new GetRoleCommand({ RoleName: 'AWSServiceRoleForOrganizations' }),
    )
    expect(linked?.Path).toBe('/aws-service-role/organizations.amazonaws.com/')
  })

  test('takes the name of that role from the call, and tags', async () => {
    const input = {
      AccountName: 'own role',
      Email: 'own-role@accounts.example.org',
      RoleName: 'Entrance',
      Tags: [{ Key: 'team', Value: 'red' }],
    }
    const { CreateAccountStatus } = await world.admin.send(new CreateAccountCommand(input))
    expect(CreateAccountStatus?.State).toBe('IN_PROGRESS')
    const { CreateAccountStatus: status } = await world.admin.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
    )
    expect(status).toMatchObject({ State: 'SUCCEEDED', AccountName: 'own role' })
    const id = status?.AccountId ?? ''
    const { Role } = await world
      .iam(world.root(id))
      .send(new GetRoleCommand({ RoleName: 'Entrance' }))
    expect(Role?.Arn).toBe(`arn:aws:iam::${id}:role/Entrance`)
    const { Tags } = await world.admin.send(new ListTagsForResourceCommand({ ResourceId: id }))
    expect(Tags).toEqual([{ Key: 'team', Value: 'red' }])
  })

  test('has an e-mail address of its own', async () => {
    await world.newAccount('first')
    const input = { AccountName: 'second', Email: 'FIRST@accounts.example.org' }
    await world.admin.send(new CreateAccountCommand(input))
    const { CreateAccountStatuses } = await world.admin.send(
      new ListCreateAccountStatusCommand({ States: ['FAILED'] }),
    )
    expect(CreateAccountStatuses?.map((one) => [one.AccountName, one.FailureReason])).toEqual([
      ['second', 'EMAIL_ALREADY_EXISTS'],
    ])
  })

  test('that is closed is no use to anybody', async () => {
    const id = await world.newAccount('closing')
    const keys = world.root(id)
    await world.admin.send(new CloseAccountCommand({ AccountId: id }))
    const { Account } = await world.admin.send(new DescribeAccountCommand({ AccountId: id }))
    expect(Account).toMatchObject({ Status: 'SUSPENDED', State: 'CLOSED' })
    await expect(world.sts(keys).send(new GetCallerIdentityCommand({}))).rejects.toEqual(
      named('InvalidClientTokenId'),
    )
    await expect(
      world.organizations(keys).send(new DescribeOrganizationCommand({})),
    ).rejects.toEqual(named('UnrecognizedClientException'))
    const again = world.admin.send(new CloseAccountCommand({ AccountId: id }))
    await expect(again).rejects.toEqual(named('AccountAlreadyClosedException'))
    const own = world.admin.send(new CloseAccountCommand({ AccountId: world.management }))
    await expect(own).rejects.toEqual(
      named('ConstraintViolationException', 'CANNOT_CLOSE_MANAGEMENT_ACCOUNT'),
    )
    const gone = world.admin.send(new RemoveAccountFromOrganizationCommand({ AccountId: id }))
    await expect(gone).rejects.toEqual(named('ConstraintViolationException'))
  })

  test('leaves after four days, but not the management account', async () => {
    const own = await startOrganization()
    const id = await own.newAccount('leaving')
    const leave = () => own.organizations(own.root(id)).send(new LeaveOrganizationCommand({}))
    await expect(leave()).rejects.toEqual(
      named('ConstraintViolationException', 'WAIT_PERIOD_ACTIVE'),
    )
    await expect(own.admin.send(new LeaveOrganizationCommand({}))).rejects.toEqual(
      named('MasterCannotLeaveOrganizationException'),
    )
    own.passDays(4)
    await leave()
    await expect(leave()).rejects.toEqual(named('AWSOrganizationsNotInUseException'))
    await own.stop()
  })

  test('is listed page by page', async () => {
    const own = await startOrganization()
    const made = [own.management]
    for (const name of ['a1', 'b2', 'c3', 'd4']) made.push(await own.newAccount(name))
    const seen: string[] = []
    let pages = 0
    for await (const page of paginateListAccounts({ client: own.admin, pageSize: 2 }, {})) {
      pages += 1
      seen.push(...(page.Accounts ?? []).map((account) => account.Id ?? ''))
    }
    expect(seen).toEqual(made.toSorted())
    expect(pages).toBe(3)
    const odd = own.admin.send(new ListAccountsCommand({ NextToken: '!' }))
    await expect(odd).rejects.toEqual(named('InvalidInputException', 'INVALID_NEXT_TOKEN'))
    await own.stop()
  })
})

describe('the tree', () => {
  test('holds units with names that are unique under one parent', async () => {
    const unit = await newUnit('workloads')
    await expect(newUnit('workloads')).rejects.toEqual(
      named('DuplicateOrganizationalUnitException'),
    )
    const inner = await newUnit('workloads', unit)
    const { Organization } = await world.admin.send(new DescribeOrganizationCommand({}))
    const { OrganizationalUnit } = await world.admin.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: inner }),
    )
    expect(OrganizationalUnit).toMatchObject({
      Name: 'workloads',
      Path: `${Organization?.Id}/${world.rootId}/${unit}/${inner}/`,
    })
    const { OrganizationalUnits } = await world.admin.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: unit }),
    )
    expect(OrganizationalUnits?.map((one) => one.Id)).toEqual([inner])
    const renamed = { OrganizationalUnitId: inner, Name: 'prod' }
    await world.admin.send(new UpdateOrganizationalUnitCommand(renamed))
    const full = world.admin.send(
      new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: unit }),
    )
    await expect(full).rejects.toEqual(named('OrganizationalUnitNotEmptyException'))
    await world.admin.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: inner }))
    await world.admin.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: unit }))
    const missing = world.admin.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit }),
    )
    await expect(missing).rejects.toEqual(named('OrganizationalUnitNotFoundException'))
  })

  test('is five units deep', async () => {
    let parent = world.rootId
    for (const name of ['1', '2', '3', '4', '5']) parent = await newUnit(name, parent)
    await expect(newUnit('6', parent)).rejects.toEqual(
      named('ConstraintViolationException', 'OU_DEPTH_LIMIT_EXCEEDED'),
    )
  })

  test('moves accounts from where they are to where they shall be', async () => {
    const account = await world.newAccount('moving')
    const unit = await newUnit('destination')
    const move = (SourceParentId: string, DestinationParentId: string, AccountId = account) =>
      world.admin.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }))
    const absent = `ou-${world.rootId.slice(2)}-00000000`
    await expect(move(absent, unit)).rejects.toEqual(named('SourceParentNotFoundException'))
    await expect(move(world.rootId, absent)).rejects.toEqual(
      named('DestinationParentNotFoundException'),
    )
    await expect(move(world.rootId, world.rootId)).rejects.toEqual(
      named('DuplicateAccountException'),
    )
    await expect(move(world.rootId, unit, world.outside)).rejects.toEqual(
      named('AccountNotFoundException'),
    )
    await move(world.rootId, unit)
    await expect(move(world.rootId, unit)).rejects.toEqual(named('DuplicateAccountException'))
    const { Parents } = await world.admin.send(new ListParentsCommand({ ChildId: account }))
    expect(Parents).toEqual([{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }])
    const children = await world.admin.send(
      new ListChildrenCommand({ ParentId: unit, ChildType: 'ACCOUNT' }),
    )
    expect(children.Children).toEqual([{ Id: account, Type: 'ACCOUNT' }])
    const { Accounts } = await world.admin.send(
      new ListAccountsForParentCommand({ ParentId: unit }),
    )
    expect(Accounts?.map((one) => one.Name)).toEqual(['moving'])
  })

  test('keeps tags', async () => {
    const unit = await newUnit('tagged')
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]
    await world.admin.send(new TagResourceCommand({ ResourceId: unit, Tags: tags }))
    await world.admin.send(new UntagResourceCommand({ ResourceId: unit, TagKeys: ['a'] }))
    const { Tags } = await world.admin.send(new ListTagsForResourceCommand({ ResourceId: unit }))
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }])
    const reserved = new TagResourceCommand({
      ResourceId: unit,
      Tags: [{ Key: 'aws:x', Value: '' }],
    })
    await expect(world.admin.send(reserved)).rejects.toEqual(
      named('InvalidInputException', 'INVALID_SYSTEM_TAGS_PARAMETER'),
    )
  })
})

test('a call that breaks a pattern is told so', async () => {
  const call = world.admin.send(new DescribeAccountCommand({ AccountId: 'x' }))
  await expect(call).rejects.toEqual(named('InvalidInputException', 'INVALID_PATTERN'))
})

test('the management account’s users reach a new account by assuming its role', async () => {
  const id = await world.newAccount('assumed')
  const iam = world.iam(world.root(world.management))
  await iam.send(new CreateUserCommand({ UserName: 'ops' }))
  const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn }],
  })
  await iam.send(new PutUserPolicyCommand({ UserName: 'ops', PolicyName: 'p', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ops' }))
  const keys = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
  const assume = () =>
    world.sts(keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ops' }))
  expect((await assume()).AssumedRoleUser?.Arn).toBe(
    `arn:aws:sts::${id}:assumed-role/OrganizationAccountAccessRole/ops`,
  )
  await world.admin.send(new CloseAccountCommand({ AccountId: id }))
  await expect(assume()).rejects.toEqual(named('AccessDenied'))
})
