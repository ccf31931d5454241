import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { askObject } from '../authorization/ask.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { s3Error } from '../s3-error.ts'
import { bucketOperation, type ObjectInput } from '../s3-operation.ts'
import { objectTagLimits, readTagSet, type Tag, tagContext } from '../tags.ts'
import { askToRead, objectContext, versionAction } from './get-object.ts'
import { findObject, findVersion, replaceVersion, requireObject } from './object-table.ts'
import { renderVersionId } from './render-object.ts'
import type { StoredObject } from './stored-object.ts'

interface PutInput extends ObjectInput {
  readonly Tagging?: { readonly TagSet?: readonly Partial<Tag>[] }
}

export const getObjectTagging = bucketOperation<ObjectInput>({
  name: 'GetObjectTagging',
  authorize: (input, call, bucket) =>
    askToRead(input, call, { bucket, action: 's3:GetObjectTagging' }),
  run(input, call, bucket) {
    const object = requireTagged(call, input, 'GET')
    return { ...renderVersionId(bucket, object), TagSet: object.tags }
  },
})

export const putObjectTagging = bucketOperation<PutInput>({
  name: 'PutObjectTagging',
  authorize: askToPutTags,
  run(input, call, bucket) {
    if (input.Tagging === undefined) throw s3Error('MalformedXML')
    const object = requireTagged(call, input, 'PUT')
    const tags = readTagSet(input.Tagging.TagSet, objectTagLimits)
    replaceVersion(call, bucket.name, { ...object, tags })
    return renderVersionId(bucket, object)
  },
})

export const deleteObjectTagging = bucketOperation<ObjectInput>({
  name: 'DeleteObjectTagging',
  authorize: (input, call, bucket) =>
    askToRead(input, call, { bucket, action: 's3:DeleteObjectTagging' }),
  run(input, call, bucket) {
    const object = requireTagged(call, input, 'DELETE')
    replaceVersion(call, bucket.name, { ...object, tags: [] })
    return renderVersionId(bucket, object)
  },
})

/** AWS: a delete marker has no tags, asked for by its id or not; GetObjectTagging names bucket and key alike. */
function requireTagged(
  call: Call,
  input: ObjectInput,
  method: 'GET' | 'PUT' | 'DELETE',
): StoredObject {
  const version = findVersion(call.store, input)
  if (version?.kind === 'deleteMarker')
    throw s3Error('MethodNotAllowed', { details: { Method: method, ResourceType: 'DeleteMarker' } })
  if (version === undefined && input.VersionId === undefined && method === 'GET')
    throw s3Error('NoSuchKey', { details: { Key: `${input.Bucket}/${input.Key}` } })
  return requireObject(call.store, input, method)
}

function askToPutTags(
  input: PutInput,
  call: Call,
  bucket: Bucket,
): readonly AuthorizationQuestion[] {
  const object = findObject(call.store, input)
  if (object === undefined) return askToRead(input, call, { bucket, action: 's3:PutObjectTagging' })
  const tags = (input.Tagging?.TagSet ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }))
  const context = {
    ...objectContext(input, object),
    ...tagContext(tags, 's3:RequestObjectTag'),
    ...(tags.length === 0 ? {} : { 's3:RequestObjectTagKeys': tags.map((tag) => tag.Key) }),
  }
  const action = versionAction('s3:PutObjectTagging', input)
  return [askObject(call, action, { bucket, key: input.Key, object, context })]
}
