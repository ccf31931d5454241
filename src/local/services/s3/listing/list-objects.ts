import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { renderOwner } from '../acl/render-acl.ts'
import { pickContext } from '../authorization/acl-context.ts'
import { askBucket } from '../authorization/ask.ts'
import { type Bucket, ownerOf } from '../bucket/bucket.ts'
import { objectsOf } from '../object/object-table.ts'
import type { StoredObject } from '../object/stored-object.ts'
import { invalidArgument } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import { listPage } from './list-page.ts'

export interface ListInput extends BucketInput {
  readonly Prefix?: string
  readonly Delimiter?: string
  readonly MaxKeys?: number
  readonly EncodingType?: string
}

interface ListV1Input extends ListInput {
  readonly Marker?: string
}

interface ListV2Input extends ListInput {
  readonly ContinuationToken?: string
  readonly StartAfter?: string
  readonly FetchOwner?: boolean
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2 = bucketOperation<ListV2Input>({
  name: 'ListObjectsV2',
  authorize: (input, call, bucket) => [askToList(input, call, { bucket, action: 's3:ListBucket' })],
  run(input, call, bucket) {
    const token = input.ContinuationToken
    const page = pageOf(
      input,
      call,
      token === undefined ? (input.StartAfter ?? '') : readToken(token),
    )
    const encode = encoder(input)
    return {
      ...renderList(input, bucket, encode),
      KeyCount: page.entries.length + page.commonPrefixes.length,
      IsTruncated: page.next !== undefined,
      ...(token === undefined ? {} : { ContinuationToken: token }),
      ...(input.StartAfter === undefined ? {} : { StartAfter: encode(input.StartAfter) }),
      ...(page.next === undefined ? {} : { NextContinuationToken: writeToken(page.next) }),
      ...renderPage(page, { encode, ...(input.FetchOwner === true ? { ownersIn: bucket } : {}) }),
    }
  },
})

/** The older form: with a marker, and the owner always shown. */
export const listObjects = bucketOperation<ListV1Input>({
  name: 'ListObjects',
  authorize: (input, call, bucket) => [askToList(input, call, { bucket, action: 's3:ListBucket' })],
  run(input, call, bucket) {
    const page = pageOf(input, call, input.Marker ?? '')
    const encode = encoder(input)
    // AWS: the next marker is only said with a delimiter; else it is the last key.
    const hasNext = page.next !== undefined && input.Delimiter
    return {
      ...renderList(input, bucket, encode),
      Marker: encode(input.Marker ?? ''),
      IsTruncated: page.next !== undefined,
      ...(hasNext ? { NextMarker: encode(page.next ?? '') } : {}),
      // AWS: strangers are not told who owns what.
      ...renderPage(
        page,
        call.caller.kind === 'anonymous' ? { encode } : { encode, ownersIn: bucket },
      ),
    }
  },
})

export function askToList(
  input: ListInput,
  call: Call,
  asked: { readonly bucket: Bucket; readonly action: string },
): AuthorizationQuestion {
  const names = { Prefix: 's3:prefix', Delimiter: 's3:delimiter', MaxKeys: 's3:max-keys' } as const
  return askBucket(call, asked.action, {
    bucket: asked.bucket,
    context: pickContext(input, names),
  })
}

/** Keys may hold what XML cannot: with `encoding-type=url` they come as a form would have them, but for slashes. */
export function encoder(input: ListInput): (text: string) => string {
  const { EncodingType: encoding } = input
  if (encoding === undefined) return (text) => text
  if (encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding)
  return (text) =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

export function readLimit(input: ListInput): number {
  const { MaxKeys: limit = 1000 } = input
  if (limit < 0 || !Number.isInteger(limit))
    throw invalidArgument(
      'Argument maxKeys must be an integer between 0 and 2147483647',
      'maxKeys',
      String(limit),
    )
  return Math.min(limit, 1000)
}

export function renderList(
  input: ListInput,
  bucket: Bucket,
  encode: (text: string) => string,
): object {
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    MaxKeys: readLimit(input),
    ...(input.Delimiter ? { Delimiter: encode(input.Delimiter) } : {}),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  }
}

type Page = ReturnType<typeof listPage<StoredObject>>

function pageOf(input: ListInput, call: Call, after: string): Page {
  return listPage(currentObjects(call, input.Bucket), {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after,
    limit: readLimit(input),
  })
}

function* currentObjects(call: Call, bucket: string): Iterable<readonly [string, StoredObject]> {
  for (const [key, record] of objectsOf(call.store, bucket).entries()) {
    const current = record.versions[0]
    if (current?.kind === 'object') yield [key, current]
  }
}

function renderPage(
  page: Page,
  how: { readonly encode: (text: string) => string; readonly ownersIn?: Bucket },
): object {
  const { encode, ownersIn } = how
  const contents = page.entries.map(([key, object]) => ({
    Key: encode(key),
    ...renderListed(object),
    ...(ownersIn === undefined ? {} : { Owner: renderOwner(ownerOf(ownersIn, object)) }),
  }))
  return {
    ...(contents.length === 0 ? {} : { Contents: contents }),
    ...renderPrefixes(page.commonPrefixes, encode),
  }
}

/** An object as every list shows it. */
export function renderListed(object: StoredObject): object {
  return {
    LastModified: shownTime(object.lastModifiedMs),
    ETag: `"${object.etag}"`,
    Size: object.size,
    StorageClass: object.storageClass,
    ...(object.checksum === undefined
      ? {}
      : { ChecksumAlgorithm: [object.checksum.algorithm], ChecksumType: object.checksum.type }),
  }
}

export function renderPrefixes(
  prefixes: readonly string[],
  encode: (text: string) => string,
): object {
  if (prefixes.length === 0) return {}
  return { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }
}

function writeToken(key: string): string {
  return Buffer.from(key).toString('base64')
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString()
  if (key === '' || writeToken(key) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token')
  return key
}
