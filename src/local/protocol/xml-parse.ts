/** An element without its namespace prefix; `text` is all of its own character data, entities resolved. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const maxDepth = 64
/** Tags and the texts between them: twice what completing an upload of 10,000 parts takes. */
const maxPieces = 400_000
/** Characters of one tag, its attributes included. */
const maxTagLength = 4096

/**
 * Reads a whole document; `undefined` when it is not well-formed, has a document type, an entity of its own,
 * a processing instruction, more than 64 levels, or a tag longer than 4,096 characters. Nothing in it is ever fetched or
 * expanded, and the time it takes grows with the length of the text alone.
 */
export function parseXml(text: string): XmlElement | undefined {
  if (hasForbiddenCharacter(text)) return undefined
  const document = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const holder: OpenElement = { tag: '', attributes: new Map(), children: [], pieces: [] }
  const open: OpenElement[] = [holder]
  let at = /^<\?xml[ \n\t][^<>]*\?>/.exec(document)?.[0].length ?? 0
  for (let pieces = 0; at < document.length; pieces += 1) {
    const end = pieces > maxPieces ? undefined : readPiece(document, at, open)
    if (end === undefined || open.length > maxDepth + 1) return undefined
    at = end
  }
  const [root, ...others] = holder.children
  const isAlone = others.length === 0 && holder.pieces.join('').trim() === ''
  return open.length === 1 && isAlone ? root : undefined
}

interface OpenElement {
  /** With its prefix, as the end tag has to repeat it. */
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  readonly pieces: string[]
}

/** Reads what begins at `at` into the innermost open element, and gives where it ends; undefined when it is broken. */
function readPiece(text: string, at: number, open: OpenElement[]): number | undefined {
  const inner = open.at(-1)
  if (inner === undefined) return undefined
  if (text[at] !== '<') return readText(text, at, inner)
  if (text.startsWith('<!--', at)) return readComment(text, at)
  if (text.startsWith('<![CDATA[', at)) return readCharacterData(text, at, inner)
  return text[at + 1] === '/' ? closeElement(text, at, open) : openElement(text, at, open)
}

function readText(text: string, at: number, inner: OpenElement): number | undefined {
  const next = text.indexOf('<', at)
  const end = next === -1 ? text.length : next
  const resolved = resolve(text.slice(at, end))
  if (resolved === undefined) return undefined
  inner.pieces.push(resolved)
  return end
}

function readComment(text: string, at: number): number | undefined {
  const end = text.indexOf('--', at + '<!--'.length)
  return end !== -1 && text[end + 2] === '>' ? end + '-->'.length : undefined
}

function readCharacterData(text: string, at: number, inner: OpenElement): number | undefined {
  const start = at + '<![CDATA['.length
  const end = text.indexOf(']]>', start)
  // Character data outside of the root is text, however blank.
  if (end === -1 || inner.tag === '') return undefined
  inner.pieces.push(text.slice(start, end))
  return end + ']]>'.length
}

const name = '[A-Za-z_\\u00c0-\\ufffd][\\w.\\-\\u00b7-\\ufffd]*'
const qualified = `${name}(?::${name})?`
const endTag = new RegExp(`^</(${qualified})[ \\n\\t]*>`)
const attribute = `[ \\n\\t]+(${qualified})[ \\n\\t]*=[ \\n\\t]*("[^"<]*"|'[^'<]*')`
const startTag = new RegExp(`^<(${qualified})((?:${attribute})*)[ \\n\\t]*(/?)>`)
const attributes = new RegExp(attribute, 'g')

function closeElement(text: string, at: number, open: OpenElement[]): number | undefined {
  const match = endTag.exec(text.slice(at, at + maxTagLength))
  const closed = open.pop()
  if (match === null || closed === undefined || closed.tag !== match[1]) return undefined
  open.at(-1)?.children.push({
    name: localName(closed.tag),
    attributes: closed.attributes,
    children: closed.children,
    text: closed.pieces.join(''),
  })
  return at + match[0].length
}

function openElement(text: string, at: number, open: OpenElement[]): number | undefined {
  const match = startTag.exec(text.slice(at, at + maxTagLength))
  const tag = match?.[1]
  const read = readAttributes(match?.[2] ?? '')
  if (match === null || tag === undefined || read === undefined || tag === '__proto__') {
    return undefined
  }
  const isEmpty = match.at(-1) === '/'
  if (!isEmpty) open.push({ tag, attributes: read, children: [], pieces: [] })
  else {
    const element = { name: localName(tag), attributes: read, children: [], text: '' }
    open.at(-1)?.children.push(element)
  }
  return at + match[0].length
}

function readAttributes(text: string): ReadonlyMap<string, string> | undefined {
  const seen = new Set<string>()
  const found = new Map<string, string>()
  for (const [, tag = '', quoted = ''] of text.matchAll(attributes)) {
    const value = resolve(quoted.slice(1, -1).replace(/[\n\t]/g, ' '))
    if (value === undefined || seen.has(tag)) return undefined
    seen.add(tag)
    found.set(localName(tag), value)
  }
  return found
}

/** Control characters, which XML 1.0 forbids; tab, line ends and the C1 range are allowed. */
function hasForbiddenCharacter(text: string): boolean {
  return /(?![\t\n\r\x7f-\x9f])[\p{Cc}\ufffe\uffff]/u.test(text)
}

function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1)
}

/** Resolves the five entities that XML has by itself, and character references; undefined for any other. */
function resolve(text: string): string | undefined {
  if (!text.includes('&')) return text
  if (/&(?!(?:#x[0-9a-f]{1,6}|#\d{1,7}|amp|lt|gt|quot|apos);)/i.test(text)) return undefined
  let isKnown = true
  const resolved = text.replace(/&([^;]+);/g, (_, reference: string) => {
    const character = resolveName(reference)
    isKnown &&= character !== undefined
    return character ?? ''
  })
  return isKnown ? resolved : undefined
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
