import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CancelHandshakeCommand,
  CreatePolicyCommand,
  DeclineHandshakeCommand,
  DeletePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DescribeAccountCommand,
  DescribeEffectivePolicyCommand,
  DescribeHandshakeCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  ListAccountsCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListHandshakesForAccountCommand,
  ListHandshakesForOrganizationCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  type PolicyType,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { type OrganizationWorld, startOrganization } from '../support/organization-world.ts'
import { policyText } from '../support/two-accounts.ts'

let world: OrganizationWorld
let member: string
beforeAll(async () => {
  world = await startOrganization()
  member = await world.newAccount('member')
})
afterAll(() => world.stop())

const named = (name: string, Reason?: string) =>
  expect.objectContaining(Reason === undefined ? { name } : { name, Reason })

const scp = 'SERVICE_CONTROL_POLICY'
const rcp = 'RESOURCE_CONTROL_POLICY'
const deny = policyText({ Effect: 'Deny', Action: 'ec2:*', Resource: '*' })

async function newPolicy(Name: string, Type: PolicyType = scp, Content = deny): Promise<string> {
  const input = { Name, Type, Content, Description: 'of a test' }
  const { Policy } = await world.admin.send(new CreatePolicyCommand(input))
  return Policy?.PolicySummary?.Id ?? ''
}

const attach = (PolicyId: string, TargetId: string) =>
  world.admin.send(new AttachPolicyCommand({ PolicyId, TargetId }))
const detach = (PolicyId: string, TargetId: string) =>
  world.admin.send(new DetachPolicyCommand({ PolicyId, TargetId }))

async function attached(TargetId: string, Filter: PolicyType): Promise<readonly string[]> {
  const command = new ListPoliciesForTargetCommand({ TargetId, Filter })
  return ((await world.admin.send(command)).Policies ?? []).map((one) => one.Name ?? '')
}

describe('policy types', () => {
  test('are enabled and disabled, with AWS’s own policy attached everywhere', async () => {
    const type = { RootId: world.rootId, PolicyType: rcp } as const
    const off = world.admin.send(new DisablePolicyTypeCommand(type))
    await expect(off).rejects.toEqual(named('PolicyTypeNotEnabledException'))
    const { Root } = await world.admin.send(new EnablePolicyTypeCommand(type))
    expect(Root?.PolicyTypes).toEqual([{ Type: rcp, Status: 'ENABLED' }])
    const again = world.admin.send(new EnablePolicyTypeCommand(type))
    await expect(again).rejects.toEqual(named('PolicyTypeAlreadyEnabledException'))
    expect(await attached(world.rootId, rcp)).toEqual(['RCPFullAWSAccess'])
    expect(await attached(member, rcp)).toEqual(['RCPFullAWSAccess'])
    const later = await world.newAccount('later')
    expect(await attached(later, rcp)).toEqual(['RCPFullAWSAccess'])
    await expect(detach('p-RCPFullAWSAccess', later)).rejects.toEqual(
      named('InvalidInputException', 'NON_DETACHABLE_POLICY'),
    )
    await world.admin.send(new DisablePolicyTypeCommand(type))
    expect(await attached(member, rcp)).toEqual([])
    const { Roots } = await world.admin.send(new ListRootsCommand({}))
    expect(Roots?.[0]?.PolicyTypes).toEqual([])
  })

  test('that manage settings are named as not built', async () => {
    const tags = world.admin.send(new ListPoliciesCommand({ Filter: 'TAG_POLICY' }))
    await expect(tags).rejects.toEqual(named('NotImplemented'))
    const effective = (PolicyType: 'TAG_POLICY') =>
      world.admin.send(new DescribeEffectivePolicyCommand({ PolicyType, TargetId: member }))
    await expect(effective('TAG_POLICY')).rejects.toEqual(named('EffectivePolicyNotFoundException'))
    await expect(effective(scp as unknown as 'TAG_POLICY')).rejects.toEqual(
      named('InvalidInputException'),
    )
  })
})

