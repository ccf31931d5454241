import { ServiceError } from '../service-error.ts'
import { parseScalar } from './scalar-text.ts'
import type { MapShape, Member, Shape, StructureShape } from './service-model.ts'
import type { XmlElement } from './xml-parse.ts'

/** What S3 answers to a body that is no XML, or not the XML of the operation. */
export function malformedXml(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}

/**
 * Reads a structure from its element, by the rules of the schema: an unknown element, a scalar that comes twice,
 * a required member that is missing and text between elements are refused with `MalformedXML`.
 */
export function readXmlStructure(
  shape: StructureShape,
  element: XmlElement,
): Record<string, unknown> {
  if (element.text.trim() !== '') throw malformedXml()
  const members = shape.members.filter(({ binding }) => binding.kind === 'body')
  const known = new Set(members.filter((m) => !m.isAttribute).map(({ wireName }) => wireName))
  if (element.children.some(({ name }) => !known.has(name))) throw malformedXml()
  const value: Record<string, unknown> = {}
  for (const member of members) {
    const item = member.isAttribute ? readAttribute(member, element) : readMember(member, element)
    if (item !== undefined) value[member.name] = item
    else if (member.isRequired) throw malformedXml()
  }
  if (shape.isUnion && Object.keys(value).length > 1) throw malformedXml()
  return value
}

function readAttribute(member: Member, element: XmlElement): unknown {
  const name = member.wireName.slice(member.wireName.indexOf(':') + 1)
  return element.attributes.get(name)
}

function readMember(member: Member, parent: XmlElement): unknown {
  const elements = parent.children.filter(({ name }) => name === member.wireName)
  const { shape } = member
  if (elements.length === 0) return undefined
  if (member.isFlattened && shape.kind === 'list') {
    return elements.map((element) => readShape(shape.item.shape, element))
  }
  if (member.isFlattened && shape.kind === 'map') return readEntries(shape, elements)
  const [element] = elements
  if (element === undefined || elements.length > 1) throw malformedXml()
  return readShape(shape, element)
}

function readShape(shape: Shape, element: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure':
      return readXmlStructure(shape, element)
    case 'list':
      requireOnly(element, shape.item.wireName)
      return element.children.map((child) => readShape(shape.item.shape, child))
    case 'map':
      requireOnly(element, 'entry')
      return readEntries(shape, element.children)
    default:
      return readScalar(shape, element)
  }
}

function readEntries(shape: MapShape, elements: readonly XmlElement[]): Record<string, unknown> {
  const value: Record<string, unknown> = Object.create(null)
  for (const { children } of elements) {
    const [key, item] = children
    if (key?.name !== 'key' || item?.name !== 'value' || key.text in value) throw malformedXml()
    value[key.text] = readShape(shape.value.shape, item)
  }
  return value
}

function readScalar(shape: Shape, element: XmlElement): unknown {
  if (shape.kind === 'structure' || shape.kind === 'list' || shape.kind === 'map') return undefined
  if (element.children.length > 0) throw malformedXml()
  const text = shape.kind === 'string' ? element.text : element.text.trim()
  const value = parseScalar(shape.kind, text, 'dateTime')
  if (value === undefined) throw malformedXml()
  return value
}

function requireOnly(element: XmlElement, name: string): void {
  const isClean = element.text.trim() === '' && element.children.every((c) => c.name === name)
  if (!isClean) throw malformedXml()
}
