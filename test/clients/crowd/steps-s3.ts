import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Step } from './actor.ts'
import { dropbox, ownBucket } from './furnish-account.ts'

/** Bytes that follow from a number. */
function bytesOf(size: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, index) => (index * 31 + seed) % 251))
}

const putAndGet: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const s3 = actor.clients.of(S3Client, account.admin)
  const object = { Bucket: ownBucket(account.id), Key: `o/${actor.newName()} ä+%` }
  const Body = bytesOf(actor.random.below(40_000), actor.random.below(251))
  const put = s3.send(new PutObjectCommand({ ...object, Body, Metadata: { by: actor.name } }))
  const { ETag } = await actor.ok('PutObject', put)
  const got = await actor.ok('GetObject', s3.send(new GetObjectCommand(object)))
  const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? [])
  actor.same('its bytes', bytes.equals(Body), true)
  actor.same('its metadata', got.Metadata, { by: actor.name })
  const unchanged = new GetObjectCommand({ ...object, IfNoneMatch: ETag })
  await actor.refused('GetObject unchanged', s3.send(unchanged), '304')
  const taken = s3.send(new PutObjectCommand({ ...object, Body, IfNoneMatch: '*' }))
  await actor.refused('PutObject where one is', taken, 'PreconditionFailed')
  await actor.ok('DeleteObject', s3.send(new DeleteObjectCommand(object)))
  await actor.refused('HeadObject of none', s3.send(new HeadObjectCommand(object)), 'NotFound')
  await actor.refused('GetObject of none', s3.send(new GetObjectCommand(object)), 'NoSuchKey')
}

/** Objects go into a stranger's bucket, under the sender's account alone, and do not come out. */
const dropOff: Step = async (actor) => {
  const from = actor.random.pick(actor.share.steady)
  const to = actor.stranger()
  const s3 = actor.clients.of(S3Client, from.visitor)
  const Bucket = dropbox(to.id)
  const Key = `${from.id}/${actor.newName()}`
  const put = (key: string) => s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'a letter' }))
  await actor.ok('PutObject to a stranger', put(Key))
  const elsewhere = put(`${to.id}/${actor.newName()}`)
  await actor.refused('PutObject under another account', elsewhere, 'AccessDenied')
  const read = s3.send(new GetObjectCommand({ Bucket, Key }))
  await actor.refused('GetObject from a stranger', read, 'AccessDenied')
  const list = s3.send(new ListObjectsV2Command({ Bucket }))
  await actor.refused('ListObjectsV2 of a stranger', list, 'AccessDenied')
  const lonely = actor.clients.of(S3Client, from.lonely)
  const unable = lonely.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  await actor.refused('PutObject without own permission', unable, 'AccessDenied')
  const theirs = { Bucket: ownBucket(to.id), Key: 'shared/greeting' }
  const shared = s3.send(new GetObjectCommand(theirs))
  await actor.refused('GetObject without a bucket policy', shared, 'AccessDenied')
}

const pages: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const s3 = actor.clients.of(S3Client, account.admin)
  const Bucket = ownBucket(account.id)
  const Prefix = `pages/${actor.newName()}/`
  const count = 3 + actor.random.below(6)
  const keys = Array.from({ length: count }, (_, index) => `${Prefix}${index}`)
  await Promise.all(
    keys.map((Key) =>
      actor.ok('PutObject', s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))),
    ),
  )
  const seen: (string | undefined)[] = []
  let ContinuationToken: string | undefined
  do {
    const page = { Bucket, Prefix, MaxKeys: 1 + actor.random.below(3), ContinuationToken }
    const answer = await actor.ok('ListObjectsV2', s3.send(new ListObjectsV2Command(page)))
    seen.push(...(answer.Contents ?? []).map(({ Key }) => Key))
    ContinuationToken = answer.NextContinuationToken
  } while (ContinuationToken !== undefined)
  actor.same('the keys of all pages', seen, keys)
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true }
  const removed = s3.send(new DeleteObjectsCommand({ Bucket, Delete }))
  actor.same('what stayed', (await actor.ok('DeleteObjects', removed)).Errors ?? [], [])
}

