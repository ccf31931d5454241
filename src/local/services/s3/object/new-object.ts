import type { AccountId } from '../../../../core/index.ts'
import type { Call } from '../../../operation.ts'
import { type Acl, privateAcl } from '../acl/acl.ts'
import { cannedAcl } from '../acl/canned-acl.ts'
import { type AclInput, hasAcl, readAcl } from '../acl/read-acl.ts'
import { callerAccountId } from '../authorization/ask.ts'
import { refusePublicAcl } from '../authorization/blocked-by-setting.ts'
import { type Bucket, hasAclsDisabled, objectArn } from '../bucket/bucket.ts'
import { type EncryptionInput, readEncryption } from '../encryption/object-encryption.ts'
import { headerNotImplemented, invalidArgument, s3Error } from '../s3-error.ts'
import { readTaggingHeader } from '../tags.ts'
import { type LockInput, readLock } from './object-lock.ts'
import {
  type ContentHeader,
  type ContentHeaders,
  contentHeaders,
  type StoredObject,
} from './stored-object.ts'

/** What PutObject, CopyObject and CreateMultipartUpload say about the object to be made. */
export interface NewObjectInput
  extends AclInput,
    EncryptionInput,
    LockInput,
    Readonly<Partial<Record<Exclude<ContentHeader, 'Expires'>, string>>> {
  readonly Bucket: string
  readonly Key: string
  readonly Metadata?: Readonly<Record<string, string>>
  readonly Tagging?: string
  readonly Expires?: Date | string
  readonly StorageClass?: string
  readonly SSEKMSEncryptionContext?: string
}

/** What is known of an object before its bytes are. */
export type ObjectDescription = Pick<
  StoredObject,
  | 'key'
  | 'ownerAccountId'
  | 'headers'
  | 'metadata'
  | 'tags'
  | 'acl'
  | 'storageClass'
  | 'encryption'
  | 'lock'
>

const storageClasses: readonly string[] = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'REDUCED_REDUNDANCY',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]

/** Checks everything a request says about a new object. Throws S3's errors. */
export function describeObject(
  input: NewObjectInput,
  call: Call,
  bucket: Bucket,
): ObjectDescription {
  if (Buffer.byteLength(input.Key) > 1024)
    throw s3Error('KeyTooLongError', {
      details: { Size: String(Buffer.byteLength(input.Key)), MaxSizeAllowed: '1024' },
    })
  refuseUnsupported(input)
  const ownership = objectOwner(input, call, bucket)
  const encryption = readEncryption(input, call, bucket)
  const lock = readLock(input, call, bucket)
  return {
    key: input.Key,
    ...ownership,
    headers: readContentHeaders(input),
    metadata: readMetadata(input.Metadata),
    tags: readTaggingHeader(input.Tagging),
    storageClass: readStorageClass(input.StorageClass),
    ...(encryption === undefined ? {} : { encryption }),
    ...(lock === undefined ? {} : { lock }),
  }
}

/** Who owns the new object, and its ACL: three rules, one per ownership setting. */
function objectOwner(
  input: NewObjectInput,
  call: Call,
  bucket: Bucket,
): { readonly ownerAccountId: AccountId; readonly acl: Acl } {
  const bucketOwnerAccountId = bucket.ownerAccountId
  const writerAccountId = callerAccountId(call) ?? bucketOwnerAccountId
  if (hasAclsDisabled(bucket)) {
    refuseAcl(input)
    return { ownerAccountId: bucketOwnerAccountId, acl: privateAcl(bucketOwnerAccountId) }
  }
  const isGiven =
    bucket.objectOwnership === 'BucketOwnerPreferred' && input.ACL === 'bucket-owner-full-control'
  const ownerAccountId = isGiven ? bucketOwnerAccountId : writerAccountId
  const acl = readAcl(input, { ownerAccountId, bucketOwnerAccountId }) ?? privateAcl(ownerAccountId)
  refusePublicAcl(call, bucket, {
    acl,
    action: 's3:PutObject',
    resource: objectArn(bucket.name, input.Key),
  })
  return { ownerAccountId, acl }
}

/** AWS: with ACLs disabled only those are taken that say what is so anyway. */
function refuseAcl(input: NewObjectInput): void {
  if (!hasAcl(input)) return
  const isHarmless = input.ACL === 'bucket-owner-full-control' || input.ACL === 'private'
  const isKnown =
    input.ACL === undefined ||
    cannedAcl(input.ACL, {
      ownerAccountId: '' as AccountId,
      bucketOwnerAccountId: '' as AccountId,
    }) !== undefined
  if (!isKnown) throw invalidArgument('', 'x-amz-acl', input.ACL)
  if (!isHarmless) throw s3Error('AccessControlListNotSupported')
}

/** An encryption context changes who can read: never taken and then forgotten. */
function refuseUnsupported(input: NewObjectInput): void {
  if (input.SSEKMSEncryptionContext !== undefined)
    throw headerNotImplemented('x-amz-server-side-encryption-context')
}

function readStorageClass(given: string | undefined): string {
  const storageClass = given ?? 'STANDARD'
  if (!storageClasses.includes(storageClass))
    throw s3Error('InvalidStorageClass', { details: { StorageClassRequested: storageClass } })
  return storageClass
}

function readContentHeaders(input: NewObjectInput): ContentHeaders {
  const given = contentHeaders.flatMap((name) => {
    const value = contentHeader(input, name)
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return { ContentType: 'binary/octet-stream', ...Object.fromEntries(given) }
}

function contentHeader(input: NewObjectInput, name: ContentHeader): string | undefined {
  if (name === 'ContentEncoding') return withoutChunking(input[name])
  const value = input[name]
  return value instanceof Date ? value.toUTCString() : value
}

/** `aws-chunked` tells how the body was sent, not what it is. */
function withoutChunking(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked')
    .join(',')
}

function readMetadata(given: Readonly<Record<string, string>> = {}): StoredObject['metadata'] {
  const size = Object.entries(given).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  )
  if (size > 2048)
    throw s3Error('MetadataTooLarge', { details: { Size: String(size), MaxSizeAllowed: '2048' } })
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
