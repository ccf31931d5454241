import { once } from 'node:events'
import { request } from 'node:http'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let s3: S3Client

beforeAll(async () => {
  world = await startTwoAccounts()
  s3 = new S3Client({
    endpoint: world.aws.url,
    region: 'us-east-1',
    credentials: world.root(world.home),
    forcePathStyle: true,
    maxAttempts: 1,
  })
  const Bucket = 'dropbox'
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/in/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
})
afterAll(() => world.stop())

interface Outcome {
  readonly wasInvited: boolean
  readonly status: number | undefined
}

/** Asks for leave to send so many bytes, and sends them when it is given. */
async function upload(path: string, size: number): Promise<Outcome> {
  const headers = { 'content-length': size, expect: '100-continue' }
  const sent = request({ host: '127.0.0.1', port: world.aws.port, method: 'PUT', path, headers })
  let wasInvited = false
  sent.on('continue', () => {
    wasInvited = true
    sent.end(Buffer.alloc(size))
  })
  sent.flushHeaders()
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
  sent.destroy()
  return { wasInvited, status: response.statusCode }
}

test('a long upload that is not allowed is refused before a byte of it is asked for', async () => {
  const outcome = await upload('/dropbox/out/a', 10 * 1024 ** 3)
  expect(outcome).toEqual({ wasInvited: false, status: 403 })
  expect(world.aws.events().at(-1)).toMatchObject({
    operation: 'PutObject',
    errorCode: 'AccessDenied',
    decisions: [{ action: 's3:PutObject', decision: { kind: 'implicitDeny' } }],
  })
})

test('a long upload to a bucket that is not there is refused as early', async () => {
  expect(await upload('/nowhere/a', 1024 ** 2)).toEqual({ wasInvited: false, status: 404 })
})

test('what is allowed is asked for and kept, short or long', async () => {
  for (const size of [0, 100, 64 * 1024, 64 * 1024 + 1, 1024 ** 2]) {
    expect(await upload('/dropbox/in/a', size)).toEqual({ wasInvited: true, status: 200 })
    const got = await s3.send(new GetObjectCommand({ Bucket: 'dropbox', Key: 'in/a' }))
    expect((await got.Body?.transformToByteArray())?.length).toBe(size)
  }
})
