import { createHash } from 'node:crypto'
import { invalidArgument, s3Error } from '../s3-error.ts'

/** What a request says of the key that its sender keeps. */
export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string
  /** Base64. */
  readonly SSECustomerKey?: string
  /** Base64. */
  readonly SSECustomerKeyMD5?: string
}

/** A customer's key as it may be kept: by its digests. */
export interface CustomerKey {
  readonly kind: 'customerKey'
  /** Base64. */
  readonly md5: string
  /** SHA-256, hexadecimal. */
  readonly digest: string
}

const header = 'x-amz-server-side-encryption'
const demand = 'Requests specifying Server Side Encryption with Customer provided keys must provide'

/**
 * The customer's key of a request; undefined where there is none. Throws S3's errors.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
export function readCustomerKey(input: CustomerKeyInput): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined
  if (algorithm === undefined)
    throw invalidArgument(`${demand} a valid encryption algorithm.`, header)
  if (key === undefined) throw invalidArgument(`${demand} an appropriate secret key.`, header)
  if (algorithm !== 'AES256')
    throw s3Error('InvalidEncryptionAlgorithmError', {
      details: { ArgumentName: header, ArgumentValue: algorithm },
    })
  const bytes = Buffer.from(key, 'base64')
  if (bytes.length !== 32)
    throw invalidArgument('The secret key was invalid for the specified algorithm.', header)
  if (md5 === undefined)
    throw invalidArgument(`${demand} the client calculated MD5 of the secret key.`, header)
  if (createHash('md5').update(bytes).digest('base64') !== md5)
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      header,
    )
  return { kind: 'customerKey', md5, digest: createHash('sha256').update(bytes).digest('hex') }
}
