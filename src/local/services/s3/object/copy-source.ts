import type { RequestContext } from '../../../../core/index.ts'
import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import type { CustomerKeyInput } from '../encryption/customer-key.ts'
import { askToDecrypt, requireCustomerKey } from '../encryption/object-encryption.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { expectedBucket, type ObjectInput } from '../s3-operation.ts'
import { askToRead } from './get-object.ts'
import { findObject, findVersion, requireObject } from './object-table.ts'
import { checkCopyConditions } from './preconditions.ts'
import { isArchived, type StoredObject } from './stored-object.ts'

export interface CopySourceInput {
  readonly CopySource?: string
  readonly CopySourceIfMatch?: string
  readonly CopySourceIfNoneMatch?: string
  readonly CopySourceIfModifiedSince?: Date
  readonly CopySourceIfUnmodifiedSince?: Date
  readonly ExpectedSourceBucketOwner?: string
  readonly CopySourceSSECustomerAlgorithm?: string
  readonly CopySourceSSECustomerKey?: string
  readonly CopySourceSSECustomerKeyMD5?: string
}

/** What `x-amz-copy-source` names: `/bucket/key`, percent-encoded, with an optional `?versionId=`. */
export function readCopySource(input: CopySourceInput): ObjectInput {
  const given = input.CopySource ?? ''
  const [path = '', query = ''] = splitOnce(given, '?versionId=')
  const [bucket = '', key = ''] = splitOnce(decode(path).replace(/^\//, ''), '/')
  if (bucket === '' || key === '')
    throw invalidArgument(
      'Invalid copy source object key',
      'x-amz-copy-source',
      'x-amz-copy-source',
    )
  const { ExpectedSourceBucketOwner: owner } = input
  return {
    Bucket: bucket,
    Key: key,
    ...(query === '' ? {} : { VersionId: query }),
    ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }),
  }
}

/** The condition key that names the source: `bucket/key`, however the header wrote it. */
export function copySourceContext(input: CopySourceInput): RequestContext {
  const { Bucket, Key } = readCopySource(input)
  return { 's3:x-amz-copy-source': `${Bucket}/${Key}` }
}

/** Reading the source, and its tags where they are copied too. */
export function askToCopyFrom(
  input: CopySourceInput,
  call: Call,
  copies: { readonly tags: 'copied' | 'left' },
): readonly AuthorizationQuestion[] {
  const source = readCopySource(input)
  const bucket = expectedBucket(source, call)
  const questions = [
    ...askToRead(source, call, { bucket, action: 's3:GetObject' }),
    ...askToDecrypt(findObject(call.store, source), call),
  ]
  if (copies.tags === 'left') return questions
  return [...questions, ...askToRead(source, call, { bucket, action: 's3:GetObjectTagging' })]
}

/** The object to copy from; throws where it is missing or its conditions do not hold. */
export function requireSource(input: CopySourceInput, call: Call): StoredObject {
  const place = readCopySource(input)
  const version = findVersion(call.store, place)
  if (version?.kind === 'deleteMarker' && place.VersionId !== undefined)
    throw s3Error('InvalidRequest', {
      say: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    })
  const object = requireObject(call.store, place)
  if (isArchived(object)) throw s3Error('ObjectNotInActiveTierError')
  requireCustomerKey(object, sourceKey(input))
  const { CopySourceIfMatch, CopySourceIfNoneMatch } = input
  const { CopySourceIfModifiedSince, CopySourceIfUnmodifiedSince } = input
  checkCopyConditions(
    object,
    {
      ...(CopySourceIfMatch === undefined ? {} : { IfMatch: CopySourceIfMatch }),
      ...(CopySourceIfNoneMatch === undefined ? {} : { IfNoneMatch: CopySourceIfNoneMatch }),
      ...(CopySourceIfModifiedSince === undefined
        ? {}
        : { IfModifiedSince: CopySourceIfModifiedSince }),
      ...(CopySourceIfUnmodifiedSince === undefined
        ? {}
        : { IfUnmodifiedSince: CopySourceIfUnmodifiedSince }),
    },
    call.nowMs,
  )
  return object
}

function sourceKey(input: CopySourceInput): CustomerKeyInput {
  const { CopySourceSSECustomerAlgorithm: algorithm, CopySourceSSECustomerKey: key } = input
  const { CopySourceSSECustomerKeyMD5: md5 } = input
  return {
    ...(algorithm === undefined ? {} : { SSECustomerAlgorithm: algorithm }),
    ...(key === undefined ? {} : { SSECustomerKey: key }),
    ...(md5 === undefined ? {} : { SSECustomerKeyMD5: md5 }),
  }
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
