import type { BlobRange } from '../store/blob-store.ts'
import { encodeWord } from './encoded-word.ts'
import type { Binding, Member, OperationModel, Shape, StructureShape } from './service-model.ts'
import { epochSeconds, renderHttpDate, renderMilliseconds } from './timestamp.ts'
import type { WireResponse } from './wire.ts'
import { escapeText, renderMember, renderMembers } from './xml-write.ts'

/** What an answer adds to a service's fixed headers. */
export interface RestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: WireResponse['body']
}

/** Spreads an output over status, headers and body as the operation's bindings say. */
export function writeRestOutput(
  {
    operation,
    xmlNamespace,
  }: { readonly operation: OperationModel; readonly xmlNamespace: string },
  output: object,
): RestAnswer {
  const headers: Record<string, string> = {}
  const members = operation.output?.members ?? []
  let status = operation.http?.status ?? 200
  for (const member of members) {
    const value = readProperty(output, member.name)
    if (value === undefined || value === null) continue
    if (member.binding.kind === 'status') status = Number(value)
    Object.assign(headers, boundHeaders(member, member.binding, value))
  }
  // AWS: the model knows one status; a part of an object is answered with 206.
  if (status === 200 && headers['content-range'] !== undefined) status = 206
  const body = writeBody({ operation, xmlNamespace }, output)
  if (typeof body === 'string' && body !== '') headers['content-type'] ??= contentType(body)
  return { status, headers, body }
}

/** Every text that is an answer by itself is XML, but for a bucket's policy. */
function contentType(body: string): string {
  return body.startsWith(declaration) ? 'application/xml' : 'application/json'
}

function boundHeaders(
  member: Member,
  binding: Binding,
  value: unknown,
): Readonly<Record<string, string>> {
  if (binding.kind === 'header') {
    return { [binding.key]: headerText(renderHeader(member.shape, value)) }
  }
  if (binding.kind !== 'prefixHeaders' || typeof value !== 'object' || value === null) return {}
  const entries = Object.entries(value).map(([name, text]) => [
    `${binding.prefix}${name.toLowerCase()}`,
    headerText(String(text)),
  ])
  return Object.fromEntries(entries)
}

function renderHeader(shape: Shape, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(',')
  if (!(value instanceof Date)) return String(value)
  if (shape.kind === 'dateTime') return renderMilliseconds(value)
  return shape.kind === 'epochSeconds' ? String(epochSeconds(value)) : renderHttpDate(value)
}

/** Header values are ASCII on one line. */
function headerText(text: string): string {
  return encodeWord(text.replace(/[\r\n\0]+/g, ' '))
}

function writeBody(
  {
    operation,
    xmlNamespace,
  }: { readonly operation: OperationModel; readonly xmlNamespace: string },
  output: object,
): WireResponse['body'] {
  const shape = operation.output
  if (shape === undefined || operation.http?.method === 'HEAD') return ''
  const payload = shape.members.find(({ binding }) => binding.kind === 'payload')
  if (payload !== undefined)
    return writePayload(payload, readProperty(output, payload.name), xmlNamespace)
  if (!shape.members.some(({ binding }) => binding.kind === 'body')) return ''
  const root = shape.xmlName ?? `${operation.name}Result`
  return declare(root, {
    xmlNamespace,
    content: operation.isUnwrapped
      ? unwrappedContent(shape, output)
      : renderMembers(shape, output, renderMilliseconds),
  })
}

function unwrappedContent(shape: StructureShape, output: object): string {
  const [member] = shape.members
  const value = member === undefined ? undefined : readProperty(output, member.name)
  return value === undefined || value === null ? '' : escapeText(String(value))
}

function writePayload(member: Member, value: unknown, xmlNamespace: string): WireResponse['body'] {
  const { shape } = member
  if (shape.kind !== 'structure') return (value ?? '') as string | Uint8Array | BlobRange
  if (shape.isEventStream) {
    if (value === undefined) return ''
    throw new Error(`bug: ${shape.name} is an event stream`)
  }
  const named = { ...member, wireName: shape.xmlName ?? member.wireName }
  // Clients take an empty answer for a broken connection, an empty element for an empty structure.
  const element = renderMember(named, value ?? {}, renderMilliseconds)
  const opening = `<${named.wireName}`
  return `${declaration}${opening} xmlns="${xmlNamespace}"${element.slice(opening.length)}`
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

function declare(
  root: string,
  { xmlNamespace, content }: { readonly xmlNamespace: string; readonly content: string },
): string {
  const opening = `${declaration}<${root} xmlns="${xmlNamespace}"`
  return content === '' ? `${opening}/>` : `${opening}>${content}</${root}>`
}

function readProperty(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name]
}