const parts: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const s3 = actor.clients.of(S3Client, account.admin)
  const object = { Bucket: ownBucket(account.id), Key: `parts/${actor.newName()}` }
  const begin = async () => {
    const begun = s3.send(new CreateMultipartUploadCommand(object))
    const { UploadId } = await actor.ok('CreateMultipartUpload', begun)
    return { ...object, UploadId }
  }
  const upload = await begin()
  const Parts = await Promise.all(
    [5 * 1024 * 1024, 1000].map(async (size, index) => {
      const part = { ...upload, PartNumber: index + 1, Body: Buffer.alloc(size, index) }
      const { ETag } = await actor.ok('UploadPart', s3.send(new UploadPartCommand(part)))
      return { ETag, PartNumber: index + 1 }
    }),
  )
  const done = { ...upload, MultipartUpload: { Parts } }
  const completed = s3.send(new CompleteMultipartUploadCommand(done))
  await actor.ok('CompleteMultipartUpload', completed)
  const tail = new GetObjectCommand({ ...object, Range: 'bytes=5242878-5242881' })
  const { Body } = await actor.ok('GetObject of a range', s3.send(tail))
  const bytes = await Body?.transformToByteArray()
  actor.same('bytes of both parts', [...(bytes ?? [])], [0, 0, 1, 1])
  await actor.ok('DeleteObject', s3.send(new DeleteObjectCommand(object)))
  const second = await begin()
  await actor.ok('AbortMultipartUpload', s3.send(new AbortMultipartUploadCommand(second)))
  const late = s3.send(new UploadPartCommand({ ...second, PartNumber: 1, Body: 'x' }))
  await actor.refused('UploadPart after the end', late, 'NoSuchUpload')
}

const versions: Step = async (actor) => {
  const account = actor.random.pick(actor.share.steady)
  const s3 = actor.clients.of(S3Client, account.admin)
  const Bucket = `versions-${account.id}-${actor.newName()}`
  await actor.ok('CreateBucket', s3.send(new CreateBucketCommand({ Bucket })))
  const VersioningConfiguration = { Status: 'Enabled' as const }
  const enabled = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })
  await actor.ok('PutBucketVersioning', s3.send(enabled))
  const object = { Bucket, Key: 'k' }
  const ids: (string | undefined)[] = []
  for (const Body of ['one', 'two']) {
    const put = s3.send(new PutObjectCommand({ ...object, Body }))
    ids.push((await actor.ok('PutObject', put)).VersionId)
  }
  const deleted = await actor.ok('DeleteObject', s3.send(new DeleteObjectCommand(object)))
  ids.push(deleted.VersionId)
  actor.same('a delete marker', deleted.DeleteMarker, true)
  await actor.refused('GetObject', s3.send(new GetObjectCommand(object)), 'NoSuchKey')
  const first = s3.send(new GetObjectCommand({ ...object, VersionId: ids[0] }))
  const { Body } = await actor.ok('GetObject of a version', first)
  actor.same('its text', await Body?.transformToString(), 'one')
  const early = s3.send(new DeleteBucketCommand({ Bucket }))
  await actor.refused('DeleteBucket with versions', early, 'BucketNotEmpty')
  const listed = s3.send(new ListObjectVersionsCommand({ Bucket }))
  const { Versions, DeleteMarkers } = await actor.ok('ListObjectVersions', listed)
  actor.same('how many', [Versions?.length, DeleteMarkers?.length], [2, 1])
  for (const VersionId of ids) {
    const gone = s3.send(new DeleteObjectCommand({ ...object, VersionId }))
    await actor.ok('DeleteObject of a version', gone)
  }
  await actor.ok('DeleteBucket', s3.send(new DeleteBucketCommand({ Bucket })))
}

export const s3Steps: Readonly<Record<string, Step>> = {
  putAndGet,
  dropOff,
  pages,
  parts,
  versions,
}
