import { ServiceError } from '../service-error.ts'
import { errorStatus } from './error-status.ts'
import { parseFlatForm, readFlatStructure } from './flat-form.ts'
import { type FormNode, parseForm } from './form.ts'
import { readFormStructure } from './query-read.ts'
import type { ErrorAnswer, ReadCall, SuccessAnswer } from './read-call.ts'
import { requireOperation, type ServiceModel } from './service-model.ts'
import { renderSeconds } from './timestamp.ts'
import type { WireRequest, WireResponse } from './wire.ts'
import { escapeText, renderMembers } from './xml-write.ts'

/**
 * Reads a call of STS or IAM: a form in the body, in the query string (as presigned calls have it), or in both.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html
 */
export function readQueryCall(model: ServiceModel, wire: WireRequest): ReadCall {
  const body = textOf(wire.body)
  const flat = wire.query === '' ? readFlatCall(model, body) : undefined
  return flat ?? readNestedCall(model, [wire.query, body])
}

/** Undefined for a call that nests parameters, and for one with which something is wrong. */
function readFlatCall(model: ServiceModel, body: string): ReadCall | undefined {
  const form = parseFlatForm(body)
  const operation = model.operations.get(form?.get('Action') ?? '')
  if (operation === undefined || form?.get('Version') !== model.apiVersion) return undefined
  const { name, input: shape } = operation
  const input = shape === undefined ? {} : readFlatStructure(shape, form)
  return input === undefined ? undefined : { kind: 'operation', name, input }
}

function readNestedCall(model: ServiceModel, texts: readonly string[]): ReadCall {
  const form = parseRequest(texts)
  const action = form.children.get('Action')?.text
  if (action === undefined || action === '') {
    const message = 'The request must contain the parameter Action'
    throw new ServiceError('MissingAction', message)
  }
  const version = form.children.get('Version')?.text ?? 'NO_VERSION_SPECIFIED'
  if (version !== model.apiVersion) {
    const message = `Could not find operation ${action} for version ${version}`
    throw new ServiceError('InvalidAction', message)
  }
  const operation = model.operations.get(action)
  if (operation === undefined) return { kind: 'unknown', name: action }
  const input = operation.input === undefined ? {} : readFormStructure(operation.input, form)
  return { kind: 'operation', name: action, input }
}

/** Names the operation of a call whose form stands in the query string; `undefined` when the body has it. */
export function routeQuery(model: ServiceModel, query: string): string | undefined {
  if (query === '') return undefined
  const parse = parseForm([query])
  const action = parse.ok ? parse.form.children.get('Action')?.text : undefined
  return action !== undefined && model.operations.has(action) ? action : undefined
}

export function writeQueryResponse(model: ServiceModel, answer: SuccessAnswer): WireResponse {
  const { operation: name, requestId } = answer
  const { output } = requireOperation(model, name)
  const result =
    output === undefined
      ? ''
      : `<${name}Result>${renderMembers(output, answer.output, renderSeconds)}</${name}Result>`
  const body = `<${name}Response xmlns="${model.xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`
  return { status: 200, headers: headers(requestId), body }
}

export function writeQueryError(
  model: ServiceModel,
  { error, requestId }: ErrorAnswer,
): WireResponse {
  const status = errorStatus(model, error)
  const type = status < 500 ? 'Sender' : 'Receiver'
  const details = Object.entries(error.details)
    .map(([key, value]) => `<${key}>${escapeText(value)}</${key}>`)
    .join('')
  const body = `<ErrorResponse xmlns="${model.xmlNamespace}"><Error><Type>${type}</Type><Code>${escapeText(error.code)}</Code><Message>${escapeText(readable(error.message))}</Message>${details}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  return { status, headers: headers(requestId), body }
}

/** A message may quote what XML cannot hold, not even escaped; no client could read it then. */
function readable(message: string): string {
  return message.replace(unreadable, '?')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const unreadable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

function parseRequest(texts: readonly string[]): FormNode {
  const parse = parseForm(texts)
  if (!parse.ok) throw new ServiceError('MalformedQueryString', parse.problem)
  return parse.form
}

function textOf(body: WireRequest['body']): string {
  if (!(body instanceof Uint8Array)) throw new Error('bug: a form arrives as bytes')
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}

function headers(requestId: string): WireResponse['headers'] {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }
}
