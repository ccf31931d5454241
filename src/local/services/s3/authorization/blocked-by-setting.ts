import type { Call } from '../../../operation.ts'
import { ServiceError } from '../../../service-error.ts'
import { type Acl, isPublicAcl } from '../acl/acl.ts'
import type { Bucket, BucketPolicy } from '../bucket/bucket.ts'
import { callerAccountId } from './ask.ts'
import { isPublicPolicy } from './public-policy.ts'

/** Which call, on which resource: for the text of a refusal. */
export interface Attempt {
  readonly action: string
  readonly resource: string
}

/** Throws when Block Public Access keeps this policy from being put on the bucket. */
export function refusePublicPolicy(
  call: Call,
  bucket: Bucket,
  attempt: Attempt & { readonly policy: BucketPolicy },
): void {
  if (bucket.publicAccessBlock?.BlockPublicPolicy !== true) return
  if (!isPublicPolicy(attempt.policy)) return
  throw refusal(call, bucket, { ...attempt, what: 'policies', setting: 'BlockPublicPolicy' })
}

/** Throws when Block Public Access keeps this ACL from being set. */
export function refusePublicAcl(
  call: Call,
  bucket: Bucket,
  attempt: Attempt & { readonly acl: Acl },
): void {
  if (bucket.publicAccessBlock?.BlockPublicAcls !== true || !isPublicAcl(attempt.acl)) return
  const what = 'access control lists (ACLs)'
  throw refusal(call, bucket, { ...attempt, what, setting: 'BlockPublicAcls' })
}

interface Refused extends Attempt {
  readonly what: string
  readonly setting: string
}

/** Callers of other accounts are not told why. */
function refusal(call: Call, bucket: Bucket, refused: Refused): ServiceError {
  const { caller } = call
  if (caller.kind !== 'authenticated' || callerAccountId(call) !== bucket.ownerAccountId)
    return new ServiceError('AccessDenied', 'Access Denied', { status: 403 })
  const { action, resource, what, setting } = refused
  return new ServiceError(
    'AccessDenied',
    `User: ${caller.principal.arn} is not authorized to perform: ${action} on resource: "${resource}" because public ${what} are prevented by the ${setting} setting in S3 Block Public Access.`,
    { status: 403 },
  )
}
