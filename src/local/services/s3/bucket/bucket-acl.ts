import { type AclInput, readAcl } from '../acl/read-acl.ts'
import { renderAcl } from '../acl/render-acl.ts'
import { aclContext } from '../authorization/acl-context.ts'
import { askBucket } from '../authorization/ask.ts'
import { refusePublicAcl } from '../authorization/blocked-by-setting.ts'
import { s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { bucketArn, hasAclsDisabled, saveBucket } from './bucket.ts'

export const getBucketAcl = bucketOperation<BucketInput>({
  name: 'GetBucketAcl',
  authorize: (_input, call, bucket) => [askBucket(call, 's3:GetBucketAcl', { bucket })],
  run: (_input, _call, bucket) => renderAcl(bucket.acl, bucket.ownerAccountId),
})

export const putBucketAcl = bucketOperation<BucketInput & AclInput>({
  name: 'PutBucketAcl',
  authorize: (input, call, bucket) => [
    askBucket(call, 's3:PutBucketAcl', { bucket, context: aclContext(input) }),
  ],
  run(input, call, bucket) {
    if (hasAclsDisabled(bucket)) throw s3Error('AccessControlListNotSupported')
    const { ownerAccountId } = bucket
    const acl = readAcl(input, { ownerAccountId, bucketOwnerAccountId: ownerAccountId })
    if (acl === undefined) throw missingAcl()
    refusePublicAcl(call, bucket, {
      acl,
      action: 's3:PutBucketAcl',
      resource: bucketArn(bucket.name),
    })
    saveBucket(call.store, { ...bucket, acl })
    return {}
  },
})

/** For Put…Acl calls that say neither by header nor by document what to set. */
export function missingAcl(): Error {
  return s3Error('MissingSecurityHeader', { details: { MissingHeaderName: 'x-amz-acl' } })
}
