import { createHash } from 'node:crypto'
import type { AccountId } from '../../../../core/index.ts'
import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { ServiceError } from '../../../service-error.ts'
import { callerAccountId } from '../authorization/ask.ts'

/** A key of KMS that an object is encrypted with. */
export interface KmsKey {
  readonly arn: string
  readonly region: string
  readonly accountId: AccountId
}

/**
 * The key that AWS keeps in every account for S3. KMS itself is not built: there are no keys of customers.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export function managedKey(accountId: AccountId, region: string): KmsKey {
  const digest = createHash('sha256').update(`aws/s3 ${accountId} ${region}`).digest('hex')
  const parts = [8, 12, 16, 20, 32].map((end, at, ends) => digest.slice(ends[at - 1] ?? 0, end))
  return { arn: `${keysOf(accountId, region)}${parts.join('-')}`, region, accountId }
}

function keysOf(accountId: AccountId, region: string): string {
  return `arn:aws:kms:${region}:${accountId}:key/`
}

export type KeyFinding =
  | { readonly kind: 'found'; readonly key: KmsKey }
  | { readonly kind: 'missing'; readonly error: ServiceError }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The key that a request names, or that S3 takes where it names none: always of the caller's account. */
export function findKey(
  named: string | undefined,
  place: { readonly accountId: AccountId; readonly region: string },
): KeyFinding {
  const { accountId, region } = place
  const managed = managedKey(accountId, region)
  const id = managed.arn.slice(keysOf(accountId, region).length)
  const own = [id, managed.arn, 'alias/aws/s3', `arn:aws:kms:${region}:${accountId}:alias/aws/s3`]
  if (named === undefined || own.includes(named)) return { kind: 'found', key: managed }
  return { kind: 'missing', error: notFound(missingText(named, place)) }
}

function missingText(
  named: string,
  { accountId, region }: { readonly accountId: AccountId; readonly region: string },
): string {
  if (named.startsWith('alias/'))
    return `Alias arn:aws:kms:${region}:${accountId}:${named} is not found.`
  if (uuid.test(named)) return `Key '${keysOf(accountId, region)}${named}' does not exist`
  const [, , , namedRegion = '', , resource = ''] = named.split(':')
  if (!named.startsWith('arn:')) return `Invalid keyId '${named}'`
  if (namedRegion !== region) return `Invalid arn ${namedRegion}`
  return resource.startsWith('alias/')
    ? `Alias ${named} is not found.`
    : `Key '${named}' does not exist`
}

function notFound(message: string): ServiceError {
  return new ServiceError('KMS.NotFoundException', message, { status: 400 })
}

/** "May the caller use this key through S3?" AWS's own policy of the key lets in its account alone. */
export function askKey(
  call: Call,
  key: KmsKey,
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
): AuthorizationQuestion {
  const accountId = callerAccountId(call)
  const service = `s3.${key.region}.amazonaws.com`
  return {
    action,
    resource: key.arn,
    resourceAccount: key.accountId,
    region: key.region,
    context: {
      'kms:ViaService': service,
      'aws:ViaAWSService': 'true',
      ...(accountId === undefined ? {} : { 'kms:CallerAccount': accountId }),
    },
    resourcePolicy: {
      type: 'resource',
      name: key.arn,
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
            Resource: '*',
            Condition: {
              StringEquals: { 'kms:ViaService': service, 'kms:CallerAccount': key.accountId },
            },
          },
        ],
      },
    },
  }
}
