// Runs with nothing but credentials in its environment, as any program would.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}))
await new S3Client({ forcePathStyle: true }).send(
  new PutObjectCommand({ Bucket: 'team-notes', Key: 'todo.txt', Body: 'write it down' }),
)
console.log(`${Arn.split('/').slice(1).join('/')} wrote todo.txt`)
