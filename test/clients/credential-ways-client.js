// A program as users write it: says who it is and stores an object, once for each line of its input after the first
// time. How it comes by its credentials is its environment's and its profile's matter.
import { createInterface } from 'node:readline'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromNodeProviderChain } from '@aws-sdk/credential-providers'

const [, , form, bucket, profile] = process.argv
const named = profile === undefined ? {} : { profile }
const settings = form === 'chain' ? { credentials: fromNodeProviderChain(named) } : named
const sts = new STSClient(settings)
const s3 = new S3Client(settings)

async function work(Key) {
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'made' }))
  process.stdout.write(`${Arn}\n`)
}

await work('0')
let count = 0
for await (const _ of createInterface({ input: process.stdin })) {
  count += 1
  await work(String(count))
}
