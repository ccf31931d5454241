import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { privateAcl } from '../acl/acl.ts'
import { type AclInput, readAcl } from '../acl/read-acl.ts'
import { renderAcl } from '../acl/render-acl.ts'
import { aclContext } from '../authorization/acl-context.ts'
import { askObject } from '../authorization/ask.ts'
import { refusePublicAcl } from '../authorization/blocked-by-setting.ts'
import { type Bucket, hasAclsDisabled, objectArn, ownerOf } from '../bucket/bucket.ts'
import { missingAcl } from '../bucket/bucket-acl.ts'
import { s3Error } from '../s3-error.ts'
import { bucketOperation, type ObjectInput } from '../s3-operation.ts'
import { askToRead, objectContext, versionAction } from './get-object.ts'
import { findObject, replaceVersion, requireObject } from './object-table.ts'

export const getObjectAcl = bucketOperation<ObjectInput>({
  name: 'GetObjectAcl',
  authorize: (input, call, bucket) => askToRead(input, call, { bucket, action: 's3:GetObjectAcl' }),
  run(input, call, bucket) {
    const object = requireObject(call.store, input)
    const ownerAccountId = ownerOf(bucket, object)
    const acl = hasAclsDisabled(bucket) ? privateAcl(ownerAccountId) : object.acl
    return renderAcl(acl, ownerAccountId)
  },
})

export const putObjectAcl = bucketOperation<ObjectInput & AclInput>({
  name: 'PutObjectAcl',
  authorize: askToPutAcl,
  run(input, call, bucket) {
    if (hasAclsDisabled(bucket)) throw s3Error('AccessControlListNotSupported')
    const object = requireObject(call.store, input, 'PUT')
    const acl = readAcl(input, {
      ownerAccountId: object.ownerAccountId,
      bucketOwnerAccountId: bucket.ownerAccountId,
    })
    if (acl === undefined) throw missingAcl()
    refusePublicAcl(call, bucket, {
      acl,
      action: 's3:PutObjectAcl',
      resource: objectArn(bucket.name, input.Key),
    })
    replaceVersion(call, bucket.name, { ...object, acl })
    return {}
  },
})

/** No question about listing: AWS answers a missing key 404 only to those whom `askToRead` would tell, else 403. */
function askToPutAcl(
  input: ObjectInput & AclInput,
  call: Call,
  bucket: Bucket,
): readonly AuthorizationQuestion[] {
  const object = findObject(call.store, input)
  if (object === undefined) return askToRead(input, call, { bucket, action: 's3:PutObjectAcl' })
  return [
    askObject(call, versionAction('s3:PutObjectAcl', input), {
      bucket,
      key: input.Key,
      object,
      context: { ...objectContext(input, object), ...aclContext(input) },
    }),
  ]
}
