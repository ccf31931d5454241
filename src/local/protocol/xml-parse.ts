import { createRequire } from 'node:module'
import type { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An element without its namespace prefix; `text` is all of its own character data, entities resolved. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const maxDepth = 64

/**
 * Reads a whole document; `undefined` when it is not well-formed, has a document type, an entity of its own,
 * a processing instruction, or more than 64 levels. Nothing in it is ever fetched or expanded.
 */
export function parseXml(text: string): XmlElement | undefined {
  const document = text.replace(/^\ufeff/, '')
  if (hasDeclaration(document) || hasForbiddenCharacter(document)) return undefined
  try {
    const { XMLParser, XMLValidator } = loadParser()
    if (XMLValidator.validate(document) !== true) return undefined
    const nodes: readonly OrderedNode[] = new XMLParser(parserOptions).parse(document)
    // The validator passes text after an empty root, and the parser may drop it.
    const isClosed = document.trimEnd().endsWith('>')
    const [root, ...others] = nodes.filter((node) => textOf(node).trim() !== '' || isElement(node))
    const isOne = root !== undefined && isElement(root) && others.length === 0
    return isClosed && isOne ? toElement(root, 1) : undefined
  } catch {
    // The parser refuses some names and depths by throwing: all of that is a malformed document.
    return undefined
  }
}

/** What the parser makes of a node in its order-preserving form: one key for the tag, `:@` for the attributes. */
type OrderedNode = Readonly<Record<string, unknown>>

const parserOptions = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  cdataPropName: '#cdata',
  maxNestedTags: maxDepth,
} as const

/** Loaded with the first document: most services never read one, and the server should start fast. */
function loadParser(): { XMLParser: typeof XMLParser; XMLValidator: typeof XMLValidator } {
  return createRequire(import.meta.url)('fast-xml-parser')
}

function hasDeclaration(text: string): boolean {
  return /<!(?!--|\[CDATA\[)/.test(text) || /<\?(?!xml[\s?])/i.test(text) || /.<\?xml/is.test(text)
}

/** Control characters, which XML 1.0 forbids; tab, line ends and the C1 range are allowed. */
function hasForbiddenCharacter(text: string): boolean {
  return /(?![\t\n\r\x7f-\x9f])[\p{Cc}\ufffe\uffff]/u.test(text)
}

function toElement(node: OrderedNode, depth: number): XmlElement {
  const tag = tagOf(node)
  if (tag === undefined || depth > maxDepth) throw new Error('nested too deeply')
  const content = node[tag] as readonly OrderedNode[]
  const attributes = Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>)
  return {
    name: localName(tag),
    attributes: new Map(attributes.map(([name, value]) => [localName(name), resolve(value)])),
    children: content.filter(isElement).map((child) => toElement(child, depth + 1)),
    text: content.map(textOf).join(''),
  }
}

function isElement(node: OrderedNode): boolean {
  return tagOf(node) !== undefined
}

function tagOf(node: OrderedNode): string | undefined {
  return Object.keys(node).find((key) => key !== ':@' && key !== '#text' && key !== '#cdata')
}

function textOf(node: OrderedNode): string {
  const text = node['#text']
  if (typeof text === 'string') return resolve(text)
  const cdata = node['#cdata'] as readonly OrderedNode[] | undefined
  return (cdata ?? []).map((part) => String(part['#text'] ?? '')).join('')
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** Resolves the five entities that XML has by itself, and character references; throws on any other. */
function resolve(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]*);?/g, (reference, name: string) => {
    const character = reference.endsWith(';') ? resolveName(name) : undefined
    if (character === undefined) throw new Error('unknown entity')
    return character
  })
}

function resolveName(name: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? []
  if (hexadecimal === undefined && decimal === undefined) return entities.get(name)
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : undefined
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])
