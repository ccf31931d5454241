import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { policyText } from '../../support/two-accounts.ts'
import type { Step } from './actor.ts'

/** A user, from the first call with its key to the first that the key is no longer good for. */
const userLifeCycle: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const iam = actor.clients.of(IAMClient, account.admin)
  const UserName = actor.newName()
  await actor.ok('CreateUser', iam.send(new CreateUserCommand({ UserName })))
  const again = iam.send(new CreateUserCommand({ UserName }))
  await actor.refused('CreateUser again', again, 'EntityAlreadyExists')
  const made = await actor.ok('CreateAccessKey', iam.send(new CreateAccessKeyCommand({ UserName })))
  const { AccessKeyId = '', SecretAccessKey = '' } = made.AccessKey ?? {}
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  const sts = actor.clients.of(STSClient, keys)
  const who = await actor.ok('GetCallerIdentity', sts.send(new GetCallerIdentityCommand({})))
  actor.same('its ARN', who.Arn, `arn:aws:iam::${account.id}:user/${UserName}`)
  const own = actor.clients.of(IAMClient, keys)
  await actor.refused('GetUser', own.send(new GetUserCommand({ UserName })), 'AccessDenied')
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' })
  const policy = { UserName, PolicyName: 'p' }
  const put = iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }))
  await actor.ok('PutUserPolicy', put)
  const got = await actor.ok('GetUser', own.send(new GetUserCommand({ UserName })))
  actor.same('its name', got.User?.UserName, UserName)
  const early = iam.send(new DeleteUserCommand({ UserName }))
  await actor.refused('DeleteUser with a key', early, 'DeleteConflict')
  const removed = iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await actor.ok('DeleteAccessKey', removed)
  const late = sts.send(new GetCallerIdentityCommand({}))
  await actor.refused('GetCallerIdentity without a key', late, 'InvalidClientTokenId')
  await actor.ok('DeleteUserPolicy', iam.send(new DeleteUserPolicyCommand(policy)))
  await actor.ok('DeleteUser', iam.send(new DeleteUserCommand({ UserName })))
  await actor.refused('GetUser', iam.send(new GetUserCommand({ UserName })), 'NoSuchEntity')
}

/** A role that trusts a visitor of another account for a while. */
const passingTrust: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const guest = actor.stranger()
  const iam = actor.clients.of(IAMClient, account.admin)
  const RoleName = actor.newName()
  const trusting = (name: string): string =>
    policyText({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${guest.id}:user/${name}` },
      Action: 'sts:AssumeRole',
    })
  const role = { RoleName, AssumeRolePolicyDocument: trusting('visitor') }
  await actor.ok('CreateRole', iam.send(new CreateRoleCommand(role)))
  const RoleArn = `arn:aws:iam::${account.id}:role/${RoleName}`
  const assume = (keys: typeof guest.admin) =>
    actor.clients
      .of(STSClient, keys)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: actor.name }))
  await actor.ok('AssumeRole of who is trusted', assume(guest.visitor))
  await actor.refused('AssumeRole of a neighbour', assume(guest.lonely), 'AccessDenied')
  const PolicyDocument = trusting('lonely')
  const changed = iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  await actor.ok('UpdateAssumeRolePolicy', changed)
  await actor.refused('AssumeRole after the trust', assume(guest.visitor), 'AccessDenied')
  await actor.refused('AssumeRole by trust alone', assume(guest.lonely), 'AccessDenied')
  const none = iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trusting('nobody') }),
  )
  await actor.refused('trust in nobody', none, 'MalformedPolicyDocument')
  await actor.ok('DeleteRole', iam.send(new DeleteRoleCommand({ RoleName })))
  await actor.refused('AssumeRole of no role', assume(guest.visitor), 'AccessDenied')
}

const policyVersions: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const iam = actor.clients.of(IAMClient, account.admin)
  const PolicyName = actor.newName()
  // The role's guests are not to notice it.
  const PolicyDocument = policyText({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' })
  const policy = { PolicyName, PolicyDocument }
  await actor.ok('CreatePolicy', iam.send(new CreatePolicyCommand(policy)))
  const PolicyArn = `arn:aws:iam::${account.id}:policy/${PolicyName}`
  const version = () => iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }))
  for (let count = 2; count <= 5; count += 1) await actor.ok('CreatePolicyVersion', version())
  await actor.refused('a sixth version', version(), 'LimitExceeded')
  const bad = iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: '{"Version"' }))
  await actor.refused('half a document', bad, 'MalformedPolicyDocument')
  const attached = { RoleName: 'guest', PolicyArn }
  await actor.ok('AttachRolePolicy', iam.send(new AttachRolePolicyCommand(attached)))
  const conflict = iam.send(new DeletePolicyCommand({ PolicyArn }))
  await actor.refused('DeletePolicy in use', conflict, 'DeleteConflict')
  await actor.ok('DetachRolePolicy', iam.send(new DetachRolePolicyCommand(attached)))
  for (let count = 2; count <= 5; count += 1) {
    const VersionId = `v${count}`
    const removed = iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    await actor.ok('DeletePolicyVersion', removed)
  }
  await actor.ok('DeletePolicy', iam.send(new DeletePolicyCommand({ PolicyArn })))
}

/** Twice the same at once: one of them was first. */
const twins: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const iam = actor.clients.of(IAMClient, account.admin)
  const AssumeRolePolicyDocument = policyText({
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  })
  const role = { RoleName: actor.newName(), AssumeRolePolicyDocument, Path: '/twins/' }
  const both = await Promise.allSettled(
    [role, role].map((one) => iam.send(new CreateRoleCommand(one))),
  )
  const states = both.map(({ status }) => status).sort()
  actor.same('of two CreateRole at once', states, ['fulfilled', 'rejected'])
  const listed = await actor.ok(
    'ListRoles',
    iam.send(new ListRolesCommand({ PathPrefix: '/twins/', MaxItems: 1000 })),
  )
  const names = listed.Roles?.map(({ RoleName }) => RoleName)
  actor.same('how many there are', names?.filter((name) => name === role.RoleName).length, 1)
  const { RoleName } = role
  await actor.ok('DeleteRole', iam.send(new DeleteRoleCommand({ RoleName })))
}

export const iamSteps: Readonly<Record<string, Step>> = {
  userLifeCycle,
  passingTrust,
  policyVersions,
  twins,
}
