import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  InviteAccountToOrganizationCommand,
  MoveAccountCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { type OrganizationWorld, startOrganization } from '../support/organization-world.ts'

let world: OrganizationWorld
beforeEach(async () => {
  world = await startOrganization()
})
afterEach(() => world.stop())

/** A user of the management account with these statements besides an allow of everything. */
async function userDenied(UserName: string, ...denies: readonly object[]): Promise<Keys> {
  const iam = world.iam(world.root(world.management))
  await iam.send(new CreateUserCommand({ UserName }))
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denies]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'given', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

const denied = { name: 'AccessDeniedException' }

describe('what is made with tags needs leave to tag things of its kind', () => {
  const Tags = [{ Key: 'team', Value: 'red' }]
  const kinds: Readonly<
    Record<string, (client: OrganizationsClient, tags?: typeof Tags) => Promise<unknown>>
  > = {
    account: (client, tags) =>
      client.send(
        new CreateAccountCommand({
          AccountName: 'new',
          Email: `new${tags?.length}@x.example.org`,
          ...(tags === undefined ? {} : { Tags: tags }),
        }),
      ),
    ou: (client, tags) =>
      client.send(
        new CreateOrganizationalUnitCommand({
          ParentId: world.rootId,
          Name: 'unit',
          ...(tags === undefined ? {} : { Tags: tags }),
        }),
      ),
    policy: (client, tags) =>
      client.send(
        new CreatePolicyCommand({
          Name: 'policy',
          Description: '',
          Type: 'SERVICE_CONTROL_POLICY',
          Content: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
          }),
          ...(tags === undefined ? {} : { Tags: tags }),
        }),
      ),
  }
  test.each(Object.entries(kinds))('%s', async (kind, make) => {
    const keys = await userDenied('tagger', {
      Effect: 'Deny',
      Action: 'organizations:TagResource',
      Resource: `arn:aws:organizations::*:${kind}/*`,
    })
    const client = world.organizations(keys)
    await expect(make(client, Tags)).rejects.toMatchObject(denied)
    await expect(make(client)).resolves.toBeDefined()
  })
})

test('an account is moved by leave for it, for where it is and for where it goes', async () => {
  const member = await world.newAccount('member')
  const { OrganizationalUnit } = await world.admin.send(
    new CreateOrganizationalUnitCommand({ ParentId: world.rootId, Name: 'unit' }),
  )
  const unit = OrganizationalUnit?.Id ?? ''
  const move = new MoveAccountCommand({
    AccountId: member,
    SourceParentId: world.rootId,
    DestinationParentId: unit,
  })
  for (const [name, Resource] of [
    ['a', `arn:aws:organizations::*:account/*/${member}`],
    ['b', 'arn:aws:organizations::*:root/*'],
    ['c', `arn:aws:organizations::*:ou/*/${unit}`],
  ] as const) {
    const keys = await userDenied(name, {
      Effect: 'Deny',
      Action: 'organizations:MoveAccount',
      Resource,
    })
    await expect(world.organizations(keys).send(move)).rejects.toMatchObject(denied)
  }
})

test('an account is invited by its e-mail address by leave for it', async () => {
  const keys = await userDenied('inviter', {
    Effect: 'Deny',
    Action: 'organizations:InviteAccountToOrganization',
    Resource: `arn:aws:organizations::*:account/*/${world.outside}`,
  })
  const client = world.organizations(keys)
  for (const Target of [
    { Type: 'ACCOUNT', Id: world.outside },
    { Type: 'EMAIL', Id: `account-${world.outside}@example.com` },
  ] as const) {
    const invite = new InviteAccountToOrganizationCommand({ Target })
    await expect(client.send(invite)).rejects.toMatchObject(denied)
  }
})
