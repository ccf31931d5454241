import type { Call } from '../../../operation.ts'
import { invalidArgument, s3Error } from '../s3-error.ts'

/** A rule as the API has it, with `Date` for its dates. */
export interface LifecycleRule {
  readonly ID?: string
  readonly Status?: string
  readonly Prefix?: string
  readonly Filter?: LifecycleFilter
  readonly Expiration?: {
    readonly Date?: Date
    readonly Days?: number
    readonly ExpiredObjectDeleteMarker?: boolean
  }
  readonly Transitions?: readonly Transition[]
  readonly NoncurrentVersionTransitions?: readonly Transition[]
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: number }
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number }
}

interface Transition {
  readonly Date?: Date
  readonly Days?: number
  readonly NoncurrentDays?: number
  readonly StorageClass?: string
}

interface LifecycleFilter {
  readonly Prefix?: string
  readonly Tag?: object
  readonly ObjectSizeGreaterThan?: number
  readonly ObjectSizeLessThan?: number
  readonly And?: object
}

const actions = [
  'Expiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
] as const

/** Checks the rules of a lifecycle configuration, and names those that have no name. Throws S3's errors. */
export function readLifecycleRules(
  given: readonly LifecycleRule[] | undefined,
  call: Pick<Call, 'randomBytes'>,
): readonly LifecycleRule[] {
  if (given === undefined || given.length === 0 || given.length > 1000)
    throw s3Error('MalformedXML')
  for (const rule of given) checkRule(rule)
  const ids = given.flatMap(({ ID }) => (ID === undefined || ID === '' ? [] : [ID]))
  if (new Set(ids).size < ids.length)
    throw s3Error('InvalidArgument', {
      say: 'Rule ID must be unique. Found same ID for more than one rule',
    })
  return given.map((rule) =>
    rule.ID === undefined || rule.ID === ''
      ? { ...rule, ID: call.randomBytes(24).toString('base64url') }
      : rule,
  )
}

function checkRule(rule: LifecycleRule): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw s3Error('MalformedXML')
  const hasOneScope = (rule.Prefix === undefined) !== (rule.Filter === undefined)
  if (!hasOneScope || Object.keys(rule.Filter ?? {}).length > 1) throw s3Error('MalformedXML')
  if ((rule.ID ?? '').length > 255)
    throw s3Error('InvalidArgument', { say: 'ID length should not exceed allowed limit of 255' })
  if (actions.every((action) => rule[action] === undefined))
    throw s3Error('InvalidRequest', { say: 'At least one action needs to be specified in a rule' })
  checkWhen(rule)
}

function checkWhen(rule: LifecycleRule): void {
  const { Expiration: expiration } = rule
  if (expiration !== undefined && Object.keys(expiration).length !== 1)
    throw s3Error('MalformedXML')
  const transitions = [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])]
  const dates = [rule.Expiration, ...transitions].flatMap((one) => one?.Date ?? [])
  if (dates.some((date) => date.getTime() % 86_400_000 !== 0))
    throw s3Error('InvalidArgument', { say: "'Date' must be at midnight GMT" })
  requirePositive('Days', 'Expiration', rule.Expiration?.Days)
  requirePositive('NoncurrentDays', 'NoncurrentVersionExpiration', noncurrentDays(rule))
  const { DaysAfterInitiation } = rule.AbortIncompleteMultipartUpload ?? {}
  requirePositive('DaysAfterInitiation', 'AbortIncompleteMultipartUpload', DaysAfterInitiation)
  if (transitions.some(({ StorageClass }) => !transitionClasses.has(StorageClass ?? '')))
    throw s3Error('MalformedXML')
}

function noncurrentDays(rule: LifecycleRule): number | undefined {
  return rule.NoncurrentVersionExpiration?.NoncurrentDays
}

function requirePositive(name: string, action: string, days: number | undefined): void {
  if (days === undefined || (Number.isInteger(days) && days > 0)) return
  throw invalidArgument(
    `'${name}' for ${action} action must be a positive integer`,
    name,
    String(days),
  )
}

const transitionClasses: ReadonlySet<string> = new Set([
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'STANDARD_IA',
])
