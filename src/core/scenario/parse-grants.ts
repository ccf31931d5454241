import { parseArn } from '../arn/arn.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyDocument } from '../policy/policy.ts'
import { isObject, nameOf, type ProblemList, quote } from '../policy/policy-problem.ts'

interface Place {
  readonly path: string
  readonly problems: ProblemList
}

/**
 * Reads a scenario's `policies.grants`, the grants of the KMS key that is asked about:
 * `{"grantee", "operations", "retiring", "constraints": {"encryptionContextSubset" | "encryptionContextEquals", "sourceArn"}}`.
 * A grant says what a statement of a key policy could say, so it becomes one. `CreateGrant` under a constraint is
 * left out: whether the new grant is as strict cannot be seen here.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function parseGrants(value: unknown, problems: ProblemList): readonly CompiledPolicy[] {
  const path = 'policies.grants'
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    problems.add('bad-policies', path, `a list of grants is expected, not ${nameOf(value)}`)
    return []
  }
  const grants: readonly unknown[] = value
  return grants.flatMap((grant, i) => {
    const place = { path: `${path}[${i}]`, problems }
    const document = readGrant(grant, place)
    if (document === undefined) return []
    const parse = parsePolicy(document, 'resource')
    if (parse.ok) return [compilePolicy(parse.policy, `grants[${i}]`)]
    const what = parse.problems.map(({ message }) => message).join('; ')
    return problems.add('bad-grant', place.path, what) ?? []
  })
}

const elements = ['grantee', 'operations', 'retiring', 'constraints']

function readGrant(value: unknown, place: Place): PolicyDocument | undefined {
  const { path, problems } = place
  if (!isObject(value)) {
    return problems.add('bad-grant', path, `an object is expected, not ${nameOf(value)}`)
  }
  reportUnknown(value, elements, place)
  const { grantee, operations, retiring } = value
  const constraints = readConstraints(value.constraints, place)
  if (!isPrincipal(grantee) || (retiring !== undefined && !isPrincipal(retiring))) {
    const what = 'grantee and retiring principal are ARNs, or the names of services'
    return problems.add('bad-grant', path, what)
  }
  if (!isTexts(operations) || !operations.every((name) => /^[A-Z][A-Za-z0-9]*$/.test(name))) {
    const what = 'operations is a list of names such as `Decrypt`'
    return problems.add('bad-grant', `${path}.operations`, what)
  }
  if (constraints === undefined) return undefined
  return documentOf({ grantee, retiring, operations, constraints })
}

interface Constraints {
  readonly context?: Readonly<Record<string, string>>
  readonly isWhole: boolean
  readonly sourceArn?: string
}

function readConstraints(value: unknown, { path, problems }: Place): Constraints | undefined {
  const at = { path: `${path}.constraints`, problems }
  if (value === undefined) return { isWhole: false }
  if (!isObject(value)) {
    return problems.add('bad-grant', at.path, `an object is expected, not ${nameOf(value)}`)
  }
  reportUnknown(value, ['encryptionContextEquals', 'encryptionContextSubset', 'sourceArn'], at)
  const { encryptionContextEquals: whole, encryptionContextSubset: part, sourceArn } = value
  const context = whole ?? part
  const isRead =
    (whole === undefined || part === undefined) &&
    (context === undefined || (isObject(context) && isTexts(Object.values(context)))) &&
    (sourceArn === undefined || typeof sourceArn === 'string')
  if (!isRead) {
    const what = 'one encryption context, of texts, and a source ARN at most are expected'
    return problems.add('bad-grant', at.path, what)
  }
  return {
    isWhole: whole !== undefined,
    ...(context === undefined ? {} : { context: context as Readonly<Record<string, string>> }),
    ...(sourceArn === undefined ? {} : { sourceArn }),
  }
}

interface Grant {
  readonly grantee: string
  readonly retiring: string | undefined
  readonly operations: readonly string[]
  readonly constraints: Constraints
}

/** The operations that no encryption context comes with, so that a constraint on it does not limit them. */
const withoutContext = ['DescribeKey', 'RetireGrant']

function documentOf(grant: Grant): PolicyDocument | undefined {
  const { grantee, retiring, operations, constraints } = grant
  const { context, isWhole, sourceArn } = constraints
  const ofSource = sourceArn === undefined ? {} : { StringEquals: { 'aws:SourceArn': sourceArn } }
  const free = operations.filter((name) => context === undefined || withoutContext.includes(name))
  const bound = operations.filter((name) => !free.includes(name) && name !== 'CreateGrant')
  const statements = [
    statementOf(grantee, free, ofSource),
    statementOf(grantee, bound, conditionOf(context ?? {}, { isWhole, sourceArn })),
    retiring === undefined ? undefined : statementOf(retiring, ['RetireGrant'], {}),
  ].filter((statement) => statement !== undefined)
  return statements.length === 0 ? undefined : { Version: '2008-10-17', Statement: statements }
}

function statementOf(
  grantee: string,
  operations: readonly string[],
  condition: object,
): PolicyDocument | undefined {
  if (operations.length === 0) return undefined
  return {
    Effect: 'Allow',
    Principal: grantee.startsWith('arn:') ? { AWS: grantee } : { Service: grantee },
    Action: operations.map((name) => `kms:${name}`),
    Resource: '*',
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  }
}

interface Strictness {
  readonly isWhole: boolean
  readonly sourceArn: string | undefined
}

// Keys of the encryption context are compared without regard to case, values with it.
function conditionOf(
  context: Readonly<Record<string, string>>,
  { isWhole, sourceArn }: Strictness,
): object {
  const pairs = Object.entries(context).map(([key, value]) => [
    `kms:EncryptionContext:${key}`,
    value,
  ])
  const source = sourceArn === undefined ? [] : [['aws:SourceArn', sourceArn]]
  const equals = { StringEquals: Object.fromEntries([...pairs, ...source]) }
  if (!isWhole) return equals
  const keys = 'kms:EncryptionContextKeys'
  return {
    ...equals,
    'ForAllValues:StringEqualsIgnoreCase': { [keys]: Object.keys(context) },
    Null: { [keys]: 'false' },
  }
}

function reportUnknown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  { path, problems }: Place,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    problems.add('unknown-element', `${path}.${key}`, `there is no element ${quote(key)} here`)
  }
}

function isPrincipal(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    (parseArn(value) !== undefined || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value))
  )
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
