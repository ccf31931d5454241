import { renderBase64 } from './scalar-text.ts'
import type { Member, Shape, StructureShape } from './service-model.ts'
import { epochSeconds, renderHttpDate } from './timestamp.ts'

/** How a service writes a moment when the model names no form. */
export type RenderDate = (date: Date) => string

/**
 * Writes the elements of a structure's body members, without an element around them.
 * Absent members write nothing; an empty list writes its empty element, which clients read as an empty list.
 */
export function renderMembers(
  shape: StructureShape,
  value: object,
  renderDate: RenderDate,
): string {
  let xml = ''
  for (const write of writersOf(shape)) {
    const item = readProperty(value, write.member.name)
    if (item !== undefined && item !== null) xml += renderWith(write, item, renderDate)
  }
  return xml
}

/** What follows from a member alone, made once: most members are scalars between two tags. */
interface MemberWriter {
  readonly member: Member
  /** Absent where the element depends on the value. */
  readonly tags?: { readonly open: string; readonly close: string; readonly empty: string }
}

function renderWith(write: MemberWriter, item: unknown, renderDate: RenderDate): string {
  const { member, tags } = write
  if (tags === undefined) return renderMember(member, item, renderDate)
  const text = renderScalar(member.shape, item, renderDate)
  return text === '' ? tags.empty : tags.open + text + tags.close
}

/** Models never change while a process runs. */
const known = new WeakMap<StructureShape, readonly MemberWriter[]>()

function writersOf(shape: StructureShape): readonly MemberWriter[] {
  const found = known.get(shape)
  if (found !== undefined) return found
  const written = shape.members.filter((one) => one.binding.kind === 'body' && !one.isAttribute)
  const made = written.map(writerOf)
  known.set(shape, made)
  return made
}

function writerOf(member: Member): MemberWriter {
  const { kind } = member.shape
  const isScalar = kind !== 'structure' && kind !== 'list' && kind !== 'map'
  if (!isScalar || member.namespace !== undefined) return { member }
  const { wireName: name } = member
  return { member, tags: { open: `<${name}>`, close: `</${name}>`, empty: `<${name}/>` } }
}

/** Writes one member as its element, or as a row of elements where it is a flattened list or map. */
export function renderMember(member: Member, value: unknown, renderDate: RenderDate): string {
  if (value === undefined || value === null) return ''
  const { shape, wireName } = member
  if (member.isFlattened && shape.kind === 'list') {
    return renderItems({ ...shape.item, wireName }, value, renderDate)
  }
  if (member.isFlattened && shape.kind === 'map') {
    return renderEntries({ name: wireName, value: shape.value }, value, renderDate)
  }
  const attributes = renderAttributes(member, value)
  return element(`${wireName}${attributes}`, wireName, renderContent(shape, value, renderDate))
}

/** Text between tags: markup and whatever XML or its line-end rules would change is escaped. */
export function escapeText(text: string): string {
  return escaped.test(text) ? text.replace(allEscaped, escapeCharacter) : text
}

/** As text; tabs and line feeds are escaped too, for attributes are read with spaces in their place. */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;')
}

// Control characters are C0, DEL and C1; none of these is half of a pair, so the pattern needs no Unicode mode.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const escaped = /[&<>"\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/
const allEscaped = new RegExp(escaped, 'g')

function renderContent(shape: Shape, value: unknown, renderDate: RenderDate): string {
  switch (shape.kind) {
    case 'structure':
      return renderMembers(shape, requireObject(value, shape.name), renderDate)
    case 'list':
      return renderItems(shape.item, value, renderDate)
    case 'map':
      return renderEntries({ name: 'entry', value: shape.value }, value, renderDate)
    default:
      return renderScalar(shape, value, renderDate)
  }
}

function renderItems(item: Member, value: unknown, renderDate: RenderDate): string {
  if (!Array.isArray(value)) throw new Error(`bug: ${item.wireName} is no list`)
  let xml = ''
  for (const entry of value) xml += renderMember(item, entry, renderDate)
  return xml
}

function renderEntries(
  { name, value: valueMember }: { readonly name: string; readonly value: Member },
  value: unknown,
  renderDate: RenderDate,
): string {
  const entries = Object.entries(requireObject(value, name))
  const rows = entries.map(([key, item]) => {
    const content = `<key>${escapeText(key)}</key>${renderMember(valueMember, item, renderDate)}`
    return element(name, name, content)
  })
  return rows.join('')
}

function renderAttributes(member: Member, value: unknown): string {
  const { shape, namespace } = member
  let attributes = namespace === undefined ? '' : ` xmlns:${namespace[0]}="${namespace[1]}"`
  if (shape.kind !== 'structure') return attributes
  for (const attribute of shape.members) {
    if (!attribute.isAttribute) continue
    const text = readProperty(requireObject(value, shape.name), attribute.name)
    if (text !== undefined)
      attributes += ` ${attribute.wireName}="${escapeAttribute(String(text))}"`
  }
  return attributes
}

function renderScalar(shape: Shape, value: unknown, renderDate: RenderDate): string {
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array) return renderBase64(value)
  if (value instanceof Date) {
    if (shape.kind === 'httpDate') return renderHttpDate(value)
    return shape.kind === 'epochSeconds' ? String(epochSeconds(value)) : renderDate(value)
  }
  throw new Error(`bug: no ${shape.kind} can be written from ${typeof value}`)
}

function element(opening: string, closing: string, content: string): string {
  return content === '' ? `<${opening}/>` : `<${opening}>${content}</${closing}>`
}

function readProperty(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name]
}

function requireObject(value: unknown, name: string): object {
  if (typeof value === 'object' && value !== null) return value
  throw new Error(`bug: ${name} is no object`)
}

function escapeCharacter(character: string): string {
  return named.get(character) ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
}

// Tabs and line feeds survive as text; a carriage return would be read as a line feed.
const named: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\t', '\t'],
  ['\n', '\n'],
])
