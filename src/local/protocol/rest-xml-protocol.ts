import { ServiceError } from '../service-error.ts'
import { errorStatus } from './error-status.ts'
import type { ErrorAnswer, ReadCall, SuccessAnswer } from './read-call.ts'
import type { QueryParameters } from './rest-query.ts'
import { readRestInput } from './rest-read.ts'
import { writeRestOutput } from './rest-write.ts'
import { routeRest } from './route-rest.ts'
import { requireOperation, type ServiceModel } from './service-model.ts'
import type { WireRequest, WireResponse } from './wire.ts'
import { escapeText } from './xml-write.ts'

/** Reads a call of S3. Two requests that browsers make, and no SDK, are told as `unknown` by AWS's name for them. */
export function readRestCall(model: ServiceModel, wire: WireRequest): ReadCall {
  const route = routeRest(model, wire)
  if (route === undefined) {
    const name = browserRequests.get(wire.method)
    const isForm = /^multipart\/form-data/i.test(wire.headers['content-type'] ?? '')
    if (name === 'PostObject' && wire.query === '' && !isForm) throw noForm()
    if (name !== undefined) return { kind: 'unknown', name }
    const message = 'The specified method is not allowed against this resource.'
    throw new ServiceError('MethodNotAllowed', message, {
      status: 405,
      details: { Method: wire.method },
    })
  }
  const { operation, labels, query } = route
  const headers = withHoisted(decodedHeaders(wire.headers), query)
  const parts = { labels, query, headers, body: wire.body }
  const input = operation.input === undefined ? {} : readRestInput(operation.input, parts)
  return { kind: 'operation', name: operation.name, input }
}

export function writeRestResponse(model: ServiceModel, answer: SuccessAnswer): WireResponse {
  const operation = requireOperation(model, answer.operation)
  const { xmlNamespace } = model
  const { status, headers, body } = writeRestOutput({ operation, xmlNamespace }, answer.output)
  return { status, headers: { ...headers, ...requestHeaders(answer.requestId) }, body }
}

export function writeRestError(model: ServiceModel, answer: ErrorAnswer): WireResponse {
  const { error, requestId } = answer
  const status = errorStatus(model, error)
  const headers = requestHeaders(requestId)
  const method = model.operations.get(answer.operation ?? '')?.http?.method
  if (method === 'HEAD' || status === 304) return { status, headers, body: '' }
  const rows = Object.entries({
    Code: error.code,
    Message: error.message,
    ...error.details,
    RequestId: requestId,
    HostId: hostId(requestId),
  })
  const content = rows.map(([name, text]) => `<${name}>${escapeText(text)}</${name}>`).join('')
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content}</Error>`
  return { status, headers: { ...headers, 'content-type': 'application/xml' }, body }
}

/** Form uploads and preflight requests: no SDK has them, so the tables have not either. */
const browserRequests: ReadonlyMap<string, string> = new Map([
  ['POST', 'PostObject'],
  ['OPTIONS', 'OptionsObject'],
])

/**
 * Headers as they are once the body's framing is undone: `aws-chunked` is how the body travelled,
 * not how the object is encoded, and its length is the decoded one.
 */
function decodedHeaders(headers: WireRequest['headers']): WireRequest['headers'] {
  const encoding = headers['content-encoding']
  const length = headers['x-amz-decoded-content-length']
  if (encoding === undefined && length === undefined) return headers
  const { 'content-encoding': _, ...rest } = headers
  const kept = (encoding ?? '')
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && token.toLowerCase() !== 'aws-chunked')
  return {
    ...rest,
    ...(kept.length > 0 && { 'content-encoding': kept.join(',') }),
    ...(length !== undefined && { 'content-length': length }),
  }
}

/** AWS: a link that was signed beforehand may have headers of AWS's in its query, under the same signature. */
function withHoisted(
  headers: WireRequest['headers'],
  query: QueryParameters,
): WireRequest['headers'] {
  if (!query.has('X-Amz-Signature')) return headers
  const hoisted = [...query].flatMap(([name, [value = '']]) =>
    name.startsWith('x-amz-') ? [[name, value] as const] : [],
  )
  return hoisted.length === 0 ? headers : { ...Object.fromEntries(hoisted), ...headers }
}

/** Forms that a bucket takes have a route of their own; what comes here is none. */
function noForm(): ServiceError {
  const message = 'At least one of the pre-conditions you specified did not hold'
  const Condition = 'Bucket POST must be of the enclosure-type multipart/form-data'
  return new ServiceError('PreconditionFailed', message, { status: 412, details: { Condition } })
}

function requestHeaders(requestId: string): Readonly<Record<string, string>> {
  return {
    'x-amz-request-id': requestId,
    'x-amz-id-2': hostId(requestId),
    server: 'AmazonS3',
  }
}

/** AWS's second id names the host that answered; here one host answers all, so it follows from the first. */
function hostId(requestId: string): string {
  return Buffer.from(requestId, 'utf8').toString('base64')
}
