import {
  AttachPolicyCommand,
  DescribeAccountCommand,
  DetachPolicyCommand,
  ListAccountsCommand,
  ListParentsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations'
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Actor, Step } from './actor.ts'
import { ownBucket } from './furnish-account.ts'
import { closing } from './organization.ts'

/** The sandbox puts an object into its own bucket; nobody but the organization can be against it. */
function put(actor: Actor): Promise<unknown> {
  const { id, admin } = actor.share.sandbox
  const object = { Bucket: ownBucket(id), Key: actor.newName() }
  const s3 = actor.clients.of(S3Client, admin)
  return s3
    .send(new PutObjectCommand({ ...object, Body: 'x' }))
    .then(() => s3.send(new DeleteObjectCommand(object)))
}

async function withPolicyOn(actor: Actor, TargetId: string, use: () => Promise<void>) {
  const { organization, share } = actor
  const attached = { PolicyId: share.policyId, TargetId }
  const { management } = organization
  await actor.ok('AttachPolicy', management.send(new AttachPolicyCommand(attached)))
  const again = management.send(new AttachPolicyCommand(attached))
  await actor.refused('AttachPolicy again', again, 'DuplicatePolicyAttachment')
  try {
    await use()
  } finally {
    await actor.ok('DetachPolicy', management.send(new DetachPolicyCommand(attached)))
  }
}

const moves: Step = async (actor) => {
  const { share, organization } = actor
  const { management } = organization
  const move = (SourceParentId: string, DestinationParentId: string) =>
    management.send(
      new MoveAccountCommand({ AccountId: share.sandbox.id, SourceParentId, DestinationParentId }),
    )
  await withPolicyOn(actor, share.closedUnit, async () => {
    await actor.ok('PutObject in the open', put(actor))
    await actor.ok('MoveAccount', move(share.openUnit, share.closedUnit))
    await actor.refused('PutObject where it is closed', put(actor), 'AccessDenied')
    const again = move(share.openUnit, share.closedUnit)
    await actor.refused('MoveAccount to where it is', again, 'DuplicateAccount')
    const asked = new ListParentsCommand({ ChildId: share.sandbox.id })
    const { Parents } = await actor.ok('ListParents', management.send(asked))
    actor.same('where it is', Parents?.[0]?.Id, share.closedUnit)
    await actor.ok('MoveAccount back', move(share.closedUnit, share.openUnit))
    await actor.ok('PutObject in the open again', put(actor))
  })
}

const changedPolicy: Step = async (actor) => {
  const { share, organization } = actor
  const { management } = organization
  const update = (Content: string) =>
    management.send(new UpdatePolicyCommand({ PolicyId: share.policyId, Content }))
  await withPolicyOn(actor, share.sandbox.id, async () => {
    await actor.refused('PutObject under the policy', put(actor), 'AccessDenied')
    const other = closing.replace('s3:PutObject', 'ec2:RunInstances')
    await actor.ok('UpdatePolicy', update(other))
    await actor.ok('PutObject under the new policy', put(actor))
    await actor.ok('UpdatePolicy back', update(closing))
    await actor.refused('PutObject under the old policy', put(actor), 'AccessDenied')
    await actor.refused(
      'UpdatePolicy of odd content',
      update('{"Odd":1}'),
      'MalformedPolicyDocument',
    )
  })
  await actor.ok('PutObject without the policy', put(actor))
}

/** What a member is told about its organization. */
const member: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const { management } = actor.organization
  const own = actor.clients.of(OrganizationsClient, account.admin)
  await actor.refused('ListAccounts', own.send(new ListAccountsCommand({})), 'AccessDenied')
  const asked = new DescribeAccountCommand({ AccountId: account.id })
  const { Account } = await actor.ok('DescribeAccount', management.send(asked))
  actor.same('its state', [Account?.Id, Account?.Status], [account.id, 'ACTIVE'])
  const none = management.send(new DescribeAccountCommand({ AccountId: '000000000000' }))
  await actor.refused('DescribeAccount of none', none, 'AccountNotFound')
}

export const organizationSteps: Readonly<Record<string, Step>> = { moves, changedPolicy, member }
