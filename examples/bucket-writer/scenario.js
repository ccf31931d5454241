import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { createUser, letUserAssumeAnything } from '../principals.js'

export const title = 'a user of account A writes to a bucket of account B'
export const next = 'stile console write-bucket -f examples/bucket-writer'

const Bucket = 'cross-account-bucket'
const Key = 'test.txt'
/** Access keys by user name. */
const keys = new Map()

export async function arrange({ admin, addProfile }) {
  keys.set('accounta', await createUser(admin('accounta'), 'accounta'))
  keys.set('other', await createUser(admin('accounta'), 'other'))
  await letUserAssumeAnything(admin('accounta'), 'other')
  const s3 = new S3Client(admin('accountb'))
  await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerPreferred' }))
  await s3.send(new CreateBucketCommand({ Bucket: 'default-bucket' }))
  await addProfile({ kind: 'keys', name: 'accounta', ...keys.get('accounta') })
}

export async function work(world) {
  const { assume, signedIn, step, refused, accountId } = world
  const role = `arn:aws:iam::${accountId('accountb')}:role/role-in-accountb`
  await world.addProfile({
    kind: 'role',
    name: 'roleb',
    roleArn: role,
    source: { kind: 'profile', name: 'accounta' },
  })
  await step('profile roleb of ~/.aws/config → role-in-accountb', () => putAndGet(world))
  await step('the same with [roleb] in ~/.aws/credentials', async () => {
    const credentials = join(world.home, 'credentials-as-people-have-it')
    await writeFile(credentials, credentialsFile(role), { mode: 0o600 })
    return putAndGet(world, {
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_CONFIG_FILE: join(world.home, 'no-config'),
    })
  })

  const s3 = new S3Client(signedIn(await assume('write-bucket', keys.get('accounta'))))
  const acl = (bucket) =>
    new PutObjectAclCommand({ Bucket: bucket, Key, ACL: 'bucket-owner-full-control' })
  await step('PutObjectAcl where ACLs are enabled', async () => {
    await s3.send(acl(Bucket))
    return 'bucket-owner-full-control'
  })
  await step('PutObjectAcl on a default bucket', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'default-bucket', Key, Body: 'x' }))
    const error = await s3.send(acl('default-bucket')).catch((refusal) => refusal)
    if (error.name !== 'AccessControlListNotSupported') throw new Error(`answered ${error.name}`)
    return 'answers AccessControlListNotSupported'
  })

  const own = new S3Client(signedIn(keys.get('accounta')))
  await refused("accounta's own keys", () =>
    own.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })),
  )
  await refused('ListBucket with the session', () => s3.send(new ListObjectsV2Command({ Bucket })))
  await refused('DeleteObject with the session', () =>
    s3.send(new DeleteObjectCommand({ Bucket, Key })),
  )
  await refused('another user of accounta', () => assume('write-bucket', keys.get('other')))

  const link = await world.stile('console', 'write-bucket', '--profile', 'accounta')
  world.show('switch role in the console', [link.stdout.trim()])
}

async function putAndGet(world, environment = {}) {
  const child = await world.run([process.execPath, 'put-and-get.js', Bucket, Key], {
    AWS_PROFILE: 'roleb',
    ...environment,
  })
  if (child.exitCode !== 0) throw new Error(child.stderr)
  return child.stdout.trim()
}

function credentialsFile(role) {
  const { accessKeyId, secretAccessKey } = keys.get('accounta')
  return [
    '[accounta]',
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    '[roleb]',
    `role_arn = ${role}`,
    'source_profile = accounta',
    '',
  ].join('\n')
}
