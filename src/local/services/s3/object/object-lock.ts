import type { AuthorizationQuestion, Call } from '../../../operation.ts'
import { ServiceError } from '../../../service-error.ts'
import { askObject } from '../authorization/ask.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'
import type { ObjectLock, ObjectVersion } from './stored-object.ts'

export interface LockInput {
  readonly ObjectLockMode?: string
  readonly ObjectLockRetainUntilDate?: Date
  readonly ObjectLockLegalHoldStatus?: string
}

const modeHeader = 'x-amz-object-lock-mode'
const dateHeader = 'x-amz-object-lock-retain-until-date'
const holdHeader = 'x-amz-object-lock-legal-hold'

/**
 * The lock that a write asks for; undefined where it asks for none. Throws S3's errors.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function readLock(input: LockInput, call: Call, bucket: Bucket): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input
  const { ObjectLockLegalHoldStatus: legalHold } = input
  if (mode === undefined && until === undefined && legalHold === undefined) return undefined
  if (bucket.hasObjectLock !== true)
    throw s3Error('InvalidRequest', { say: 'Bucket is missing Object Lock Configuration' })
  const retention = readRetention(mode, until, call)
  if (legalHold !== undefined && legalHold !== 'ON' && legalHold !== 'OFF')
    throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", holdHeader, legalHold)
  return {
    ...(retention === undefined ? {} : { retention }),
    ...(legalHold === undefined ? {} : { legalHold }),
  }
}

function readRetention(
  mode: string | undefined,
  until: Date | undefined,
  call: Call,
): ObjectLock['retention'] {
  if (mode === undefined && until === undefined) return undefined
  if (mode === undefined || until === undefined)
    throw invalidArgument(
      `${dateHeader} and ${modeHeader} must both be supplied`,
      mode === undefined ? modeHeader : dateHeader,
    )
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw invalidArgument('Unknown wormMode directive.', modeHeader, mode)
  if (until.getTime() <= call.nowMs)
    throw invalidArgument(
      'The retain until date must be in the future!',
      dateHeader,
      until.toISOString(),
    )
  return { mode, untilMs: until.getTime() }
}

/** What a write with a lock must be allowed besides the write. */
export function lockActions(input: LockInput): readonly string[] {
  return [
    ...(input.ObjectLockMode === undefined ? [] : ['s3:PutObjectRetention']),
    ...(input.ObjectLockLegalHoldStatus === undefined ? [] : ['s3:PutObjectLegalHold']),
  ]
}

/** How an answer says what locks an object. */
export function renderLock(lock: ObjectLock | undefined): object {
  if (lock === undefined) return {}
  const { retention, legalHold } = lock
  return {
    ...(retention === undefined
      ? {}
      : {
          ObjectLockMode: retention.mode,
          ObjectLockRetainUntilDate: new Date(retention.untilMs),
        }),
    ...(legalHold === undefined ? {} : { ObjectLockLegalHoldStatus: legalHold }),
  }
}

/** Throws where a version is locked, unless its mode can be bypassed and the caller means to. */
export function refuseLocked(
  version: ObjectVersion | undefined,
  call: Call,
  how: { readonly BypassGovernanceRetention?: boolean },
): void {
  if (version?.kind !== 'object' || version.lock === undefined) return
  const isBypassed = isGoverned(version, call) && how.BypassGovernanceRetention === true
  const isKept = isRetained(version.lock, call) && !isBypassed
  if (version.lock.legalHold !== 'ON' && !isKept) return
  throw new ServiceError('AccessDenied', 'Access Denied because object protected by object lock.', {
    status: 403,
  })
}

/** "May the caller pass over the retention of this version?", where that is what it means to do. */
export function askToBypass(
  version: ObjectVersion | undefined,
  call: Call,
  asked: { readonly bucket: Bucket; readonly isMeant: boolean | undefined },
): readonly AuthorizationQuestion[] {
  if (asked.isMeant !== true || version === undefined || !isGoverned(version, call)) return []
  const { bucket } = asked
  return [askObject(call, 's3:BypassGovernanceRetention', { bucket, key: version.key })]
}

function isGoverned(version: ObjectVersion, call: Call): boolean {
  if (version.kind !== 'object' || version.lock === undefined) return false
  return version.lock.retention?.mode === 'GOVERNANCE' && isRetained(version.lock, call)
}

function isRetained({ retention }: ObjectLock, call: Call): boolean {
  return retention !== undefined && retention.untilMs > call.nowMs
}
