import type { Member, ServiceModel, Shape, StructureShape } from '../../protocol/service-model.ts'

/**
 * What a call asked, as CloudTrail tells it: names in lower camel case, secrets hidden, and no bytes.
 * It is made when the call is recorded, so that nothing secret is kept.
 */
export function requestParameters(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): object {
  const shape = model.operations.get(operation)?.input
  return shape === undefined ? {} : structureOf(shape, input)
}

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** Codes and passwords that the models do not all call sensitive. */
const secretNames: ReadonlySet<string> = new Set([
  'AuthenticationCode1',
  'AuthenticationCode2',
  'NewPassword',
  'OldPassword',
  'Password',
  'PrivateKey',
  'SAMLAssertion',
  'SSECustomerKey',
  'TokenCode',
  'WebIdentityToken',
])

/** Longer texts are cut: a history of them would fill the memory. */
const longestText = 8192

function structureOf(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const parameters: Record<string, unknown> = {}
  const names = namesOf(shape)
  for (let index = 0; index < names.length; index += 1) {
    const member = shape.members[index]
    const given = member === undefined ? undefined : value[member.name]
    if (member === undefined || given === undefined) continue
    const item = memberOf(member, given)
    if (item !== undefined) parameters[names[index] ?? member.name] = item
  }
  return parameters
}

/** Models never change while a process runs. */
const known = new WeakMap<StructureShape, readonly string[]>()

function namesOf(shape: StructureShape): readonly string[] {
  const found = known.get(shape)
  if (found !== undefined) return found
  const made = shape.members.map(nameOf)
  known.set(shape, made)
  return made
}

function memberOf(member: Member, item: unknown): unknown {
  if (item === undefined) return undefined
  if (member.isSensitive || secretNames.has(member.name)) return hidden
  return shownValue(member.shape, item)
}

function shownValue(shape: Shape, item: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return isRecord(item) ? structureOf(shape, item) : undefined
    case 'list':
      return Array.isArray(item) ? item.map((one) => memberOf(shape.item, one)) : undefined
    case 'map':
      return isRecord(item) ? mapOf(shape.value, item) : undefined
    case 'blob':
    case 'stream':
      return undefined
    default:
      return scalarOf(item)
  }
}

function mapOf(value: Member, item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(item).map(([key, one]) => [key, memberOf(value, one)])
  return Object.fromEntries(entries)
}

function scalarOf(item: unknown): unknown {
  if (item instanceof Date) return item.toISOString()
  return typeof item === 'string' ? item.slice(0, longestText) : item
}

function isRecord(item: unknown): item is Readonly<Record<string, unknown>> {
  return typeof item === 'object' && item !== null && !Array.isArray(item)
}

/** AWS: a bucket alone goes by another name than in the call. */
function nameOf({ name }: Member): string {
  return name === 'Bucket' ? 'bucketName' : name.charAt(0).toLowerCase() + name.slice(1)
}
