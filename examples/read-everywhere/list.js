// Lists what the credentials in the environment can see.
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'

const { Buckets } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand({}))
console.log(`${process.env.STILE_ACCOUNT}: ${Buckets.map((bucket) => bucket.Name).join(' ')}`)
