// Signs in by AWS_PROFILE alone: puts an object and gets it back.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const [Bucket, Key] = process.argv.slice(2)
const s3 = new S3Client({ forcePathStyle: true })
await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello from account A' }))
const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
console.log(`put and got s3://${Bucket}/${Key}, ${(await Body.transformToString()).length} bytes`)
