import type * as S3 from '@aws-sdk/client-s3'
import { checksumOf } from '../../../src/local/store/checksum/checksum.ts'
import { wrongChecksums } from './checksums.ts'
import type { Place, Replay, Replays } from './replay.ts'

type Algorithm = 'CRC32' | 'CRC32C' | 'SHA256'
type Parts = S3.CompletedPart[]

const big = 'a'.repeat(5_242_881)
const small = 'a'.repeat(10)

/** An upload that goes on, and its calls. */
async function begun(
  place: Place,
  Key: string,
  how: Partial<S3.CreateMultipartUploadCommandInput> = {},
) {
  const { s3, Bucket } = place
  const created = await s3.createMultipartUpload({ Bucket, Key, ...how })
  return { ...callsOf(place, Key, created.UploadId), created }
}

function callsOf({ s3, Bucket }: Place, Key: string, UploadId: string | undefined) {
  const upload = { Bucket, Key, UploadId }
  return {
    upload,
    part: (PartNumber: number, Body: string, more: Partial<S3.UploadPartCommandInput> = {}) =>
      s3.uploadPart({ ...upload, PartNumber, Body, ...more }),
    complete: (parts: Parts, more: Partial<S3.CompleteMultipartUploadCommandInput> = {}) =>
      s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: parts }, ...more }),
    list: (more: object = {}) => s3.listParts({ ...upload, ...more }),
  }
}

const compatible =
  (
    ChecksumType: S3.ChecksumType | undefined,
    ChecksumAlgorithm: S3.ChecksumAlgorithm,
    step: string,
  ): Replay['run'] =>
  ({ s3, Bucket, told }) => {
    const Key = `test-multipart-checksum-${ChecksumType === undefined ? 'default' : 'compat'}`
    const input = { Bucket, Key, ChecksumAlgorithm, ChecksumType }
    return told(step, s3.createMultipartUpload(input))
  }

const wrongPart =
  (algorithm: Algorithm): Replay['run'] =>
  async (place) => {
    const { part } = await begun(place, 'test-checksum', { ChecksumAlgorithm: algorithm })
    const put = (value: string) => part(1, 'test data..', { [`Checksum${algorithm}`]: value })
    await place.told('put-wrong-checksum-no-b64', put('test'))
    await place.told('put-wrong-checksum-value', put(wrongChecksums[algorithm]))
  }

interface Checked {
  readonly algorithm: Algorithm
  readonly type: S3.ChecksumType
  /** The part whose stated checksum is wrong. */
  readonly wrong: number
}

const threeParts =
  ({ algorithm, type, wrong }: Checked): Replay['run'] =>
  async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'test-multipart-checksum'
    const ChecksumAlgorithm = algorithm
    const how = { ChecksumAlgorithm, ChecksumType: type }
    const create = s3.createMultipartUpload({ Bucket, Key, ...how })
    const { UploadId } = await told('create-mpu-checksum', create)
    const { part, complete, list } = callsOf(place, Key, UploadId)
    const member = `Checksum${algorithm}` as const
    const parts: Parts = []
    for (const [at, body] of [big, big, small].entries()) {
      const answer = await told(`upload-part-${at}`, part(at + 1, body, { ChecksumAlgorithm }))
      parts.push({ ETag: answer.ETag, PartNumber: at + 1, [member]: answer[member] })
    }
    await told('list-parts', list())
    if (type === 'COMPOSITE') {
      const bare = parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber }))
      await told('complete-multipart-no-checksum', complete(bare))
    }
    const mistaken = parts.map((one) =>
      one.PartNumber === wrong ? { ...one, [member]: wrongChecksums[algorithm] } : one,
    )
    await told('complete-multipart-wrong-parts-checksum', complete(mistaken))
    await told('complete-multipart-checksum', complete(parts))
    const checked = { Bucket, Key, ChecksumMode: 'ENABLED' } as const
    await told('get-object-with-checksum', s3.getObject(checked))
    await told('head-object-with-checksum', s3.headObject(checked))
    const ObjectAttributes = ['Checksum', 'ETag', 'ObjectParts'] as S3.ObjectAttributes[]
    await told('get-object-attrs', s3.getObjectAttributes({ Bucket, Key, ObjectAttributes }))
    await told('get-object-part-checksum', s3.getObject({ ...checked, PartNumber: 3 }))
    const copy = { Bucket, Key: 'copied', CopySource: `${Bucket}/${Key}` }
    await told('copy-obj-checksum', s3.copyObject(copy))
    const ofCopy = s3.getObjectAttributes({
      Bucket,
      Key: 'copied',
      ObjectAttributes: ObjectAttributes.slice(0, 2),
    })
    await told('get-copy-object-attrs', ofCopy)
  }

