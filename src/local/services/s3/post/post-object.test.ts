import { createHmac } from 'node:crypto'
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../../index.ts'

const Bucket = 'forms'
const account = '111111111111'
const stranger = '222222222222'
let aws: LocalAws
let s3: S3Client

beforeAll(async () => {
  aws = await startLocalAws({ seed: { accounts: [{ id: account }, { id: stranger }] } })
  s3 = new S3Client({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.rootCredentials(account),
    forcePathStyle: true,
    maxAttempts: 1,
  })
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => aws.stop())

interface Form {
  readonly fields?: Readonly<Record<string, string>>
  readonly conditions?: readonly unknown[]
  readonly file?: string
  readonly as?: string
  readonly expiration?: string
}

/** Fields as a server makes them for a browser: a policy and its signature. */
function signedFields(form: Form): Record<string, string> {
  const keys = aws.rootCredentials(form.as ?? account)
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${now.slice(0, 8)}/us-east-1/s3/aws4_request`
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${keys.accessKeyId}/${scope}`,
    'x-amz-date': now,
  }
  const expiration = form.expiration ?? new Date(Date.now() + 60_000).toISOString()
  const conditions = [
    { bucket: Bucket },
    signing,
    ...(form.conditions ?? [['starts-with', '$key', 'in/']]),
  ]
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  const key = scope
    .split('/')
    .reduce<Buffer | string>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${keys.secretAccessKey}`,
    )
  const signature = createHmac('sha256', key).update(policy).digest('hex')
  return { ...signing, policy, 'x-amz-signature': signature, ...form.fields }
}

async function post(
  fields: Readonly<Record<string, string>>,
  file = 'hello',
): Promise<{ status: number; text: string; headers: Headers }> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([file], { type: 'text/plain' }), 'note.txt')
  const answer = await fetch(`${aws.url}/${Bucket}`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

async function content(Key: string): Promise<string | undefined> {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }))
  return got.Body?.transformToString()
}

test.each([10, 70_000, 3_000_000])('a signed form of %d bytes becomes an object', async (size) => {
  const file = `\r\n--${'x'.repeat(size)}\r\n-`
  const answer = await post(signedFields({ fields: { key: 'in/a' } }), file)
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(answer.headers.get('location')).toBe(`${aws.url}/${Bucket}/in/a`)
  expect(await content('in/a')).toBe(file)
})

test('its fields say what the object is like, and how to answer', async () => {
  const fields = {
    key: ['in/', '{filename}'].join('$'),
    'content-type': 'text/markdown',
    'x-amz-meta-by': 'ana',
    tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>',
    success_action_status: '201',
  }
  const conditions = [
    { key: 'in/note.txt' },
    ['starts-with', '$Content-Type', 'text/'],
    { 'x-amz-meta-by': 'ana' },
    ['starts-with', '$tagging', ''],
    { success_action_status: '201' },
    ['content-length-range', 1, 10],
  ]
  const answer = await post(signedFields({ fields, conditions }))
  expect(answer.status).toBe(201)
  expect(answer.text).toContain('<Key>in/note.txt</Key>')
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'in/note.txt' }))
  expect(got).toMatchObject({ ContentType: 'text/markdown', Metadata: { by: 'ana' } })
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'in/note.txt' }))
  expect(tags.TagSet).toEqual([{ Key: 'a', Value: 'b c' }])
})

test('a form may name the page to go to', async () => {
  const page = 'https://example.com/done?x=1'
  const conditions = [['starts-with', '$key', ''], { success_action_redirect: page }]
  const fields = { key: 'in/r', success_action_redirect: page }
  const answer = await post(signedFields({ fields, conditions }))
  expect(answer.status).toBe(303)
  const to = new URL(answer.headers.get('location') ?? '')
  expect([to.origin, to.searchParams.get('key')]).toEqual(['https://example.com', 'in/r'])
})

const key = { key: 'in/no' }
const withSignature = (change: (fields: Record<string, string>) => object) => () => {
  const fields = signedFields({ fields: key })
  return { ...fields, ...change(fields) }
}

test.each([
  ['another key', () => signedFields({ fields: { key: 'out/a' } }), 'AccessDenied'],
  [
    'a field without a condition',
    () => signedFields({ fields: { ...key, acl: 'private' } }),
    'AccessDenied',
  ],
  [
    'a policy that has expired',
    () => signedFields({ fields: key, expiration: '2020-01-01T00:00:00Z' }),
    'AccessDenied',
  ],
  [
    'a policy for another bucket',
    () => signedFields({ fields: key, conditions: [{ bucket: 'x' }, { key: 'in/no' }] }),
    'AccessDenied',
  ],
  [
    'a file that is too long',
    () => signedFields({ fields: key, conditions: [key, ['content-length-range', 0, 4]] }),
    'EntityTooLarge',
  ],
  [
    'a file that is too short',
    () => signedFields({ fields: key, conditions: [key, ['content-length-range', 6, 9]] }),
    'EntityTooSmall',
  ],
  ['no conditions', () => signedFields({ fields: key, conditions: [1] }), 'InvalidPolicyDocument'],
  [
    'another policy',
    withSignature(({ policy }) => ({ policy: `${policy}=` })),
    'SignatureDoesNotMatch',
  ],
  [
    'another signature',
    withSignature(() => ({ 'x-amz-signature': '0'.repeat(64) })),
    'SignatureDoesNotMatch',
  ],
  ['no signature', withSignature(() => ({ 'x-amz-signature': '' })), 'SignatureDoesNotMatch'],
  [
    'an unknown key',
    withSignature((f) => ({
      'x-amz-credential': f['x-amz-credential']?.replace(/^\w{4}/, 'AKIX') ?? '',
    })),
    'InvalidAccessKeyId',
  ],
  [
    'another service',
    withSignature((f) => ({
      'x-amz-credential': f['x-amz-credential']?.replace('/s3/', '/sts/') ?? '',
    })),
    'InvalidArgument',
  ],
  ['no signature at all', () => ({ ...key }), 'AccessDenied'],
  [
    'a signer of another account',
    () => signedFields({ fields: key, as: stranger }),
    'AccessDenied',
  ],
  [
    'a customer key without its algorithm',
    () =>
      signedFields({
        fields: { ...key, 'x-amz-server-side-encryption-customer-key': 'k' },
        conditions: [key, ['starts-with', '$x-amz-server-side-encryption-customer-key', '']],
      }),
    'InvalidArgument',
  ],
])('a form with %s makes nothing', async (_what, fields, code) => {
  const answer = await post(fields() as Record<string, string>)
  expect(answer.text).toContain(`<Code>${code}</Code>`)
  await expect(content('in/no')).rejects.toMatchObject({ name: 'NoSuchKey' })
})

test('a policy of the bucket can tell forms from other uploads', async () => {
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/in/closed`,
    Condition: { StringEquals: { 's3:authType': 'POST' } },
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const answer = await post(signedFields({ fields: { key: 'in/closed' } }))
  expect([answer.status, aws.events().at(-1)?.errorCode]).toEqual([403, 'AccessDenied'])
})

test.each([
  ['nothing', ''],
  ['no file', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--b--\r\n'],
  ['an end in the middle', '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc'],
  ['no name', '--b\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n'],
  [
    'too much',
    `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${'a'.repeat(30_000)}\r\n--b--`,
  ],
])('a body with %s is no form', async (_what, body) => {
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const answer = await fetch(`${aws.url}/${Bucket}`, { method: 'POST', headers, body })
  expect(answer.status).toBe(400)
})