describe('policies', () => {
  beforeAll(() => world.enable(scp))

  test('live from creation to deletion', async () => {
    const PolicyId = await newPolicy('first')
    const { Policy } = await world.admin.send(new DescribePolicyCommand({ PolicyId }))
    expect(Policy).toMatchObject({
      Content: deny,
      PolicySummary: {
        Name: 'first',
        Description: 'of a test',
        Type: scp,
        AwsManaged: false,
        Arn: expect.stringMatching(
          `^arn:aws:organizations::${world.management}:policy/o-[a-z0-9]{10}/service_control_policy/${PolicyId}$`,
        ),
      },
    })
    await world.admin.send(new UpdatePolicyCommand({ PolicyId, Name: 'renamed' }))
    const { Policies } = await world.admin.send(new ListPoliciesCommand({ Filter: scp }))
    expect(Policies?.map((one) => one.Name).toSorted()).toEqual(['FullAWSAccess', 'renamed'])
    await attach(PolicyId, member)
    const { Targets } = await world.admin.send(new ListTargetsForPolicyCommand({ PolicyId }))
    expect(Targets).toMatchObject([{ TargetId: member, Name: 'member', Type: 'ACCOUNT' }])
    const used = world.admin.send(new DeletePolicyCommand({ PolicyId }))
    await expect(used).rejects.toEqual(named('PolicyInUseException'))
    await detach(PolicyId, member)
    await world.admin.send(new DeletePolicyCommand({ PolicyId }))
    const gone = world.admin.send(new DescribePolicyCommand({ PolicyId }))
    await expect(gone).rejects.toEqual(named('PolicyNotFoundException'))
  })

  test('are checked', async () => {
    await newPolicy('taken')
    await expect(newPolicy('taken')).rejects.toEqual(named('DuplicatePolicyException'))
    const long = policyText({ Sid: 'a'.repeat(5120), Effect: 'Deny', Action: '*', Resource: '*' })
    await expect(newPolicy('long', scp, long)).rejects.toEqual(
      named('ConstraintViolationException', 'POLICY_CONTENT_LIMIT_EXCEEDED'),
    )
    const malformed = named('MalformedPolicyDocumentException')
    await expect(newPolicy('text', scp, 'no JSON')).rejects.toEqual(malformed)
    const withPrincipal = { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }
    await expect(newPolicy('p', scp, policyText(withPrincipal))).rejects.toEqual(malformed)
    const allowing = { ...withPrincipal, Effect: 'Allow' }
    await expect(newPolicy('rcp', rcp, policyText(allowing))).rejects.toEqual(malformed)
    const own = new UpdatePolicyCommand({ PolicyId: 'p-FullAWSAccess', Content: deny })
    await expect(world.admin.send(own)).rejects.toEqual(
      named('InvalidInputException', 'IMMUTABLE_POLICY'),
    )
  })

  test('are attached up to five, and one stays', async () => {
    const ids = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => newPolicy(name)))
    const [first = '', ...rest] = ids
    for (const id of ids.slice(0, 4)) await attach(id, member)
    await expect(attach(first, member)).rejects.toEqual(named('DuplicatePolicyAttachmentException'))
    await expect(attach(rest[3] ?? '', member)).rejects.toEqual(
      named('ConstraintViolationException', 'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED'),
    )
    await expect(detach(rest[3] ?? '', member)).rejects.toEqual(named('PolicyNotAttachedException'))
    for (const id of ids.slice(0, 4)) await detach(id, member)
    await expect(detach('p-FullAWSAccess', member)).rejects.toEqual(
      named('ConstraintViolationException', 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED'),
    )
    await expect(attach(first, world.outside)).rejects.toEqual(named('TargetNotFoundException'))
    const other = await newPolicy('r', rcp, policyText({ ...denyAll, Principal: '*' }))
    await expect(attach(other, member)).rejects.toEqual(named('PolicyTypeNotEnabledException'))
  })
})

const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' }

