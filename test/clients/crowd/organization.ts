import {
  AcceptHandshakeCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Keys } from '../../support/aws-under-test.ts'
import type { Clients } from './clients.ts'
import { type Account, type Bare, furnishAccount } from './furnish-account.ts'

/** What a crowd is let loose on: an embedded AWS with the accounts that its seed had. */
export interface Ground {
  readonly url: string
  /** The first becomes the management account; each has an administrator. */
  readonly seeded: readonly Bare[]
}

/** One client's share: nobody else changes anything in it. */
export interface Share {
  /** Others visit these; they stay where they are. */
  readonly steady: readonly Account[]
  /** Moved about in the organization, by its owner alone. */
  readonly sandbox: Account
  readonly openUnit: string
  readonly closedUnit: string
  /** A service control policy of the share's own, attached to nothing. */
  readonly policyId: string
}

export interface CrowdOrganization {
  readonly id: string
  readonly managementId: string
  readonly management: OrganizationsClient
  readonly shares: readonly Share[]
}

/** Invites the seeded accounts, creates the rest, and gives every client its share. */
export async function foundOrganization(
  clients: Clients,
  ground: Ground,
  size: { readonly accounts: number; readonly clients: number },
): Promise<CrowdOrganization> {
  const [first, ...others] = ground.seeded
  if (first === undefined) throw new Error('no account is seeded')
  const management = clients.of(OrganizationsClient, first.admin)
  const { Organization } = await management.send(new CreateOrganizationCommand({}))
  const { Roots } = await management.send(new ListRootsCommand({}))
  const rootId = Roots?.[0]?.Id ?? ''
  const PolicyType = 'SERVICE_CONTROL_POLICY'
  await management.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType }))
  const members: Bare[] = []
  for (const { id, admin } of others) {
    await join(management, clients.of(OrganizationsClient, admin), id)
    members.push({ id, admin })
  }
  while (members.length < size.accounts - 1) {
    const id = await createMember(management, members.length)
    members.push({ id, admin: await enter(clients.of(STSClient, first.admin), id) })
  }
  const organizationId = Organization?.Id ?? ''
  const accounts: Account[] = []
  for (const member of members) accounts.push(await furnishAccount(clients, organizationId, member))
  const perClient = Math.floor(accounts.length / size.clients)
  const shares: Share[] = []
  for (let index = 0; index < size.clients; index += 1) {
    const own = accounts.slice(index * perClient, (index + 1) * perClient)
    shares.push(await makeShare(management, { rootId, name: `client-${index}`, own }))
  }
  return { id: organizationId, managementId: first.id, management, shares }
}

async function join(
  management: OrganizationsClient,
  member: OrganizationsClient,
  id: string,
): Promise<void> {
  const Target = { Type: 'ACCOUNT' as const, Id: id }
  const invited = await management.send(new InviteAccountToOrganizationCommand({ Target }))
  await member.send(new AcceptHandshakeCommand({ HandshakeId: invited.Handshake?.Id }))
}

async function createMember(management: OrganizationsClient, index: number): Promise<string> {
  const input = { AccountName: `member-${index}`, Email: `member-${index}@accounts.example.org` }
  const { CreateAccountStatus } = await management.send(new CreateAccountCommand(input))
  const CreateAccountRequestId = CreateAccountStatus?.Id
  const asked = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId })
  const { CreateAccountStatus: status } = await management.send(asked)
  if (status?.AccountId === undefined) throw new Error(`no account came of it: ${status?.State}`)
  return status.AccountId
}

/** As an administrator of a created account: by the role that it starts with. */
async function enter(sts: STSClient, accountId: string): Promise<Keys> {
  const RoleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'crowd' }),
  )
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

/** Denies what the sandbox does first when it is closed. */
export const closing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }],
})

async function makeShare(
  management: OrganizationsClient,
  wanted: { readonly rootId: string; readonly name: string; readonly own: readonly Account[] },
): Promise<Share> {
  const { rootId, name, own } = wanted
  const sandbox = own.at(-1)
  if (sandbox === undefined || own.length < 2)
    throw new Error('each client takes two accounts at least')
  const newUnit = async (suffix: string): Promise<string> => {
    const input = { ParentId: rootId, Name: `${name}-${suffix}` }
    const made = await management.send(new CreateOrganizationalUnitCommand(input))
    return made.OrganizationalUnit?.Id ?? ''
  }
  const openUnit = await newUnit('open')
  const closedUnit = await newUnit('closed')
  const policy = { Name: `${name}-closing`, Description: 'closes', Content: closing }
  const made = await management.send(
    new CreatePolicyCommand({ ...policy, Type: 'SERVICE_CONTROL_POLICY' }),
  )
  await management.send(
    new MoveAccountCommand({
      AccountId: sandbox.id,
      SourceParentId: rootId,
      DestinationParentId: openUnit,
    }),
  )
  const policyId = made.Policy?.PolicySummary?.Id ?? ''
  return { steady: own.slice(0, -1), sandbox, openUnit, closedUnit, policyId }
}
