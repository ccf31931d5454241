import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { ServiceError } from '../../../service-error.ts'
import { pickContext } from '../authorization/acl-context.ts'
import { askObject } from '../authorization/ask.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { noteDeletion } from '../multipart/upload-table.ts'
import { headerNotImplemented, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation, type ObjectInput } from '../s3-operation.ts'
import { objectContext, versionAction } from './get-object.ts'
import { askToBypass, refuseLocked } from './object-lock.ts'
import {
  addVersion,
  findObject,
  findVersion,
  newDeleteMarker,
  removeVersion,
  requireVersionId,
} from './object-table.ts'
import { checkWriteConditions } from './preconditions.ts'
import type { ObjectVersion } from './stored-object.ts'

interface DeleteObjectInput extends ObjectInput {
  readonly IfMatch?: string
  readonly IfMatchLastModifiedTime?: Date
  readonly IfMatchSize?: number
  readonly BypassGovernanceRetention?: boolean
}

export const deleteObject = bucketOperation<DeleteObjectInput>({
  name: 'DeleteObject',
  authorize: (input, call, bucket) => [
    ...askToDelete(input, call, bucket),
    ...askToBypass(lockedVersion(input, call), call, {
      bucket,
      isMeant: input.BypassGovernanceRetention,
    }),
  ],
  run(input, call, bucket) {
    if (input.IfMatchLastModifiedTime !== undefined)
      throw headerNotImplemented('x-amz-if-match-last-modified-time')
    if (input.IfMatchSize !== undefined) throw headerNotImplemented('x-amz-if-match-size')
    requireMatch(input, call)
    return remove(input, call, bucket)
  },
})

function requireMatch(input: DeleteObjectInput, call: Call): void {
  if (input.IfMatch === undefined || input.IfMatch === '*') return
  checkWriteConditions(findObject(call.store, input), { ...input, IfMatch: input.IfMatch })
}

interface DeleteObjectsInput extends BucketInput {
  readonly BypassGovernanceRetention?: boolean
  readonly Delete?: { readonly Objects?: readonly NamedObject[]; readonly Quiet?: boolean }
}

interface NamedObject {
  readonly Key?: string
  readonly VersionId?: string
  readonly ETag?: string
  readonly LastModifiedTime?: Date
  readonly Size?: number
}

/** Up to 1,000 keys at once, each decided for itself: what may not be deleted is reported beside the others. */
export const deleteObjects = bucketOperation<DeleteObjectsInput>({
  name: 'DeleteObjects',
  authorize: (input, call, bucket) =>
    placesOf(input).flatMap((place) =>
      askToBypass(lockedVersion(place, call), call, {
        bucket,
        isMeant: input.BypassGovernanceRetention,
      }),
    ),
  authorizeEach: (input, call, bucket) =>
    placesOf(input).flatMap((place) => askToDelete(place, call, bucket)),
  run(input, call, bucket) {
    // Where nobody was asked, nothing is allowed.
    const left = [...(call.refusals ?? [])]
    const results = placesOf(input).map((place) => {
      const count = namesEtag(place) ? 2 : 1
      const answers = left.splice(0, count)
      const refusal = answers.length < count ? s3Error('AccessDenied') : answers.find(Boolean)
      return refusal === undefined ? removeOrReport(place, call, bucket) : report(place, refusal)
    })
    const deleted = results.flatMap((result) => ('Code' in result ? [] : [result]))
    const errors = results.flatMap((result) => ('Code' in result ? [result] : []))
    return {
      ...(input.Delete?.Quiet === true || deleted.length === 0 ? {} : { Deleted: deleted }),
      ...(errors.length === 0 ? {} : { Errors: errors }),
    }
  },
})

function placesOf(input: DeleteObjectsInput): readonly DeleteObjectInput[] {
  const objects = input.Delete?.Objects ?? []
  if (objects.length === 0 || objects.length > 1000) throw s3Error('MalformedXML')
  return objects.map(({ Key, VersionId, ETag, LastModifiedTime, Size }) => {
    if (Key === undefined || Key === '') throw s3Error('MalformedXML')
    if (LastModifiedTime !== undefined) throw headerNotImplemented('LastModifiedTime')
    if (Size !== undefined) throw headerNotImplemented('Size')
    return {
      Bucket: input.Bucket,
      Key,
      ...(VersionId === undefined ? {} : { VersionId }),
      ...(ETag === undefined ? {} : { IfMatch: ETag }),
      ...(input.BypassGovernanceRetention === true ? { BypassGovernanceRetention: true } : {}),
    }
  })
}

/**
 * AWS: the tags of what is deleted are no keys of the decision. Whoever names an ETag learns by the answer whether it is
 * the object's, which takes leave to read it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
 */
function askToDelete(
  input: DeleteObjectInput,
  call: Call,
  bucket: Bucket,
): readonly AuthorizationQuestion[] {
  const { Key: key } = input
  const context = {
    ...objectContext(input, undefined),
    ...pickContext(input, { IfMatch: 's3:if-match' }),
  }
  const deleting = askObject(call, versionAction('s3:DeleteObject', input), {
    bucket,
    key,
    context,
  })
  if (!namesEtag(input)) return [deleting]
  const object = findObject(call.store, input)
  const reading = askObject(call, versionAction('s3:GetObject', input), {
    bucket,
    key,
    ...(object === undefined ? {} : { object }),
    context: objectContext(input, object),
  })
  return [deleting, reading]
}

function namesEtag({ IfMatch: etag }: DeleteObjectInput): boolean {
  return etag !== undefined && etag !== '*'
}

/** AWS: a lock keeps a version; a marker may always be put above it. */
function lockedVersion(input: DeleteObjectInput, call: Call): ObjectVersion | undefined {
  return input.VersionId === undefined ? undefined : findVersion(call.store, input)
}

/** Without a version id: a marker where the bucket is versioned, else the object itself goes. */
function remove(input: DeleteObjectInput, call: Call, bucket: Bucket): DeleteOutcome {
  if (input.VersionId !== undefined) {
    requireVersionId(input.VersionId)
    const version = findVersion(call.store, input)
    refuseLocked(version, call, input)
    if (version !== undefined) removeVersion(call, bucket.name, version)
    const isMarker = version?.kind === 'deleteMarker'
    return { VersionId: input.VersionId, ...(isMarker ? { DeleteMarker: true } : {}) }
  }
  noteDeletion(call.store, input)
  if (bucket.versioning !== undefined) {
    const marker = addVersion(call, bucket, newDeleteMarker(call, bucket, input.Key))
    return { DeleteMarker: true, VersionId: marker.versionId }
  }
  const version = findVersion(call.store, input)
  if (version !== undefined) removeVersion(call, bucket.name, version)
  return {}
}

interface DeleteOutcome {
  readonly VersionId?: string
  readonly DeleteMarker?: boolean
}

function removeOrReport(place: DeleteObjectInput, call: Call, bucket: Bucket): object {
  try {
    requireMatch(place, call)
    const outcome = remove(place, call, bucket)
    if (outcome.DeleteMarker !== true) return namesOf(place)
    return { ...namesOf(place), DeleteMarker: true, DeleteMarkerVersionId: outcome.VersionId }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return report(place, error.code === 'InvalidArgument' ? s3Error('NoSuchVersion') : error)
  }
}

function report(place: DeleteObjectInput, error: ServiceError): object {
  return { ...namesOf(place), Code: error.code, Message: error.message }
}

function namesOf({ Key, VersionId }: DeleteObjectInput): object {
  return { Key, ...(VersionId === undefined ? {} : { VersionId }) }
}