describe('an invitation', () => {
  const invite = (Id: string, Type: 'ACCOUNT' | 'EMAIL' = 'ACCOUNT') =>
    world.admin.send(
      new InviteAccountToOrganizationCommand({
        Target: { Id, Type },
        Notes: 'come in',
        Tags: [{ Key: 'team', Value: 'red' }],
      }),
    )
  const fresh = (id: string) => {
    world.aws.addAccount({ id })
    return world.organizations(world.root(id))
  }

  test('brings an account in when it is accepted', async () => {
    const guest = fresh('500000000001')
    const { Handshake } = await invite('500000000001')
    const HandshakeId = Handshake?.Id ?? ''
    expect(Handshake).toMatchObject({ Action: 'INVITE', State: 'OPEN' })
    await expect(invite('500000000001')).rejects.toEqual(named('DuplicateHandshakeException'))
    const { Handshakes } = await guest.send(new ListHandshakesForAccountCommand({}))
    expect(Handshakes?.map((one) => one.Id)).toEqual([HandshakeId])
    const stranger = world.organizations(world.root(world.outside))
    const unknown = named('HandshakeNotFoundException')
    const look = stranger.send(new DescribeHandshakeCommand({ HandshakeId }))
    await expect(look).rejects.toEqual(unknown)
    const take = stranger.send(new AcceptHandshakeCommand({ HandshakeId }))
    await expect(take).rejects.toEqual(unknown)
    const own = world.admin.send(new AcceptHandshakeCommand({ HandshakeId }))
    await expect(own).rejects.toEqual(named('AccessDeniedException'))
    const accepted = await guest.send(new AcceptHandshakeCommand({ HandshakeId }))
    expect(accepted.Handshake?.State).toBe('ACCEPTED')
    const AccountId = '500000000001'
    const { Account } = await world.admin.send(new DescribeAccountCommand({ AccountId }))
    expect(Account).toMatchObject({ JoinedMethod: 'INVITED', Status: 'ACTIVE' })
    const { Tags } = await world.admin.send(
      new ListTagsForResourceCommand({ ResourceId: AccountId }),
    )
    expect(Tags).toEqual([{ Key: 'team', Value: 'red' }])
    await expect(invite(AccountId)).rejects.toEqual(
      named('HandshakeConstraintViolationException', 'ALREADY_IN_AN_ORGANIZATION'),
    )
    await world.admin.send(new RemoveAccountFromOrganizationCommand({ AccountId }))
  })

  test('finds an account by its e-mail address, and can be declined or canceled', async () => {
    const guest = fresh('500000000002')
    const email = 'account-500000000002@example.com'
    const { Handshake: first } = await invite(email, 'EMAIL')
    const declined = await guest.send(new DeclineHandshakeCommand({ HandshakeId: first?.Id }))
    expect(declined.Handshake?.State).toBe('DECLINED')
    const late = guest.send(new AcceptHandshakeCommand({ HandshakeId: first?.Id }))
    await expect(late).rejects.toEqual(named('InvalidHandshakeTransitionException'))
    const { Handshake: second } = await invite(email, 'EMAIL')
    const HandshakeId = second?.Id ?? ''
    const foreign = guest.send(new CancelHandshakeCommand({ HandshakeId }))
    await expect(foreign).rejects.toEqual(named('AccessDeniedException'))
    await world.admin.send(new CancelHandshakeCommand({ HandshakeId }))
    const again = world.admin.send(new CancelHandshakeCommand({ HandshakeId }))
    await expect(again).rejects.toEqual(named('HandshakeAlreadyInStateException'))
    const { Handshakes } = await world.admin.send(new ListHandshakesForOrganizationCommand({}))
    expect(Handshakes?.map((one) => one.State)).toContain('CANCELED')
  })
})

describe('a delegated administrator', () => {
  const ServicePrincipal = 'guardduty.amazonaws.com'

  test('reads the organization, and no more', async () => {
    const delegate = await world.newAccount('delegate')
    const client = world.organizations(world.root(delegate))
    const input = { AccountId: delegate, ServicePrincipal }
    const register = () => world.admin.send(new RegisterDelegatedAdministratorCommand(input))
    await expect(register()).rejects.toEqual(
      named('ConstraintViolationException', 'SERVICE_ACCESS_NOT_ENABLED'),
    )
    await world.admin.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
    const { EnabledServicePrincipals } = await world.admin.send(
      new ListAWSServiceAccessForOrganizationCommand({}),
    )
    expect(EnabledServicePrincipals?.map((one) => one.ServicePrincipal)).toEqual([ServicePrincipal])
    await register()
    await expect(register()).rejects.toEqual(named('AccountAlreadyRegisteredException'))
    expect((await client.send(new ListAccountsCommand({}))).Accounts?.length).toBeGreaterThan(1)
    const PolicyId = await newPolicy('not for delegates')
    const write = client.send(new AttachPolicyCommand({ PolicyId, TargetId: delegate }))
    await expect(write).rejects.toEqual(named('AccessDeniedException'))
    const { DelegatedAdministrators } = await client.send(
      new ListDelegatedAdministratorsCommand({ ServicePrincipal }),
    )
    expect(DelegatedAdministrators?.map((one) => one.Id)).toEqual([delegate])
    const { DelegatedServices } = await world.admin.send(
      new ListDelegatedServicesForAccountCommand({ AccountId: delegate }),
    )
    expect(DelegatedServices?.map((one) => one.ServicePrincipal)).toEqual([ServicePrincipal])
    const away = new RemoveAccountFromOrganizationCommand({ AccountId: delegate })
    await expect(world.admin.send(away)).rejects.toEqual(
      named('ConstraintViolationException', 'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG'),
    )
    await world.admin.send(new DeregisterDelegatedAdministratorCommand(input))
    await expect(client.send(new ListAccountsCommand({}))).rejects.toEqual(
      named('AccessDeniedException'),
    )
    const own = { AccountId: world.management, ServicePrincipal }
    await expect(world.admin.send(new RegisterDelegatedAdministratorCommand(own))).rejects.toEqual(
      named('ConstraintViolationException'),
    )
  })
})

