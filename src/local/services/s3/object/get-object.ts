import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import type { ByteRange } from '../../../store/blob-store.ts'
import { askBucket, askObject, callerAccountId } from '../authorization/ask.ts'
import { type Bucket, ownerOf } from '../bucket/bucket.ts'
import type { CustomerKeyInput } from '../encryption/customer-key.ts'
import { askToDecrypt, requireCustomerKey } from '../encryption/object-encryption.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { bucketOperation, type ObjectInput } from '../s3-operation.ts'
import { tagContext } from '../tags.ts'
import { readRange } from './byte-range.ts'
import { renderChecksum } from './checksum-headers.ts'
import { renderLock } from './object-lock.ts'
import { findObject, findVersion, requireObject } from './object-table.ts'
import { type Conditions, checkReadConditions } from './preconditions.ts'
import { renderObjectHead } from './render-object.ts'
import { isArchived, type ObjectChecksum, type StoredObject } from './stored-object.ts'

interface GetObjectInput extends ObjectInput, Conditions, CustomerKeyInput {
  readonly Range?: string
  readonly PartNumber?: number
  readonly ChecksumMode?: string
  readonly ResponseCacheControl?: string
  readonly ResponseContentDisposition?: string
  readonly ResponseContentEncoding?: string
  readonly ResponseContentLanguage?: string
  readonly ResponseContentType?: string
  readonly ResponseExpires?: Date
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject = bucketOperation<GetObjectInput>({
  name: 'GetObject',
  authorize: (input, call, bucket) => [
    ...askToRead(input, call, { bucket, action: 's3:GetObject' }),
    ...askToDecrypt(findObject(call.store, input), call),
  ],
  run(input, call, bucket) {
    const { object, range } = select(input, call)
    if (isArchived(object))
      throw s3Error('InvalidObjectState', { details: { StorageClass: object.storageClass } })
    const body = range ?? { start: 0, end: object.size - 1 }
    return {
      ...describe(input, call, { bucket, object, range }),
      Body: { blobId: object.blobId, ...body },
    }
  },
})

/** The same without the bytes; the permission is the same too. */
export const headObject = bucketOperation<GetObjectInput>({
  name: 'HeadObject',
  authorize: (input, call, bucket) => [
    ...askToRead(input, call, { bucket, action: 's3:GetObject' }),
    // AWS: the checksum of what is encrypted is told to those who may decrypt it.
    ...(input.ChecksumMode === 'ENABLED' ? askToDecrypt(findObject(call.store, input), call) : []),
  ],
  run(input, call, bucket) {
    return describe(input, call, { bucket, ...select(input, call) })
  },
})

/**
 * What reading an object, or something about it, must be allowed. Whether a key exists is for those who may list
 * the bucket: others get 403 for a key that is not there.
 */
export function askToRead(
  input: ObjectInput,
  call: Call,
  asked: { readonly bucket: Bucket; readonly action: string },
): readonly AuthorizationQuestion[] {
  const { bucket } = asked
  const version = findVersion(call.store, input)
  const object = version?.kind === 'object' ? version : undefined
  const action = versionAction(asked.action, input)
  const question = askObject(call, action, {
    bucket,
    key: input.Key,
    ...(object === undefined ? {} : { object }),
    context: objectContext(input, object),
  })
  return object === undefined
    ? [question, askBucket(call, 's3:ListBucket', { bucket })]
    : [question]
}

/** Asking for a version by its id is another action: `s3:GetObject` becomes `s3:GetObjectVersion`. */
export function versionAction(action: string, input: ObjectInput): string {
  return input.VersionId === undefined ? action : action.replace('Object', 'ObjectVersion')
}

export function objectContext(
  input: ObjectInput,
  object: StoredObject | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(input.VersionId === undefined ? {} : { 's3:VersionId': input.VersionId }),
    ...tagContext(object?.tags ?? [], 's3:ExistingObjectTag'),
  }
}

interface Selected {
  readonly object: StoredObject
  /** Undefined: all of it. */
  readonly range: ByteRange | undefined
}

