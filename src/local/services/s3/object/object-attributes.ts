import type { CustomerKeyInput } from '../encryption/customer-key.ts'
import { askToDecrypt, requireCustomerKey } from '../encryption/object-encryption.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { bucketOperation, type ObjectInput } from '../s3-operation.ts'
import { shownTime } from '../shown-time.ts'
import { renderChecksum } from './checksum-headers.ts'
import { askToRead } from './get-object.ts'
import { findObject, requireObject } from './object-table.ts'
import { renderVersionId } from './render-object.ts'
import type { StoredObject } from './stored-object.ts'

interface Input extends ObjectInput, CustomerKeyInput {
  readonly ObjectAttributes?: readonly string[]
  readonly MaxParts?: number
  readonly PartNumberMarker?: string
}

export const getObjectAttributes = bucketOperation<Input>({
  name: 'GetObjectAttributes',
  authorize: (input, call, bucket) => [
    ...askToRead(input, call, { bucket, action: 's3:GetObject' }),
    ...askToRead(input, call, { bucket, action: 's3:GetObjectAttributes' }),
    ...askToDecrypt(findObject(call.store, input), call),
  ],
  run(input, call, bucket) {
    const object = requireObject(call.store, input)
    requireCustomerKey(object, input)
    const wanted = readAttributes(input.ObjectAttributes ?? [])
    const { parts } = object
    return {
      LastModified: shownTime(object.lastModifiedMs),
      ...renderVersionId(bucket, object),
      ...(wanted.has('ETag') ? { ETag: object.etag } : {}),
      ...(wanted.has('Checksum') && object.checksum !== undefined
        ? { Checksum: checksum(object) }
        : {}),
      ...(wanted.has('ObjectSize') ? { ObjectSize: object.size } : {}),
      ...(wanted.has('StorageClass') ? { StorageClass: object.storageClass } : {}),
      ...(wanted.has('ObjectParts') && parts !== undefined
        ? { ObjectParts: renderParts(object, input) }
        : {}),
    }
  },
})

const attributes: readonly string[] = [
  'ETag',
  'Checksum',
  'ObjectParts',
  'StorageClass',
  'ObjectSize',
]

function readAttributes(given: readonly string[]): ReadonlySet<string> {
  if (given.every((name) => name === ''))
    throw s3Error('InvalidRequest', {
      say: 'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    })
  const unknown = given.find((name) => !attributes.includes(name))
  if (unknown !== undefined)
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown)
  return new Set(given)
}

/** A composite checksum is shown here without its number of parts. */
function checksum(object: StoredObject): object {
  if (object.checksum === undefined) return {}
  return renderChecksum({ ...object.checksum, value: object.checksum.value.replace(/-\d+$/, '') })
}

/** AWS lists the parts themselves only for uploads with a checksum of each. */
function renderParts(object: StoredObject, input: Input): object {
  const parts = object.parts ?? []
  if (object.checksum?.type !== 'COMPOSITE') return { TotalPartsCount: parts.length }
  const marker = Number(input.PartNumberMarker ?? 0)
  const limit = input.MaxParts ?? 1000
  const after = parts.filter((part) => part.partNumber > marker)
  const page = after.slice(0, limit)
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
    MaxParts: limit,
    IsTruncated: page.length < after.length,
    Parts: page.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.size,
      [`Checksum${object.checksum?.algorithm}`]: part.checksum,
    })),
  }
}
