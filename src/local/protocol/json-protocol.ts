import { ServiceError } from '../service-error.ts'
import { decodeUtf8, parseJson } from './decode-text.ts'
import { errorStatus } from './error-status.ts'
import { readJsonStructure } from './json-read.ts'
import { structureToJson } from './json-write.ts'
import type { ErrorAnswer, ReadCall, RequestHead, SuccessAnswer } from './read-call.ts'
import { requireOperation, type ServiceModel } from './service-model.ts'
import type { WireRequest, WireResponse } from './wire.ts'

/** Reads a call of a JSON 1.1 service: the operation stands in `X-Amz-Target`, the input in the body. */
export function readJsonCall(model: ServiceModel, wire: WireRequest): ReadCall {
  const name = targetName(model, wire.headers)
  if (name === undefined) throw new ServiceError('UnknownOperationException', '')
  const operation = model.operations.get(name)
  if (operation === undefined) return { kind: 'unknown', name }
  if (wire.method !== 'POST') throw new ServiceError('UnknownOperationException', '')
  const json = parseBody(wire.body)
  const input = operation.input === undefined ? {} : readJsonStructure(operation.input, json)
  return { kind: 'operation', name, input }
}

/** Names the operation from the request's headers. */
export function routeJson(
  model: ServiceModel,
  headers: RequestHead['headers'],
): string | undefined {
  const name = targetName(model, headers)
  return name !== undefined && model.operations.has(name) ? name : undefined
}

export function writeJsonResponse(model: ServiceModel, answer: SuccessAnswer): WireResponse {
  const { output } = requireOperation(model, answer.operation)
  const json = output === undefined ? {} : structureToJson(output, answer.output)
  return { status: 200, headers: headers(answer.requestId), body: JSON.stringify(json) }
}

export function writeJsonError(
  model: ServiceModel,
  { error, requestId }: ErrorAnswer,
): WireResponse {
  const details = errorDetails(model, error)
  const body = JSON.stringify({ __type: error.code, ...details, message: error.message })
  return {
    status: errorStatus(model, error),
    headers: { ...headers(requestId), 'x-amzn-errortype': error.code },
    body,
  }
}

/** Details are text in a `ServiceError`; the model says which of them are numbers on the wire. */
function errorDetails(model: ServiceModel, error: ServiceError): Record<string, unknown> {
  const members = model.errors.get(error.code)?.shape.members ?? []
  const numeric = new Set(members.filter(({ shape }) => shape.kind === 'number').map((m) => m.name))
  const entries = Object.entries(error.details)
  return Object.fromEntries(entries.map(([k, v]) => [k, numeric.has(k) ? Number(v) : v]))
}

/** AWS: some clients put the name of CloudTrail's Java package in front of the prefix. */
function targetName(model: ServiceModel, headers: RequestHead['headers']): string | undefined {
  const target = headers['x-amz-target'] ?? ''
  const dot = target.lastIndexOf('.')
  const prefix = target.slice(0, Math.max(dot, 0))
  const isOwn = prefix === model.targetPrefix || prefix.endsWith(`.${model.targetPrefix}`)
  return isOwn ? target.slice(dot + 1) : undefined
}

function parseBody(body: WireRequest['body']): unknown {
  if (!(body instanceof Uint8Array)) throw new Error('bug: a JSON body arrives as bytes')
  if (body.byteLength === 0) return {}
  const text = decodeUtf8(body)
  const json = text === undefined ? undefined : parseJson(text)
  if (json === undefined) {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.')
  }
  return json
}

function headers(requestId: string): Readonly<Record<string, string>> {
  return { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId }
}