function select(input: GetObjectInput, call: Call): Selected {
  refuseOverridesOfStrangers(input, call)
  if (input.Range !== undefined && input.PartNumber !== undefined)
    throw s3Error('InvalidRequest', {
      say: 'Cannot specify both Range header and partNumber query parameter',
    })
  const object = requireObject(call.store, input)
  requireCustomerKey(object, input)
  checkReadConditions(object, input, call.nowMs)
  const range =
    input.PartNumber === undefined
      ? readRange(input.Range, object.size)
      : partRange(object, input.PartNumber)
  return { object, range }
}

function partRange(object: StoredObject, partNumber: number): ByteRange {
  const parts = object.parts ?? [{ partNumber: 1, size: object.size }]
  const index = partNumber - 1
  const part = parts[index]
  if (part === undefined)
    throw s3Error('InvalidPartNumber', {
      details: {
        PartNumberRequested: String(partNumber),
        ActualPartCount: String(parts.length),
      },
    })
  const start = parts.slice(0, index).reduce((sum, before) => sum + before.size, 0)
  return { start, end: start + part.size - 1 }
}

function describe(
  input: GetObjectInput,
  call: Call,
  selected: Selected & { readonly bucket: Bucket },
): object {
  const { bucket, object, range } = selected
  const length = range === undefined ? object.size : range.end - range.start + 1
  return {
    ...renderObjectHead(bucket, object),
    ...overrides(input),
    ContentLength: length,
    ...(range === undefined
      ? {}
      : { ContentRange: `bytes ${range.start}-${range.end}/${object.size}` }),
    ...(input.ChecksumMode === 'ENABLED' ? renderChecksum(checksumOf(input, selected)) : {}),
    ...(input.PartNumber !== undefined && object.parts !== undefined
      ? { PartsCount: object.parts.length }
      : {}),
    ...ownerFacts(call, bucket, object),
  }
}

/** Of a part that has one of its own, or of the whole object where all of it is answered. */
function checksumOf(
  { PartNumber }: GetObjectInput,
  selected: Selected,
): ObjectChecksum | undefined {
  const { object, range } = selected
  const { checksum, parts = [] } = object
  const part = PartNumber === undefined ? undefined : parts[PartNumber - 1]
  if (checksum?.type === 'COMPOSITE' && part?.checksum !== undefined)
    return { ...checksum, value: part.checksum }
  const isWhole = range === undefined || range.end - range.start + 1 === object.size
  return isWhole ? checksum : undefined
}

/** AWS tells the number of tags, and what locks, to those who may read them; here, to the object's own account. */
function ownerFacts(call: Call, bucket: Bucket, object: StoredObject): object {
  if (callerAccountId(call) !== ownerOf(bucket, object)) return {}
  const count = object.tags.length === 0 ? {} : { TagCount: object.tags.length }
  return { ...count, ...renderLock(object.lock) }
}

function overrides(input: GetObjectInput): object {
  const given = overridable.flatMap(([name, member, parameter]) => {
    const { [member]: value } = input
    return value === undefined ? [] : [{ name, value, parameter }]
  })
  const unfit = given.find(({ value }) => !/^[\x20-\x7e\xa0-\xff]*$/.test(value))
  if (unfit !== undefined)
    throw invalidArgument(
      'Header value cannot be represented using ISO-8859-1.',
      unfit.parameter,
      unfit.value,
    )
  const { ResponseExpires: expires } = input
  return {
    ...Object.fromEntries(given.map(({ name, value }) => [name, value])),
    ...(expires === undefined ? {} : { Expires: expires }),
  }
}

const overridable = [
  ['CacheControl', 'ResponseCacheControl', 'response-cache-control'],
  ['ContentDisposition', 'ResponseContentDisposition', 'response-content-disposition'],
  ['ContentEncoding', 'ResponseContentEncoding', 'response-content-encoding'],
  ['ContentLanguage', 'ResponseContentLanguage', 'response-content-language'],
  ['ContentType', 'ResponseContentType', 'response-content-type'],
] as const

/** AWS: what strangers read has the headers that its owner gave it. */
function refuseOverridesOfStrangers(input: GetObjectInput, call: Call): void {
  if (call.caller.kind !== 'anonymous') return
  const isPlain = overridable.every(([, member]) => input[member] === undefined)
  if (isPlain && input.ResponseExpires === undefined) return
  throw s3Error('InvalidRequest', {
    say: 'Request specific response headers cannot be used for anonymous GET requests.',
  })
}
