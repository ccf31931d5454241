import { askBucket } from '../authorization/ask.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { saveBucket } from './bucket.ts'

interface PutInput extends BucketInput {
  readonly MFA?: string
  readonly VersioningConfiguration?: { readonly Status?: string; readonly MFADelete?: string }
}

export const putBucketVersioning = bucketOperation<PutInput>({
  name: 'PutBucketVersioning',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:PutBucketVersioning', { bucket })],
  run(input, call, bucket) {
    const { Status: status, MFADelete: mfaDelete } = input.VersioningConfiguration ?? {}
    if (mfaDelete === 'Enabled')
      throw s3Error('NotImplemented', { details: { Header: 'MfaDelete' } })
    if (status === undefined) throw s3Error('IllegalVersioningConfigurationException')
    if (status !== 'Enabled' && status !== 'Suspended') throw s3Error('MalformedXML')
    if (bucket.hasObjectLock === true && status === 'Suspended') throw s3Error('InvalidBucketState')
    saveBucket(call.store, { ...bucket, versioning: status })
    return {}
  },
})

export const getBucketVersioning = bucketOperation<BucketInput>({
  name: 'GetBucketVersioning',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:GetBucketVersioning', { bucket })],
  run: (_input, _call, bucket) =>
    bucket.versioning === undefined ? {} : { Status: bucket.versioning },
})
