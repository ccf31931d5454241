import type { ServiceName } from '../operation.ts'
import { ServiceError } from '../service-error.ts'
import type { Constraint, ConstraintRows } from './constraints/constraint.ts'
import { ecrConstraints } from './constraints/ecr-constraints.ts'
import { iamConstraints } from './constraints/iam-constraints.ts'
import { organizationsConstraints } from './constraints/organizations-constraints.ts'
import { stsConstraints } from './constraints/sts-constraints.ts'
import type { Member, ServiceModel, StructureShape } from './service-model.ts'

/**
 * Checks an operation's input as AWS does before it authorizes: required members, lengths, ranges, words and patterns.
 * The error names every breach, in the words and with the code of the service; `undefined` when there is none.
 * S3 answers each operation's breaches in its own way, so its handlers check.
 */
export function checkConstraints(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): ServiceError | undefined {
  const { rows, render } = services[model.service]
  const shape = model.operations.get(operation)?.input
  if (rows === undefined || shape === undefined) return undefined
  const breaches: Breach[] = []
  checkStructure(shape, input, { rows, breaches, prefix: '' })
  return breaches.length === 0 ? undefined : render(breaches)
}

interface Breach {
  /** `tags.1.member.key`. */
  readonly path: string
  /** ` 'x'`, ` null`, or nothing where the value is a secret. */
  readonly shown: string
  readonly demand: string
  /** Set when it is the pattern that the value does not match. */
  readonly pattern?: string
  /** Said in place of the demand. */
  readonly rule?: string
}

interface Place {
  readonly rows: ConstraintRows
  /** What stands before a member's name in its path: paths are made for breaches alone. */
  readonly prefix: string
  readonly breaches: Breach[]
}

function checkStructure(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  place: Place,
): void {
  const constraints = constraintsOf(shape, place.rows)
  const { members } = shape
  for (let index = 0; index < members.length; index += 1) {
    const member = members[index]
    if (member === undefined) continue
    const item = value[member.name]
    if (item === undefined) {
      if (member.isRequired) place.breaches.push(missing(pathOf(member, place)))
      continue
    }
    const constraint = constraints[index]
    if (constraint !== undefined) checkValue(constraint, { member, item, place })
    checkNested(member, item, place)
  }
}

/** What is demanded of a structure's members, in their order. Models and rows never change while a process runs. */
const known = new WeakMap<StructureShape, readonly (Constraint | undefined)[]>()

function constraintsOf(
  shape: StructureShape,
  rows: ConstraintRows,
): readonly (Constraint | undefined)[] {
  const found = known.get(shape)
  if (found !== undefined) return found
  const made = shape.members.map(({ name }) => rows.get(`${shape.name}.${name}`) ?? rows.get(name))
  known.set(shape, made)
  return made
}

function pathOf({ name }: Member, { prefix }: Place): string {
  return `${prefix}${lowerFirst(name)}`
}

function checkNested(member: Member, item: unknown, place: Place): void {
  const { shape } = member
  if (shape.kind === 'structure' && isRecord(item)) {
    checkStructure(shape, item, { ...place, prefix: `${pathOf(member, place)}.` })
    return
  }
  const inner = shape.kind === 'list' ? shape.item.shape : undefined
  if (inner?.kind !== 'structure' || !Array.isArray(item)) return
  const path = pathOf(member, place)
  for (const [index, entry] of item.entries()) {
    if (!isRecord(entry)) continue
    checkStructure(inner, entry, { ...place, prefix: `${path}.${index + 1}.member.` })
  }
}

interface Checked {
  readonly member: Member
  readonly item: unknown
  readonly place: Place
}

function checkValue(constraint: Constraint, { member, item, place }: Checked): void {
  const { items } = constraint
  const isBroken =
    items !== undefined && Array.isArray(item) && !item.every((entry) => isMet(items, entry))
  if (!isBroken && isMet(constraint, item)) return
  const isSecret = member.isSensitive || constraint.isHidden === true
  const shown = isSecret ? '' : ` '${renderValue(item)}'`
  const path = pathOf(member, place)
  for (const breach of demands(constraint, item)) place.breaches.push({ ...breach, path, shown })
  if (!isBroken) return
  const demand = `Member must satisfy constraint: [${allDemands(items).join(', ')}]`
  place.breaches.push({ path, shown, demand })
}

/** Whether `demands` would give nothing, told without making anything: nearly every value is good. */
function isMet({ min, max, matches, values }: Constraint, value: unknown): boolean {
  const size = sizeOf(value)
  if (max !== undefined && size > max) return false
  if (min !== undefined && size < min) return false
  if (values !== undefined && !values.includes(String(value))) return false
  return matches === undefined || typeof value !== 'string' || matches.test(value)
}

type Demand = Pick<Breach, 'demand' | 'pattern' | 'rule'>

/** The demands that `value` does not meet. */
function demands(
  { min, max, pattern, matches, values, rule, isHidden }: Constraint,
  value: unknown,
): readonly Demand[] {
  const size = sizeOf(value)
  const noun = typeof value === 'number' ? 'value' : 'length'
  const isTooLong = max !== undefined && size > max
  const breaches: Demand[] = []
  if (isTooLong) breaches.push({ demand: atMost(noun, max) })
  if (min !== undefined && size < min) breaches.push({ demand: atLeast(noun, min) })
  if (values !== undefined && !values.includes(String(value))) {
    breaches.push({ demand: isHidden ? 'Member must satisfy enum value set' : inSet(values) })
  }
  // A pattern is tried on text of bounded length alone: it is refused already when it is too long.
  if (matches !== undefined && !isTooLong && typeof value === 'string' && !matches.test(value)) {
    const demand = likePattern(pattern ?? '')
    breaches.push({ demand, pattern: pattern ?? '', ...(rule === undefined ? {} : { rule }) })
  }
  return breaches
}

