import { ServiceError } from '../../../service-error.ts'

/** What a form's policy is compared with. */
export interface PolicyFacts {
  readonly bucket: string
  /** Every field of the form but the file, by lower-case name, variables filled in. */
  readonly fields: ReadonlyMap<string, string>
  readonly nowMs: number
}

export interface SizeRange {
  readonly min: number
  readonly max: number
}

/** Fields that need no condition. */
const free = new Set(['policy', 'x-amz-signature', 'file'])
const anySize: SizeRange = { min: 0, max: 5 * 1024 ** 3 }

/**
 * Checks a form against the policy that came with it, signed: every condition must hold, and every field must have one.
 * Gives the sizes that the file may have. Throws S3's errors.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPostPolicy(encoded: string, facts: PolicyFacts): SizeRange {
  const { expiresAtMs, conditions } = readPolicy(encoded)
  if (!(facts.nowMs < expiresAtMs)) throw refused('Policy expired.')
  for (const condition of conditions) {
    if (condition.kind === 'size' || matches(condition, facts)) continue
    throw failed(condition.shown)
  }
  const named = new Set(conditions.map((one) => (one.kind === 'size' ? '' : one.name)))
  for (const name of facts.fields.keys()) {
    if (free.has(name) || name.startsWith('x-ignore-') || named.has(name)) continue
    throw refused(`Extra input fields: ${name}`)
  }
  const sizes = conditions.filter((one) => one.kind === 'size')
  return {
    min: Math.max(anySize.min, ...sizes.map(({ min }) => min)),
    max: Math.min(anySize.max, ...sizes.map(({ max }) => max)),
  }
}

type Condition =
  | {
      readonly kind: 'eq' | 'starts-with'
      readonly name: string
      readonly value: string
      /** As the policy has it. */
      readonly shown: readonly unknown[]
    }
  | ({ readonly kind: 'size' } & SizeRange)

function matches(condition: Exclude<Condition, { kind: 'size' }>, facts: PolicyFacts): boolean {
  const { kind, name, value } = condition
  const given = name === 'bucket' ? facts.bucket : facts.fields.get(name)
  if (given === undefined) return false
  return kind === 'eq' ? given === value : given.startsWith(value)
}

interface Policy {
  readonly expiresAtMs: number
  readonly conditions: readonly Condition[]
}

function readPolicy(encoded: string): Policy {
  const policy = parseJson(Buffer.from(encoded, 'base64').toString('utf8'))
  if (typeof policy !== 'object' || policy === null) throw invalid('it is not a JSON object')
  const { expiration, conditions }: { expiration?: unknown; conditions?: unknown } = policy
  const isTime = typeof expiration === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(expiration)
  const expiresAtMs = isTime ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresAtMs)) throw invalid('Policy missing expiration.')
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.')
  return { expiresAtMs, conditions: conditions.flatMap(readCondition) }
}

function readCondition(given: unknown): readonly Condition[] {
  if (Array.isArray(given)) return [readTriple(given)]
  if (typeof given !== 'object' || given === null) throw invalid('a condition is no list or object')
  return Object.entries(given).map(([name, value]) => {
    if (typeof value !== 'string') throw invalid('a condition is not about text')
    return { kind: 'eq', name: name.toLowerCase(), value, shown: ['eq', `$${name}`, value] }
  })
}

function readTriple(given: readonly unknown[]): Condition {
  const [operator, first, second] = given
  const kind = typeof operator === 'string' ? operator.toLowerCase() : ''
  if (given.length !== 3) throw invalid('a condition takes three parts')
  if (kind === 'content-length-range') {
    const [min, max] = [Number(first), Number(second)]
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0) throw failed(given)
    return { kind: 'size', min, max }
  }
  if (kind !== 'eq' && kind !== 'starts-with') throw invalid('a condition has no known operator')
  if (typeof first !== 'string' || !first.startsWith('$') || typeof second !== 'string')
    throw invalid('a condition is not about a field')
  return { kind, name: first.slice(1).toLowerCase(), value: second, shown: given }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failed(condition: readonly unknown[]): ServiceError {
  const parts = condition.map((part) => JSON.stringify(String(part)))
  return refused(`Policy Condition failed: [${parts.join(', ')}]`)
}

function refused(why: string): ServiceError {
  return new ServiceError('AccessDenied', `Invalid according to Policy: ${why}`, { status: 403 })
}

function invalid(why: string): ServiceError {
  return new ServiceError('InvalidPolicyDocument', `Invalid Policy: ${why}`)
}