describe('permissions', () => {
  let ana: Keys
  beforeAll(async () => {
    const iam = world.iam(world.root(world.management))
    await iam.send(new CreateUserCommand({ UserName: 'ana' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
    ana = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
  })
  beforeEach(() => allow({ Action: 'iam:GetUser', Resource: '*' }))

  async function allow(...statements: readonly object[]): Promise<void> {
    const Statement = statements.map((one) => ({ Effect: 'Allow', ...one }))
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const input = { UserName: 'ana', PolicyName: 'p', PolicyDocument }
    await world.iam(world.root(world.management)).send(new PutUserPolicyCommand(input))
  }
  const asAna = () => world.organizations(ana)

  test('are asked by the call’s own action', async () => {
    await expect(asAna().send(new ListAccountsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${world.management}:user/ana is not authorized to perform: organizations:ListAccounts on resource: * because no identity-based policy allows the organizations:ListAccounts action`,
    })
    await allow({ Action: 'organizations:ListAccounts', Resource: '*' })
    await asAna().send(new ListAccountsCommand({}))
  })

  test('to attach are asked of the policy and of the target', async () => {
    const PolicyId = await newPolicy('to attach')
    const send = () => asAna().send(new AttachPolicyCommand({ PolicyId, TargetId: member }))
    const Action = 'organizations:AttachPolicy'
    const ofPolicies = { Action, Resource: 'arn:aws:organizations::*:policy/*' }
    const ofAccount = { Action, Resource: `arn:aws:organizations::*:account/o-*/${member}` }
    await allow(ofPolicies)
    await expect(send()).rejects.toThrow(`account/o-`)
    await allow(ofAccount)
    await expect(send()).rejects.toThrow(PolicyId)
    const typed = (type: string) => ({
      Condition: { StringEquals: { 'organizations:PolicyType': type } },
    })
    await allow({ ...ofPolicies, ...typed(rcp) }, ofAccount)
    await expect(send()).rejects.toThrow(PolicyId)
    await allow({ ...ofPolicies, ...typed(scp) }, { ...ofAccount, ...typed(scp) })
    await send()
  })

  test('know services by their principals', async () => {
    const enable = (ServicePrincipal: string) =>
      asAna().send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
    await allow({
      Action: 'organizations:EnableAWSServiceAccess',
      Resource: '*',
      Condition: {
        StringEquals: { 'organizations:ServicePrincipal': 'config.amazonaws.com' },
      },
    })
    await enable('config.amazonaws.com')
    await expect(enable('sso.amazonaws.com')).rejects.toEqual(named('AccessDeniedException'))
  })

  test('to tag are asked where a call brings tags', async () => {
    const create = (name: string, Tags: { Key: string; Value: string }[]) => {
      const input = { Name: name, Type: scp, Content: deny, Description: '', Tags } as const
      return asAna().send(new CreatePolicyCommand({ ...input, Tags }))
    }
    const own = { Action: 'organizations:CreatePolicy', Resource: '*' }
    await allow(own)
    await create('untagged', [])
    await expect(create('tagged', [{ Key: 'a', Value: 'b' }])).rejects.toThrow(
      'organizations:TagResource',
    )
    await allow(own, { Action: 'organizations:TagResource', Resource: '*' })
    await create('tagged', [{ Key: 'a', Value: 'b' }])
  })
})
