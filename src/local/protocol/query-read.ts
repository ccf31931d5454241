import { ServiceError } from '../service-error.ts'
import type { FormNode } from './form.ts'
import { parseScalar } from './scalar-text.ts'
import type { ListShape, MapShape, Member, Shape, StructureShape } from './service-model.ts'

/** Reads an operation's input from its form. Parameters that the operation lacks are ignored, as AWS does. */
export function readFormStructure(shape: StructureShape, node: FormNode): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const member of shape.members) {
    const child = node.children.get(member.wireName)
    if (child !== undefined) value[member.name] = readMember(member, child)
  }
  if (shape.isUnion && Object.keys(value).length !== 1) {
    throw malformed(`${shape.name} takes exactly one member`)
  }
  return value
}

function readMember(member: Member, node: FormNode): unknown {
  const { shape } = member
  switch (shape.kind) {
    case 'structure':
      requireNoText(member, node)
      return readFormStructure(shape, node)
    case 'list':
      requireNoText(member, node)
      return readList(member, shape, node)
    case 'map':
      requireNoText(member, node)
      return readMap(member, shape, node)
    default:
      return readScalar(member, shape, node)
  }
}

function readScalar(member: Member, shape: Shape, node: FormNode): unknown {
  if (shape.kind === 'structure' || shape.kind === 'list' || shape.kind === 'map') return undefined
  if (node.text === undefined) throw malformed(`${member.wireName} is not a ${shape.kind}`)
  const value = parseScalar(shape.kind, node.text, 'dateTime')
  if (value === undefined) throw malformed(`${member.wireName} is not a valid ${shape.kind}`)
  return value
}

function readList(member: Member, shape: ListShape, node: FormNode): unknown[] {
  const holder = member.isFlattened ? node : onlyChild(member, node, shape.item.wireName)
  return numbered(member, holder).map((item) => readMember(shape.item, item))
}

function readMap(member: Member, shape: MapShape, node: FormNode): Record<string, unknown> {
  const holder = member.isFlattened ? node : onlyChild(member, node, 'entry')
  const value: Record<string, unknown> = Object.create(null)
  for (const entry of numbered(member, holder)) {
    const key = entry.children.get('key')?.text
    const item = entry.children.get('value')
    if (key === undefined || item === undefined || key in value) {
      throw malformed(`${member.wireName} is not a valid map`)
    }
    value[key] = readMember(shape.value, item)
  }
  return value
}

/** `Tags=` is how clients send an empty list; any other text in place of nested parameters is a mistake. */
function requireNoText(member: Member, node: FormNode): void {
  if (node.text !== undefined && (node.text !== '' || node.children.size > 0)) {
    throw malformed(`${member.wireName} takes nested parameters`)
  }
}

/**
 * The node that holds a list's items. A list in another form is refused and not skipped:
 * a session policy that was overlooked would leave a session with more than was asked for.
 */
function onlyChild(member: Member, node: FormNode, name: string): FormNode | undefined {
  if (node.children.size === 0) return undefined
  const child = node.children.get(name)
  if (child === undefined || node.children.size > 1) {
    throw malformed(`${member.wireName} takes parameters named ${member.wireName}.${name}.1`)
  }
  return child
}

/** Children in the order of their numbers, which start at 1 and may leave gaps. */
function numbered(member: Member, node: FormNode | undefined): readonly FormNode[] {
  if (node === undefined) return []
  if (node.text !== undefined) throw malformed(`${member.wireName} takes numbered parameters`)
  const indexes = [...node.children.keys()]
  const wrong = indexes.find((index) => !/^[1-9]\d{0,4}$/.test(index))
  if (wrong !== undefined) throw malformed(`${member.wireName} takes numbered parameters`)
  const sorted = indexes.map(Number).sort((a, b) => a - b)
  return sorted.flatMap((index) => node.children.get(String(index)) ?? [])
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedInput', message)
}
