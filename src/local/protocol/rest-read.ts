import { ServiceError } from '../service-error.ts'
import { decodePercent, decodeUtf8 } from './decode-text.ts'
import { decodeWords } from './encoded-word.ts'
import type { QueryParameters } from './rest-query.ts'
import { parseScalar, type Scalar } from './scalar-text.ts'
import type { Binding, Member, Shape, StructureShape } from './service-model.ts'
import type { WireRequest } from './wire.ts'
import { parseXml, type XmlElement } from './xml-parse.ts'
import { malformedXml, readXmlStructure } from './xml-read.ts'

/** What a routed REST request holds, before any of it is given a type. */
export interface RestParts {
  /** Still percent-encoded. */
  readonly labels: ReadonlyMap<string, string>
  readonly query: QueryParameters
  readonly headers: Readonly<Record<string, string>>
  readonly body: WireRequest['body']
}

/** Collects an operation's input from path, query, headers and body. */
export function readRestInput(shape: StructureShape, parts: RestParts): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const member of shape.members) {
    const value = readBound(member, member.binding, parts)
    if (value !== undefined) input[member.name] = value
  }
  if (shape.members.some(({ binding }) => binding.kind === 'body')) {
    const body = parseBody(parts.body)
    if (body !== undefined) Object.assign(input, readXmlStructure(shape, body))
  }
  return input
}

function readBound(member: Member, binding: Binding, parts: RestParts): unknown {
  switch (binding.kind) {
    case 'label':
      return decodeLabel(parts.labels.get(member.name) ?? '')
    case 'query':
      return readQuery(member, binding.key, parts.query.get(binding.key))
    case 'header':
      return readHeader(member, binding.sentAs, parts.headers[binding.key])
    case 'prefixHeaders':
      return readPrefixHeaders(binding.prefix, parts.headers)
    case 'payload':
      return readPayload(member, parts.body)
    default:
      return undefined
  }
}

function decodeLabel(text: string): string {
  const label = decodePercent(text)
  if (label === undefined) throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.")
  return label
}

function readQuery(member: Member, name: string, values: readonly string[] | undefined): unknown {
  if (values === undefined) return undefined
  const { shape } = member
  if (shape.kind === 'list') {
    return values.map((text) => requireScalar({ shape: shape.item.shape, name, text }))
  }
  const [text = ''] = values
  // AWS: a number that is not written is not given.
  if (text === '' && shape.kind === 'number') return undefined
  // Which of several would count is nobody's guess.
  if (values.length > 1) throw invalidArgument(`The parameter ${name} is given twice`, name, text)
  return requireScalar({ shape, name, text })
}

function readHeader(member: Member, name: string, text: string | undefined): unknown {
  if (text === undefined) {
    if (member.isRequired) throw invalidArgument(`The ${name} header is missing`, name, '')
    return undefined
  }
  const { shape } = member
  if (shape.kind === 'list') {
    const items = text.split(',').map((item) => item.trim())
    return items.map((item) => requireScalar({ shape: shape.item.shape, name, text: item }))
  }
  // HTTP has a date that cannot be read pass for an absent one; S3's own headers are checked.
  const isStandardDate = isTimestamp(shape) && !name.toLowerCase().startsWith('x-amz-')
  if (isStandardDate) return readText(shape, text)
  return requireScalar({ shape, name, text })
}

function readPrefixHeaders(prefix: string, headers: RestParts['headers']): unknown {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix))
  if (found.length === 0) return undefined
  const value: Record<string, string> = Object.create(null)
  for (const [name, text] of found) value[name.slice(prefix.length)] = headerText(text)
  return value
}

/** Node reads header bytes as Latin-1; where they are UTF-8, that is what the client meant. AWS reads encoded words. */
function headerText(text: string): string {
  const isAscii = /^[\x20-\x7e]*$/.test(text)
  return isAscii ? decodeWords(text) : (decodeUtf8(Buffer.from(text, 'latin1')) ?? text)
}

function readPayload(member: Member, body: WireRequest['body']): unknown {
  const { shape } = member
  if (shape.kind === 'stream') return body
  if (!(body instanceof Uint8Array)) throw new Error(`bug: ${member.name} arrives as bytes`)
  if (shape.kind === 'structure') {
    const element = parseBody(body)
    if (element === undefined) {
      if (member.isRequired) {
        throw new ServiceError('MissingRequestBodyError', 'Request Body is empty')
      }
      return undefined
    }
    if (element.name !== (shape.xmlName ?? member.wireName) && element.name !== member.wireName) {
      throw malformedXml()
    }
    return readXmlStructure(shape, element)
  }
  return shape.kind === 'blob' ? body : requireText(body)
}

function parseBody(body: WireRequest['body']): XmlElement | undefined {
  if (!(body instanceof Uint8Array)) throw new Error('bug: an XML body arrives as bytes')
  if (body.byteLength === 0) return undefined
  const element = parseXml(requireText(body))
  if (element === undefined) throw malformedXml()
  return element
}

function requireText(body: Uint8Array): string {
  const text = decodeUtf8(body)
  if (text === undefined) throw malformedXml()
  return text
}

interface NamedText {
  readonly shape: Shape
  readonly name: string
  readonly text: string
}

function requireScalar({ shape, name, text }: NamedText): Scalar {
  const value = readText(shape, text)
  if (value !== undefined) return value
  const message =
    shape.kind === 'number'
      ? `Provided ${name} not an integer or within integer range`
      : `Provided ${name} is not a valid ${shape.kind}`
  throw invalidArgument(message, name, text)
}

function readText(shape: Shape, text: string): Scalar | undefined {
  if (shape.kind === 'structure' || shape.kind === 'list' || shape.kind === 'map') return undefined
  return parseScalar(shape.kind, text, 'httpDate')
}

function isTimestamp(shape: Shape): boolean {
  return ['timestamp', 'dateTime', 'httpDate', 'epochSeconds'].includes(shape.kind)
}

function invalidArgument(message: string, name: string, value: string): ServiceError {
  return new ServiceError('InvalidArgument', message, {
    details: { ArgumentName: name, ArgumentValue: value },
  })
}
