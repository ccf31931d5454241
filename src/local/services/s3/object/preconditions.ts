import { s3Error } from '../s3-error.ts'
import type { StoredObject } from './stored-object.ts'

/** The conditions of a read or a copy; the names in an error are the headers'. */
export interface Conditions {
  readonly IfMatch?: string
  readonly IfNoneMatch?: string
  readonly IfModifiedSince?: Date
  readonly IfUnmodifiedSince?: Date
}

/**
 * Throws 304 or 412 when a read's condition does not hold; an ETag condition outweighs the date beside it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 */
export function checkReadConditions(
  object: StoredObject,
  conditions: Conditions,
  nowMs: number,
): void {
  const failed = failedCondition(object, withoutFuture(conditions, nowMs))
  if (failed === undefined) return
  if (failed === 'If-None-Match' || failed === 'If-Modified-Since') throw s3Error('NotModified')
  throw s3Error('PreconditionFailed', { details: { Condition: failed } })
}

/** Throws 412 when a copy's condition on its source does not hold. */
export function checkCopyConditions(
  object: StoredObject,
  conditions: Conditions,
  nowMs: number,
): void {
  const failed = failedCondition(object, withoutFuture(conditions, nowMs))
  if (failed !== undefined)
    throw s3Error('PreconditionFailed', {
      details: { Condition: `x-amz-copy-source-${failed}` },
    })
}

/** AWS: to have been changed since a time that is to come is no condition. */
function withoutFuture(conditions: Conditions, nowMs: number): Conditions {
  const { IfModifiedSince: since, ...others } = conditions
  return since !== undefined && since.getTime() <= nowMs ? conditions : others
}

function failedCondition(object: StoredObject, conditions: Conditions): string | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions
  if (IfMatch !== undefined && !matchesEtag(object.etag, IfMatch)) return 'If-Match'
  if (IfMatch === undefined && IfUnmodifiedSince !== undefined)
    if (seconds(object.lastModifiedMs) > seconds(IfUnmodifiedSince.getTime()))
      return 'If-Unmodified-Since'
  if (IfNoneMatch !== undefined && matchesEtag(object.etag, IfNoneMatch)) return 'If-None-Match'
  if (IfNoneMatch === undefined && IfModifiedSince !== undefined)
    if (seconds(object.lastModifiedMs) <= seconds(IfModifiedSince.getTime()))
      return 'If-Modified-Since'
  return undefined
}

/** The conditions of a write, on what is there before it. */
export function checkWriteConditions(
  current: StoredObject | undefined,
  input: { readonly Key: string; readonly IfMatch?: string; readonly IfNoneMatch?: string },
): void {
  const { IfMatch, IfNoneMatch, Key } = input
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') throw valueNotImplemented('If-None-Match')
    if (current !== undefined)
      throw s3Error('PreconditionFailed', { details: { Condition: 'If-None-Match' } })
  }
  if (IfMatch === undefined) return
  if (IfMatch === '*') throw valueNotImplemented('If-Match')
  if (current === undefined) throw s3Error('NoSuchKey', { details: { Key } })
  if (!matchesEtag(current.etag, IfMatch))
    throw s3Error('PreconditionFailed', { details: { Condition: 'If-Match' } })
}

function valueNotImplemented(header: string): Error {
  const additionalMessage = `We don't accept the provided value of ${header} header for this API`
  return s3Error('NotImplemented', { details: { Header: header, additionalMessage } })
}

function matchesEtag(etag: string, stated: string): boolean {
  return stated
    .split(',')
    .map((one) => one.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((one) => one === '*' || one === etag)
}

/** HTTP dates have no fractions of a second. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
