import { type Condition, type Policy, parsePolicy, type Statement } from '../../../../core/index.ts'
import type { BucketPolicy } from '../bucket/bucket.ts'

/** Keys by which a condition ties a statement to somebody in particular, as long as the values are fixed. */
const narrowingKeys: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:vpcsourceip',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
])

const positiveOperators: ReadonlySet<string> = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'IpAddress',
])

/**
 * Whether Block Public Access takes a bucket policy for public: some statement allows everybody, and nothing with
 * fixed values narrows it. What cannot be told counts as public.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublicPolicy(policy: BucketPolicy): boolean {
  const parsed = parsePolicy(policy.document, 'resource')
  return !parsed.ok || isPublic(parsed.policy)
}

function isPublic(policy: Policy): boolean {
  return policy.statements.some(
    (statement) =>
      statement.effect === 'Allow' && namesEverybody(statement) && !isNarrowed(statement),
  )
}

function namesEverybody(statement: Statement): boolean {
  const { principal } = statement
  if (principal === undefined || principal.negated) return true
  return principal.entries.some(
    (entry) => entry.kind === 'everyone' || (entry.kind === 'AWS' && entry.value === '*'),
  )
}

function isNarrowed(statement: Statement): boolean {
  return statement.conditions.some(narrows)
}

function narrows(condition: Condition): boolean {
  if (condition.ifExists || condition.quantifier === 'ForAllValues') return false
  if (!narrowingKeys.has(condition.key.toLowerCase())) return false
  if (!positiveOperators.has(condition.operator)) return false
  return condition.values.length > 0 && condition.values.every(isFixed)
}

/** Wildcards and variables may stand for anybody; so do networks wider than AWS's limits. */
function isFixed(value: string): boolean {
  if (value.includes('${')) return false
  const network = /^([0-9a-f.:]+)\/(\d+)$/i.exec(value)
  if (network !== null) {
    const [, address = '', prefix = '0'] = network
    return Number(prefix) >= (address.includes(':') ? 32 : 8)
  }
  // An ARN may have wildcards where it names an account.
  if (/^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(value)) return true
  return !/[*?]/.test(value)
}
