import type { ChecksumAlgorithm } from '../../../store/checksum/checksum.ts'
import { callerAccountId } from '../authorization/ask.ts'
import { renderEncryption } from '../encryption/object-encryption.ts'
import { readAlgorithm } from '../object/checksum-headers.ts'
import { describeObject, type NewObjectInput } from '../object/new-object.ts'
import { askToWrite, sayingWhetherCreates } from '../object/put-object.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { type BucketInput, bucketOperation } from '../s3-operation.ts'
import { saveUpload, type Upload } from './upload-table.ts'

interface Input extends BucketInput, NewObjectInput {
  readonly ChecksumAlgorithm?: string
  readonly ChecksumType?: string
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload = bucketOperation<Input>({
  name: 'CreateMultipartUpload',
  authorize: (input, call, bucket) =>
    askToWrite(input, call, bucket).map((question) => sayingWhetherCreates(question, 'false')),
  run(input, call, bucket) {
    const checksum = readChecksum(input)
    const { caller } = call
    const upload: Upload = {
      uploadId: call.randomBytes(48).toString('base64url'),
      bucketName: bucket.name,
      description: describeObject(input, call, bucket),
      initiatorArn: caller.kind === 'authenticated' ? caller.principal.arn : 'anonymous',
      initiatorAccountId: callerAccountId(call) ?? bucket.ownerAccountId,
      initiatedMs: call.nowMs,
      ...(checksum === undefined ? {} : { checksum }),
    }
    saveUpload(call.store, upload)
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: upload.uploadId,
      ...renderEncryption(upload.description.encryption),
      ...(checksum === undefined
        ? {}
        : { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    }
  },
})

/** The types each algorithm can be combined with; the first is the default. */
const checksumTypes: Readonly<Record<ChecksumAlgorithm, readonly ('FULL_OBJECT' | 'COMPOSITE')[]>> =
  {
    CRC32: ['COMPOSITE', 'FULL_OBJECT'],
    CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
    CRC64NVME: ['FULL_OBJECT'],
    SHA1: ['COMPOSITE'],
    SHA256: ['COMPOSITE'],
  }

function readChecksum(input: Input): Upload['checksum'] {
  const algorithm = readAlgorithm(input.ChecksumAlgorithm)
  if (algorithm === undefined) {
    if (input.ChecksumType === undefined) return undefined
    throw s3Error('InvalidRequest', {
      say: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    })
  }
  const [standard = 'FULL_OBJECT'] = checksumTypes[algorithm]
  const wanted = input.ChecksumType
  if (wanted === undefined) return { algorithm, type: standard }
  if (wanted !== 'FULL_OBJECT' && wanted !== 'COMPOSITE')
    throw invalidArgument('Value for x-amz-checksum-type header is invalid.', 'x-amz-checksum-type')
  if (!checksumTypes[algorithm].includes(wanted))
    throw s3Error('InvalidRequest', {
      say: `The ${wanted} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    })
  return { algorithm, type: wanted }
}
