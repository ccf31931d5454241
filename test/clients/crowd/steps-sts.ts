import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { keysOf, type Step } from './actor.ts'
import { region } from './clients.ts'
import { externalId, greeting, ownBucket } from './furnish-account.ts'

/** A visit to a stranger's account: the guest reads what is shared and nothing else. */
const visit: Step = async (actor) => {
  const from = actor.random.pick(actor.share.steady)
  const to = actor.stranger()
  const sts = actor.clients.of(STSClient, from.visitor)
  const role = {
    RoleArn: `arn:aws:iam::${to.id}:role/guest`,
    RoleSessionName: actor.newName(),
    ExternalId: externalId(to.id),
  }
  const session = keysOf(await actor.ok('AssumeRole', sts.send(new AssumeRoleCommand(role))))
  const guest = actor.clients.of(STSClient, session)
  const who = await actor.ok('GetCallerIdentity', guest.send(new GetCallerIdentityCommand({})))
  const arn = `arn:aws:sts::${to.id}:assumed-role/guest/${role.RoleSessionName}`
  actor.same('whose session', who.Arn, arn)
  const s3 = actor.clients.of(S3Client, session)
  const shared = new GetObjectCommand({ Bucket: ownBucket(to.id), Key: 'shared/greeting' })
  const { Body } = await actor.ok('GetObject as guest', s3.send(shared))
  actor.same('what is shared', await Body?.transformToString(), greeting(to.id))
  const other = new GetObjectCommand({ Bucket: ownBucket(to.id), Key: 'o/other' })
  await actor.refused('GetObject of the rest', s3.send(other), 'AccessDenied')
  await actor.refused('ListBuckets', s3.send(new ListBucketsCommand({})), 'AccessDenied')
}

/** What keeps a stranger out: the external id, the trust, the stranger's own account. */
const turnedAway: Step = async (actor) => {
  const from = actor.random.pick(actor.share.steady)
  const to = actor.stranger()
  const sts = actor.clients.of(STSClient, from.visitor)
  const assume = (more: { readonly name?: string; readonly ExternalId?: string }) =>
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${to.id}:role/${more.name ?? 'guest'}`,
      RoleSessionName: actor.name,
      ...(more.ExternalId === undefined ? {} : { ExternalId: more.ExternalId }),
    })
  const known = { ExternalId: externalId(to.id) }
  await actor.refused('without an external id', sts.send(assume({})), 'AccessDenied')
  const wrong = sts.send(assume({ ExternalId: externalId(from.id) }))
  await actor.refused('by another external id', wrong, 'AccessDenied')
  const closed = sts.send(assume({ ...known, name: 'closed' }))
  await actor.refused('by a role for its account', closed, 'AccessDenied')
  const none = sts.send(assume({ ...known, name: 'none' }))
  await actor.refused('by a role that is not there', none, 'AccessDenied')
  const lonely = actor.clients.of(STSClient, from.lonely)
  const unable = lonely.send(assume(known))
  await actor.refused('without own permission', unable, 'AccessDenied')
  const broken = new STSClient({
    endpoint: actor.clients.endpoint,
    region,
    maxAttempts: 1,
    credentials: { ...from.visitor, secretAccessKey: 'not the secret' },
  })
  const unsigned = broken.send(assume(known))
  await actor.refused('with a wrong secret', unsigned, 'SignatureDoesNotMatch')
  broken.destroy()
}

/** A session that begins another one is bound to an hour. */
const chain: Step = async (actor) => {
  const from = actor.random.pick(actor.share.steady)
  const to = actor.stranger()
  const roleOf = (id: string) => ({
    RoleArn: `arn:aws:iam::${id}:role/guest`,
    RoleSessionName: actor.newName(),
    ExternalId: externalId(id),
  })
  const sts = actor.clients.of(STSClient, from.visitor)
  const first = sts.send(new AssumeRoleCommand(roleOf(from.id)))
  const session = actor.clients.of(STSClient, keysOf(await actor.ok('AssumeRole', first)))
  // The role may read alone; the trust of another account is not enough for it.
  const next = session.send(new AssumeRoleCommand(roleOf(to.id)))
  await actor.refused('AssumeRole of the next', next, 'AccessDenied')
  const long = new AssumeRoleCommand({ ...roleOf(to.id), DurationSeconds: 7200 })
  await actor.refused('AssumeRole for long', sts.send(long), 'ValidationError')
}

export const stsSteps: Readonly<Record<string, Step>> = { visit, turnedAway, chain }
