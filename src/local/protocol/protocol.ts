import { ServiceError } from '../service-error.ts'
import { readJsonCall, routeJson, writeJsonError, writeJsonResponse } from './json-protocol.ts'
import { readQueryCall, routeQuery, writeQueryError, writeQueryResponse } from './query-protocol.ts'
import type { ErrorAnswer, ReadCall, RequestHead, SuccessAnswer } from './read-call.ts'
import { readRestCall, writeRestError, writeRestResponse } from './rest-xml-protocol.ts'
import { routeRest } from './route-rest.ts'
import type { ProtocolName, ServiceModel } from './service-model.ts'
import type { WireRequest, WireResponse } from './wire.ts'

/** Reads a request by its service's protocol. Never throws for anything a client sent. */
export function readRequest(model: ServiceModel, wire: WireRequest): ReadCall {
  try {
    return protocols[model.protocol].read(model, wire)
  } catch (error) {
    if (error instanceof ServiceError) return { kind: 'malformed', error }
    throw error
  }
}

/** The answer of an operation. `output` has the members of the SDK's type of the same name. */
export function writeResponse(model: ServiceModel, answer: SuccessAnswer): WireResponse {
  return protocols[model.protocol].write(model, answer)
}

/** The answer that tells a client what went wrong, in the service's own envelope. */
export function writeError(model: ServiceModel, answer: ErrorAnswer): WireResponse {
  return protocols[model.protocol].writeError(model, answer)
}

/**
 * Names the operation from a request's head alone; `undefined` when it takes the body to tell (a form)
 * or when the service has no such operation.
 */
export function routeRequest(model: ServiceModel, head: RequestHead): string | undefined {
  return protocols[model.protocol].route(model, head)
}

interface Protocol {
  readonly read: (model: ServiceModel, wire: WireRequest) => ReadCall
  readonly write: (model: ServiceModel, answer: SuccessAnswer) => WireResponse
  readonly writeError: (model: ServiceModel, answer: ErrorAnswer) => WireResponse
  readonly route: (model: ServiceModel, head: RequestHead) => string | undefined
}

const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  awsQuery: {
    read: readQueryCall,
    write: writeQueryResponse,
    writeError: writeQueryError,
    route: (model, head) => routeQuery(model, head.query),
  },
  awsJson1_1: {
    read: readJsonCall,
    write: writeJsonResponse,
    writeError: writeJsonError,
    route: (model, head) => routeJson(model, head.headers),
  },
  restXml: {
    read: readRestCall,
    write: writeRestResponse,
    writeError: writeRestError,
    route: (model, head) => routeRest(model, head)?.operation.name,
  },
}
