import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { ServiceError } from '../../../service-error.ts'
import type { Blob } from '../../../store/blob-store.ts'
import { callerAccountId } from '../authorization/ask.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import { type CustomerKey, type CustomerKeyInput, readCustomerKey } from './customer-key.ts'
import { askKey, findKey, type KeyFinding, type KmsKey } from './kms-key.ts'

/** With what an object is encrypted other than S3's own keys. The bytes here are not: who may read them is what counts. */
export type ObjectEncryption = CustomerKey | KmsEncryption

export interface KmsEncryption {
  readonly kind: 'kms'
  readonly algorithm: KmsAlgorithm
  readonly key: KmsKey
  readonly hasBucketKey: boolean
}

export const kmsAlgorithms = ['aws:kms', 'aws:kms:dsse'] as const
export type KmsAlgorithm = (typeof kmsAlgorithms)[number]

export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: string
  readonly SSEKMSKeyId?: string
  readonly BucketKeyEnabled?: boolean
}

const header = 'x-amz-server-side-encryption'

/** What a new object is encrypted with: what the request says, else the bucket. Undefined: S3's own keys. */
export function readEncryption(
  input: EncryptionInput,
  call: Call,
  bucket: Bucket,
): ObjectEncryption | undefined {
  const { ServerSideEncryption: wanted, SSEKMSKeyId: keyId } = input
  const hasCustomerKey =
    input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined
  if (hasCustomerKey && wanted !== undefined)
    throw invalidArgument(
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      header,
      wanted,
    )
  const customerKey = readCustomerKey(input)
  if (customerKey !== undefined) return customerKey
  const algorithm = kmsAlgorithmOf(input, bucket)
  if (algorithm === undefined) {
    if (wanted !== undefined && wanted !== 'AES256')
      throw invalidArgument('The encryption method specified is not supported', header, wanted)
    if (keyId !== undefined)
      throw invalidArgument(
        'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
        header,
      )
    return undefined
  }
  const finding = keyFor(input, call, bucket)
  if (finding.kind === 'missing') throw finding.error
  const hasBucketKey = input.BucketKeyEnabled ?? bucket.hasBucketKey ?? false
  return { kind: 'kms', algorithm, key: finding.key, hasBucketKey }
}

function kmsAlgorithmOf(input: EncryptionInput, bucket: Bucket): KmsAlgorithm | undefined {
  const hasCustomerKey =
    input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined
  if (hasCustomerKey) return undefined
  const wanted = input.ServerSideEncryption ?? bucket.kmsDefault?.algorithm
  return kmsAlgorithms.find((algorithm) => algorithm === wanted)
}

/** AWS: a key that is not named in full is looked for in the account of whoever asks. */
function keyFor(input: EncryptionInput, call: Call, bucket: Bucket): KeyFinding {
  const accountId = callerAccountId(call)
  if (accountId === undefined) return { kind: 'missing', error: s3Error('AccessDenied') }
  const isDefault = input.ServerSideEncryption === undefined
  const named = input.SSEKMSKeyId ?? (isDefault ? bucket.kmsDefault?.keyId : undefined)
  return findKey(named, { accountId, region: bucket.region })
}

/** What a write must be allowed on the key; nothing where there is none, which the write itself says. */
export function askToEncrypt(
  input: EncryptionInput,
  call: Call,
  bucket: Bucket,
): readonly AuthorizationQuestion[] {
  if (kmsAlgorithmOf(input, bucket) === undefined) return []
  const finding = keyFor(input, call, bucket)
  return finding.kind === 'missing' ? [] : [askKey(call, finding.key, 'kms:GenerateDataKey')]
}

interface Encrypted {
  readonly encryption?: ObjectEncryption
}

/** What reading an object's bytes must be allowed on its key. */
export function askToDecrypt(
  object: Encrypted | undefined,
  call: Call,
): readonly AuthorizationQuestion[] {
  const encryption = object?.encryption
  return encryption?.kind === 'kms' ? [askKey(call, encryption.key, 'kms:Decrypt')] : []
}

/** Throws unless the request brings the customer's key that the object was written with, and none where there was none. */
export function requireCustomerKey({ encryption }: Encrypted, input: CustomerKeyInput): void {
  const given = readCustomerKey(input)
  if (encryption?.kind !== 'customerKey') {
    if (given === undefined) return
    throw s3Error('InvalidRequest', {
      say: 'The encryption parameters are not applicable to this object.',
    })
  }
  if (given === undefined)
    throw s3Error('InvalidRequest', {
      say: 'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    })
  if (given.digest !== encryption.digest)
    throw new ServiceError(
      'AccessDenied',
      'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
      { status: 403 },
    )
}

/** The same for parts of an upload, of which S3 speaks otherwise. */
export function requireUploadKey({ encryption }: Encrypted, input: CustomerKeyInput): void {
  const given = readCustomerKey(input)
  if (encryption?.kind !== 'customerKey') {
    if (given === undefined) return
    throw s3Error('InvalidRequest', {
      say: 'The multipart upload initiate did not request encryption. Please resend the request without sending encryption parameters.',
    })
  }
  if (given === undefined)
    throw s3Error('InvalidRequest', {
      say: 'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    })
  if (given.digest !== encryption.digest)
    throw s3Error('InvalidRequest', {
      say: 'The provided encryption parameters did not match the ones used originally.',
    })
}

/** How an answer says what an object is encrypted with. */
export function renderEncryption(encryption: ObjectEncryption | undefined): object {
  if (encryption === undefined) return { ServerSideEncryption: 'AES256' }
  if (encryption.kind === 'customerKey')
    return { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: encryption.md5 }
  return {
    ServerSideEncryption: encryption.algorithm,
    SSEKMSKeyId: encryption.key.arn,
    ...(encryption.hasBucketKey ? { BucketKeyEnabled: true } : {}),
  }
}

/** AWS: the tag is the bytes' MD5 only where S3's own keys encrypt them. */
export function etagOf(call: Call, blob: Blob, encryption: ObjectEncryption | undefined): string {
  return encryption === undefined ? blob.md5 : call.randomBytes(16).toString('hex')
}
