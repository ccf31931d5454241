import { findAction } from '../../../catalog/index.ts'
import type { RecordedCall } from '../../event-history.ts'

/** A call that was read: what CloudTrail can tell of. */
export type ManagementCall = RecordedCall & {
  readonly operation: string
  readonly region: string
}

/**
 * Whether the event history of CloudTrail tells of a call. AWS: it leaves out what happens to objects in buckets, and calls
 * that were never understood.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export function isManagementCall(call: RecordedCall): call is ManagementCall {
  if (call.operation === undefined || call.region === undefined) return false
  return call.service !== 's3' || !ofObjects.test(call.operation)
}

const ofObjects =
  /^(?:HeadBucket|UploadPart\w*|ListParts|\w+MultipartUploads?|(?:Get|Put|Head|Delete|Copy|List|Restore|Select|Rename)Object(?!LockConfiguration)\w*|WriteGetObjectResponse)$/

/** AWS: IAM and Organizations are in one region, whichever was called. */
export function regionOf(call: ManagementCall): string {
  const isGlobal = call.service === 'iam' || call.service === 'organizations'
  return isGlobal ? 'us-east-1' : call.region
}

/** AWS: assuming a role counts as reading. */
export function isReadOnly({ service, operation }: ManagementCall): boolean {
  if (service === 'sts') return true
  const level = findAction(`${service}:${operation}`)?.accessLevel
  if (level === undefined) return /^(?:Get|List|Describe|Head)/.test(operation)
  return level === 'Read' || level === 'List'
}