const copiedPart =
  (
    conditions: (source: { ETag: string; LastModified: Date; nowMs: number }) => object,
    step: string,
  ): Replay['run'] =>
  async (place) => {
    const { s3, Bucket, told, world } = place
    const source = { Bucket, Key: 'source_file.txt' }
    const { ETag = '' } = await s3.putObject({ ...source, Body: '0123456789' })
    const { LastModified = new Date(0) } = await s3.headObject(source)
    const { upload, list } = await begun(place, 'destination_file.txt')
    const copy = s3.uploadPartCopy({
      ...upload,
      PartNumber: 1,
      CopySource: `${Bucket}/${source.Key}`,
      ...conditions({ ETag, LastModified, nowMs: world.nowMs() }),
    })
    await told(step, copy)
    if (!step.includes('-source-')) await told('list-parts', list())
  }

export const multipartReplays: Replays = {
  test_complete_multipart_parts_order: async (place) => {
    const { told } = place
    const { part, complete } = await begun(place, 'test-order-parts')
    const parts: Parts = []
    for (const PartNumber of [1, 2, 3])
      parts.push({ PartNumber, ETag: (await part(PartNumber, big)).ETag })
    await told('upload-part-negative-part-number', part(-1, 'a'))
    await told('complete-multipart-unordered', complete(parts.toReversed()))
    await told('complete-multipart-ordered', complete(parts))
    const other = await begun(place, 'key-sequence-with-step-2')
    const odd: Parts = []
    for (const PartNumber of [1, 3, 5])
      odd.push({ PartNumber, ETag: (await other.part(PartNumber, big)).ETag })
    await told('complete-multipart-with-step-2', other.complete(odd))
  },
  test_multipart_and_list_parts: async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'test-list-parts'
    const create = s3.createMultipartUpload({ Bucket, Key })
    const { UploadId } = await told('create-multipart', create)
    const { part, complete, list } = callsOf(place, Key, UploadId)
    await told('list-part-after-created', list())
    await told('list-all-uploads', s3.listMultipartUploads({ Bucket }))
    const first = await told('upload-part', part(1, 'upload-part-1'.repeat(5)))
    await told('list-part-after-upload', list())
    await told('list-all-uploads-after', s3.listMultipartUploads({ Bucket }))
    await told('complete-multipart', complete([{ PartNumber: 1, ETag: first.ETag }]))
    await told('list-part-after-complete-exc', list())
    await told('list-all-uploads-completed', s3.listMultipartUploads({ Bucket }))
    const checked = { Bucket, Key, ChecksumMode: 'ENABLED' } as const
    await told('get-multipart-checksum', s3.getObject(checked))
    await told('head-multipart-checksum', s3.headObject(checked))
  },
  test_multipart_complete_multipart_too_small: async (place) => {
    const { told } = place
    const { part, complete } = await begun(place, 'test-upload-part-too-small')
    const first = await told('upload-part1', part(1, 'data'))
    const second = await told('upload-part2', part(2, 'data'))
    const parts = [first, second].map(({ ETag }, at) => ({ ETag, PartNumber: at + 1 }))
    await told('complete-exc-too-small', complete(parts))
    await told('complete-exc-no-parts', complete([]))
  },
  test_multipart_no_such_upload: async (place) => {
    const { s3, told } = place
    const { upload, part, complete } = callsOf(place, 'fake-key', 'fakeid')
    await told('upload-exc', part(1, 'data'))
    await told('complete-exc', complete([{ ETag: 'id', PartNumber: 1 }]))
    await told('abort-exc', s3.abortMultipartUpload(upload))
  },
  'test_get_object_part_checksum[FULL_OBJECT]': async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'test-multipart-checksum'
    const how = { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' } as const
    const create = s3.createMultipartUpload({ Bucket, Key, ...how })
    const { UploadId } = await told('create-mpu-checksum', create)
    const { part, complete } = callsOf(place, Key, UploadId)
    const { ETag } = await told(
      'upload-part',
      part(1, 'test content 123', { ChecksumAlgorithm: 'CRC32C' }),
    )
    await told('complete-multipart-checksum', complete([{ ETag, PartNumber: 1 }]))
    const checked = { Bucket, Key, ChecksumMode: 'ENABLED', PartNumber: 1 } as const
    await told('get-object-part', s3.getObject(checked))
    await told('head-object-part', s3.headObject(checked))
  },
  test_list_parts_empty_part_number_marker: async (place) => {
    const { s3, Bucket, told } = place
    const { part, upload } = await begun(place, 'test-list-part-empty-marker')
    await part(1, 'data')
    const list = (name: string) => {
      const client = place.client('us-east-1')
      client.middlewareStack.add(
        (next) => (args) => {
          ;(args.request as { query: Record<string, string> }).query[name] = ''
          return next(args)
        },
        { step: 'build' },
      )
      return client.listParts(upload)
    }
    await told('list-parts-empty-marker', list('part-number-marker'))
    await told('list-parts-empty-max-parts', list('max-parts'))
    return [s3, Bucket]
  },
  test_list_parts_pagination: async (place) => {
    const { told } = place
    const { part, list } = await begun(place, 'test-list-part-pagination')
    await told('list-parts-empty', list())
    await part(1, 'data')
    await part(2, 'data')
    await told('list-parts-all', list())
    const first = await told('list-parts-1', list({ MaxParts: 1 }))
    const next = list({ MaxParts: 1, PartNumberMarker: first.NextPartNumberMarker })
    await told('list-parts-next', next)
    await told('list-parts-wrong-part', list({ MaxParts: 1, PartNumberMarker: '10' }))
  },
  test_upload_part_copy_no_copy_source_range: async (place) => {
    const { s3, Bucket, told } = place
    await told('put-src-object', s3.putObject({ Bucket, Key: 'src', Body: '0123456789' }))
    const Key = 'test-upload-part-copy'
    const { UploadId } = await told('create-multipart', s3.createMultipartUpload({ Bucket, Key }))
    const { upload, list } = callsOf(place, Key, UploadId)
    const copy = s3.uploadPartCopy({ ...upload, PartNumber: 1, CopySource: `${Bucket}/src` })
    await told('upload-part-copy', copy)
    await told('list-parts', list())
  },
  test_upload_part_copy_with_copy_source_if_match_and_if_unmodified_since_match: copiedPart(
    ({ ETag, LastModified }) => ({
      CopySourceIfMatch: ETag,
      CopySourceIfUnmodifiedSince: new Date(LastModified.getTime() - 1000),
    }),
    'upload-part-copy',
  ),
  test_upload_part_copy_with_copy_source_if_match_failed: copiedPart(
    () => ({ CopySourceIfMatch: 'not-matching-etag' }),
    'upload-part-copy-source-if-match',
  ),
  test_upload_part_copy_with_copy_source_if_match_none_success: copiedPart(
    () => ({ CopySourceIfNoneMatch: 'not-matching-etag' }),
    'upload-part-copy-if-none-match',
  ),
  test_upload_part_copy_with_copy_source_if_modified_since_in_future_success: copiedPart(
    ({ nowMs }) => ({ CopySourceIfModifiedSince: new Date(nowMs + 86_400_000) }),
    'upload-part-copy-if-modified-since-in-future',
  ),
  test_upload_part_copy_with_if_modified_since_failed: copiedPart(
    ({ LastModified }) => ({ CopySourceIfModifiedSince: LastModified }),
    'upload-part-copy-source-modified-since-match',
  ),
  'test_complete_multipart_parts_checksum_composite[CRC32C]': threeParts({
    algorithm: 'CRC32C',
    type: 'COMPOSITE',
    wrong: 2,
  }),
  'test_complete_multipart_parts_checksum_composite[SHA256]': threeParts({
    algorithm: 'SHA256',
    type: 'COMPOSITE',
    wrong: 3,
  }),
  'test_complete_multipart_parts_checksum_full_object[CRC32C]': threeParts({
    algorithm: 'CRC32C',
    type: 'FULL_OBJECT',
    wrong: 1,
  }),
  'test_complete_multipart_parts_checksum_full_object[CRC32]': threeParts({
    algorithm: 'CRC32',
    type: 'FULL_OBJECT',
    wrong: 3,
  }),
  test_complete_multipart_parts_checksum_default: async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'test-multipart-checksum'
    const create = s3.createMultipartUpload({ Bucket, Key })
    const { UploadId } = await told('create-mpu-no-checksum', create)
    const { part, complete, list } = callsOf(place, Key, UploadId)
    await told('list-multiparts', s3.listMultipartUploads({ Bucket }))
    const put = part(1, 'aaa', { ChecksumAlgorithm: 'CRC32C' })
    const { ETag } = await told('upload-part-different-checksum-than-default', put)
    await told('list-parts', list())
    const one = { ETag, PartNumber: 1 }
    const ChecksumCRC32C = checksumOf('CRC32C', Buffer.from('aaa'))
    await told('complete-multipart-parts-checksum', complete([{ ...one, ChecksumCRC32C }]))
    const wrong = { ...one, ChecksumCRC32C: wrongChecksums.CRC32C }
    await told('complete-multipart-wrong-parts-checksum', complete([wrong]))
    const typed = (ChecksumType: S3.ChecksumType) => complete([one], { ChecksumType })
    await told('complete-multipart-composite-type', typed('COMPOSITE'))
    await told('complete-multipart-full-object-type', typed('FULL_OBJECT'))
    await told('complete-multipart-checksum', complete([one]))
    const checked = { Bucket, Key, ChecksumMode: 'ENABLED' } as const
    await told('get-object-with-checksum', s3.getObject(checked))
    await told('head-object-with-checksum', s3.headObject(checked))
    const ObjectAttributes = ['Checksum', 'ETag', 'ObjectParts'] as S3.ObjectAttributes[]
    await told('get-object-attrs', s3.getObjectAttributes({ Bucket, Key, ObjectAttributes }))
    const copy = { Bucket, Key: 'copied', CopySource: `${Bucket}/${Key}` }
    await told('copy-obj-checksum', s3.copyObject(copy))
    const ofCopy = s3.getObjectAttributes({ Bucket, Key: 'copied', ObjectAttributes })
    await told('get-copy-object-attrs', ofCopy)
  },
  'test_multipart_checksum_type_compatibility[COMPOSITE-CRC64NVME]': compatible(
    'COMPOSITE',
    'CRC64NVME',
    'create-mpu-checksum-exc',
  ),
  'test_multipart_checksum_type_compatibility[COMPOSITE-SHA1]': compatible(
    'COMPOSITE',
    'SHA1',
    'create-mpu-checksum',
  ),
  'test_multipart_checksum_type_compatibility[COMPOSITE-SHA256]': compatible(
    'COMPOSITE',
    'SHA256',
    'create-mpu-checksum',
  ),
  'test_multipart_checksum_type_compatibility[FULL_OBJECT-CRC32]': compatible(
    'FULL_OBJECT',
    'CRC32',
    'create-mpu-checksum',
  ),
  'test_multipart_checksum_type_compatibility[FULL_OBJECT-CRC64NVME]': compatible(
    'FULL_OBJECT',
    'CRC64NVME',
    'create-mpu-checksum',
  ),
  'test_multipart_checksum_type_compatibility[FULL_OBJECT-SHA256]': compatible(
    'FULL_OBJECT',
    'SHA256',
    'create-mpu-checksum-exc',
  ),
  'test_multipart_checksum_type_default_for_checksum[SHA256]': compatible(
    undefined,
    'SHA256',
    'create-mpu-default-checksum-type',
  ),
  'test_multipart_upload_part_checksum_exception[CRC32C]': wrongPart('CRC32C'),
  'test_multipart_upload_part_checksum_exception[CRC32]': wrongPart('CRC32'),
  'test_multipart_upload_part_checksum_exception[SHA256]': wrongPart('SHA256'),
  test_multipart_if_match_etag: async (place) => {
    const { s3, Bucket, told } = place
    const object = { Bucket, Key: 'test-precondition' }
    const { ETag: first } = await told('put-obj', s3.putObject({ ...object, Body: 'test' }))
    const create = async (step: string) => {
      const { UploadId } = await told(step, s3.createMultipartUpload(object))
      const { part, complete } = callsOf(place, object.Key, UploadId)
      const { ETag } = await part(1, 'test')
      return (IfMatch?: string) => complete([{ ETag, PartNumber: 1 }], { IfMatch })
    }
    const complete = await create('create-multipart')
    const { ETag: whole } = await told('complete-multipart-if-match', complete(first))
    const again = await create('create-multipart-overwrite')
    await told('complete-multipart-if-match-true-etag', again(first))
    await told('complete-multipart-if-match-overwrite-multipart', again(whole))
  },
  test_s3_multipart_upload_acls: async (place) => {
    const { s3, told, newBucket } = place
    const Bucket = await newBucket({ ObjectOwnership: 'ObjectWriter' })
    await s3.deletePublicAccessBlock({ Bucket })
    await s3.putBucketAcl({ Bucket, ACL: 'public-read' })
    await told('bucket-acl', s3.getBucketAcl({ Bucket }))
    const acls = [undefined, 'private', 'public-read-write'] as const
    for (const [at, ACL] of acls.entries()) {
      const Key = `permission-acl-key${at}`
      const { part, complete } = await begun({ ...place, Bucket }, Key, { ACL })
      const { ETag } = await part(1, 'abcd')
      await complete([{ ETag, PartNumber: 1 }])
      await told(Key, s3.getObjectAcl({ Bucket, Key }))
    }
  },
  test_set_external_hostname: async (place) => {
    for (const step of ['multipart-upload', 'get-object']) {
      const { part, complete } = await begun(place, 'test.file')
      const { ETag } = await part(1, 'test content 123')
      await place.told(step, complete([{ ETag, PartNumber: 1 }]))
    }
  },
  test_upload_file_multipart: async (place) => {
    const { s3, Bucket, told } = place
    const how = { ChecksumAlgorithm: 'CRC32' } as const
    const { part, complete } = await begun(place, 'key', how)
    const { ETag, ChecksumCRC32 } = await part(1, 'a'.repeat(6144), how)
    await complete([{ ETag, ChecksumCRC32, PartNumber: 1 }])
    const bytes = { unknown: ['ETag', 'ChecksumCRC32'] }
    await told('get_object', s3.getObject({ Bucket, Key: 'key' }), bytes)
  },
}