/** Every demand of a constraint: AWS repeats them all for a list's items, whichever was broken. */
function allDemands({ min, max, pattern, values }: Constraint): readonly string[] {
  return [
    ...(max === undefined ? [] : [atMost('length', max)]),
    ...(min === undefined ? [] : [atLeast('length', min)]),
    ...(values === undefined ? [] : [inSet(values)]),
    ...(pattern === undefined ? [] : [likePattern(pattern)]),
  ]
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value
  const isSized = typeof value === 'string' || Array.isArray(value)
  return isSized ? value.length : 0
}

const atMost = (noun: string, max: number) =>
  `Member must have ${noun} less than or equal to ${max}`
const atLeast = (noun: string, min: number) =>
  `Member must have ${noun} greater than or equal to ${min}`
const inSet = (values: readonly string[]) =>
  `Member must satisfy enum value set: [${values.join(', ')}]`
const likePattern = (pattern: string) =>
  `Member must satisfy regular expression pattern: ${pattern}`

function missing(path: string): Breach {
  return { path, shown: ' null', demand: 'Member must not be null' }
}

/** Numbers, text and lists as AWS's Java prints them. */
function renderValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderValue).join(', ')}]`
  if (!isRecord(value)) return String(value)
  const members = Object.entries(value).map(([k, v]) => `${lowerFirst(k)}=${renderValue(v)}`)
  return `{${members.join(', ')}}`
}

/** STS tells of each member whether it matches its pattern first. */
function renderPatternsFirst(breaches: readonly Breach[]): ServiceError {
  const paths = [...new Set(breaches.map(({ path }) => path))]
  const sorted = paths.flatMap((path) => {
    const own = breaches.filter((one) => one.path === path)
    const isPattern = ({ pattern }: Breach): boolean => pattern !== undefined
    return [...own.filter(isPattern), ...own.filter((one) => !isPattern(one))]
  })
  return renderValidationError(sorted)
}

/** STS and IAM list every breach, but say no more than the rule where that is all. */
function renderValidationError(breaches: readonly Breach[]): ServiceError {
  const { length } = breaches
  const texts = breaches.map(({ path, shown, demand, rule }) => {
    if (rule !== undefined) return `The specified value for ${path} is invalid. ${rule}`
    return `Value${shown} at '${path}' failed to satisfy constraint: ${demand}`
  })
  const list = texts.join('; ')
  if (length === 1 && breaches[0]?.rule !== undefined) {
    return new ServiceError('ValidationError', list)
  }
  const count = `${length} validation error${length === 1 ? '' : 's'} detected`
  return new ServiceError('ValidationError', `${count}: ${list}`)
}

/** ECR tells the first one, and a pattern in words of its own. */
function renderInvalidParameter([breach]: readonly Breach[]): ServiceError {
  const demand =
    breach?.pattern === undefined
      ? breach?.demand
      : `must satisfy regular expression '${breach.pattern}'`
  const message = `Invalid parameter at '${breach?.path}' failed to satisfy constraint: '${demand}'`
  return new ServiceError('InvalidParameterException', message)
}

/** Organizations tells the first one, by a reason and without the value. */
function renderInvalidInput([breach]: readonly Breach[]): ServiceError {
  const demand = breach?.demand ?? ''
  const { reason, message } = inputReasons.find(({ of }) => of.test(demand)) ?? ofItems
  return new ServiceError('InvalidInputException', message, { details: { Reason: reason } })
}

const ofItems = { reason: 'INVALID_LIST_MEMBER', message: 'You provided an invalid list member.' }

const inputReasons: readonly {
  readonly of: RegExp
  readonly reason: string
  readonly message: string
}[] = [
  {
    of: /^Member must not be null/,
    reason: 'INPUT_REQUIRED',
    message: 'You must include a value for all required parameters.',
  },
  {
    of: /^Member must satisfy regular expression/,
    reason: 'INVALID_PATTERN',
    message: 'You provided a value that does not match the required pattern.',
  },
  {
    of: /^Member must satisfy enum/,
    reason: 'INVALID_ENUM',
    message: 'You specified an invalid value.',
  },
  {
    of: /length less/,
    reason: 'MAX_LENGTH_EXCEEDED',
    message: 'You provided a value that is longer than allowed.',
  },
  {
    of: /length greater/,
    reason: 'MIN_LENGTH_EXCEEDED',
    message: 'You provided a value that is shorter than allowed.',
  },
  {
    of: /value less/,
    reason: 'MAX_VALUE_EXCEEDED',
    message: 'You provided a value that is larger than allowed.',
  },
  {
    of: /value greater/,
    reason: 'MIN_VALUE_EXCEEDED',
    message: 'You provided a value that is smaller than allowed.',
  },
]

interface ServiceConstraints {
  readonly rows?: ConstraintRows
  readonly render: (breaches: readonly Breach[]) => ServiceError
}

const services: Readonly<Record<ServiceName, ServiceConstraints>> = {
  sts: { rows: stsConstraints, render: renderPatternsFirst },
  iam: { rows: iamConstraints, render: renderValidationError },
  ecr: { rows: ecrConstraints, render: renderInvalidParameter },
  s3: { render: renderValidationError },
  organizations: { rows: organizationsConstraints, render: renderInvalidInput },
  cloudtrail: { render: renderInvalidParameter },
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isPlain && !(value instanceof Date) && !(value instanceof Uint8Array)
}
