import { admit, discardBody } from './admit.ts'
import { authorizeCall } from './authorize-call.ts'
import type { Caller } from './caller.ts'
import type { RecordedDecision } from './event-history.ts'
import { noTrailers, type ReadBody } from './http/read-body.ts'
import type { CallNotes, DispatchTools, Incoming, ServedCall } from './incoming.ts'
import { noteLastUse } from './last-used.ts'
import type { AuthorizationQuestion, Call, Operation, SigningFacts } from './operation.ts'
import { checkConstraints } from './protocol/constraints.ts'
import { loadService } from './protocol/load-service.ts'
import { readRequest, routeRequest, writeResponse } from './protocol/protocol.ts'
import type { ServiceModel } from './protocol/service-model.ts'
import { hasStreamingInput } from './protocol/service-model.ts'
import type { WireRequest, WireResponse } from './protocol/wire.ts'
import { ServiceError } from './service-error.ts'
import { requestParameters } from './services/cloudtrail/request-parameters.ts'
import type { PresentedSignature } from './signature/read-signature.ts'
import { smallBlobLimit } from './store/small-blobs.ts'

/** A call that is being taken in. */
export interface BegunCall {
  /** Its body, or a promise of it. */
  readonly reading: ReadBody | Promise<ReadBody>
  /** Does what is asked for, with the body at hand; waits only where the operation says that it has to. */
  readonly finish: (read: ReadBody) => WireResponse | Promise<WireResponse>
}

/**
 * The life of one call: prove who signed it and that the body is theirs, read it by the service's model, check its
 * members, ask the engine, run the handler in one transaction, and write the answer.
 */
export function beginCall(tools: DispatchTools, incoming: Incoming, served: ServedCall): BegunCall {
  const { service, requestId, signature, notes } = served
  const model = loadService(service)
  const beforeBody = (caller: Caller): void =>
    decideEarly(tools, incoming, { served, model, caller })
  const admitted = { service, requestId, signature, notes, model, beforeBody }
  const { reading, prove } = admit(tools, incoming, admitted)
  return {
    reading,
    finish(read) {
      const caller = prove(read)
      noteCaller(notes, caller)
      return perform(tools, incoming, { served, model, caller, read })
    },
  }
}

interface AdmittedCall extends EarlyCall {
  readonly read: ReadBody
}

/** Reads the call, decides it and does it. Its body goes when that fails; once it is done, the state may refer to it. */
function perform(
  tools: DispatchTools,
  incoming: Incoming,
  { served, model, caller, read }: AdmittedCall,
): WireResponse | Promise<WireResponse> {
  let done: DoneCall
  try {
    const { operation, input } = readOperation(tools, model, { incoming, read, served })
    const call = newCall(tools, incoming, { served, caller, operation: operation.name })
    const asked = { operation, input, served }
    if (operation.prepare !== undefined) {
      return prepareCall(tools, call, asked).then(answerCall, (error: unknown) => {
        discardBody(tools, read)
        throw error
      })
    }
    done = { call, model, output: tools.store.transact(() => runCall(tools, call, asked)) }
  } catch (error) {
    discardBody(tools, read)
    throw error
  }
  return answerCall(done)
}

interface DoneCall {
  readonly call: Call
  readonly model: ServiceModel
  readonly output: object
}

async function prepareCall(
  tools: DispatchTools,
  call: Call,
  { operation, input: given, served }: AskedCall,
): Promise<DoneCall> {
  const input = (await operation.prepare?.(given, call)) ?? given
  const output = tools.store.transact(() => runCall(tools, call, { operation, input, served }))
  return { call, model: loadService(call.service), output }
}

function answerCall({ call, model, output }: DoneCall): WireResponse {
  noteLastUse(call)
  const { operation, requestId } = call
  return writeResponse(model, { operation, output, requestId })
}

interface EarlyCall {
  readonly served: ServedCall
  readonly model: ServiceModel
  readonly caller: Caller
}

/**
 * A long upload is refused before it is taken in, where what its head says is not allowed. What counts is still decided when
 * all of it is here; a short one is not worth deciding twice.
 */
function decideEarly(tools: DispatchTools, incoming: Incoming, early: EarlyCall): void {
  const { served, model, caller } = early
  const { head } = incoming
  const route = routeRequest(model, head)
  if (route === undefined || !hasStreamingInput(model, route)) return
  if (Number(head.headers['content-length'] ?? Number.NaN) <= smallBlobLimit) return
  noteCaller(served.notes, caller)
  const read: ReadBody = { body: new Uint8Array(), trailers: noTrailers }
  const { operation, input } = readOperation(tools, model, { incoming, read, served })
  const call = newCall(tools, incoming, { served, caller, operation: operation.name })
  askEngine(tools, call, { operation, input, served })
}

function noteCaller(notes: CallNotes, caller: Caller): void {
  if (caller.kind === 'anonymous') return
  notes.caller = caller
  notes.accountId = caller.accountId
  notes.principalArn = caller.principal.arn
  notes.accessKeyId = caller.accessKeyId
}

interface OperationCall {
  readonly operation: Operation
  readonly input: Record<string, unknown>
}

interface Arrived {
  readonly incoming: Incoming
  readonly read: ReadBody
  readonly served: ServedCall
}

function readOperation(tools: DispatchTools, model: ServiceModel, arrived: Arrived): OperationCall {
  const call = readRequest(model, wireRequest(arrived))
  if (call.kind === 'malformed') throw call.error
  arrived.served.notes.operation = call.name
  if (call.kind === 'unknown') throw unknownOperation(model, call.name)
  const problem = checkConstraints(model, call.name, call.input)
  if (problem !== undefined) throw problem
  if (!isLong(arrived.read)) {
    arrived.served.notes.parameters = requestParameters(model, call.name, call.input)
  }
  const operation = tools.operations(arrived.served.service, call.name)
  if (operation === undefined) {
    const message = `${arrived.served.service}:${call.name} is not built`
    throw new ServiceError('NotImplemented', message, { status: 501 })
  }
  return { operation, input: call.input }
}

/** AWS: CloudTrail leaves out parameters of more than 100 KB. A history of them would fill the memory. */
function isLong({ body }: ReadBody): boolean {
  return body instanceof Uint8Array && body.byteLength > 100_000
}

/** The request as the protocol reads it: what came after a chunked body counts as headers. */
function wireRequest({ incoming, read }: Arrived): WireRequest {
  const { method, path, query, headers: own } = incoming.head
  const { body, trailers } = read
  const headers = trailers === noTrailers ? own : { ...own, ...trailers }
  return { method, path, query, headers, body }
}

function unknownOperation(model: ServiceModel, name: string): ServiceError {
  const { service, apiVersion } = model
  if (service === 's3') {
    const message = 'The specified method is not allowed against this resource.'
    return new ServiceError('MethodNotAllowed', message, { status: 405 })
  }
  if (model.protocol === 'awsJson1_1') {
    return new ServiceError('UnknownOperationException', '', { status: 400 })
  }
  const message = `Could not find operation ${name} for version ${apiVersion}`
  return new ServiceError('InvalidAction', message)
}

interface NewCall {
  readonly served: ServedCall
  readonly caller: Caller
  readonly operation: string
}

function newCall(tools: DispatchTools, incoming: Incoming, about: NewCall): Call {
  const { served, caller, operation } = about
  const { signature, service, requestId, notes } = served
  const region = signature.kind === 'signed' ? signature.presented.scope.region : 'us-east-1'
  notes.region = region
  return {
    clock: tools.clock,
    randomBytes: tools.randomBytes,
    // STS reads roles as far as word of them has spread; what it writes is written at once.
    store: service === 'sts' ? (tools.store.spread ?? tools.store) : tools.store,
    blobs: tools.blobs,
    service,
    operation,
    caller,
    region,
    requestId,
    endpoint: incoming.endpoint,
    nowMs: tools.clock.nowMs(),
    sourceIp: incoming.sourceIp,
    headers: incoming.head.headers,
    signedBy: signature.kind === 'signed' ? signingFacts(signature.presented) : undefined,
  }
}

function signingFacts({ kind, atMs, payloadHash }: PresentedSignature): SigningFacts {
  return payloadHash === undefined ? { kind, atMs } : { kind, atMs, payloadHash }
}

type AskedCall = OperationCall & { readonly served: ServedCall }

function runCall(tools: DispatchTools, call: Call, about: AskedCall): object {
  const { operation, input } = about
  const ask = askEngine(tools, call, about)
  const each = operation.authorizeEach?.(input, call)
  const refusals = each?.map((question) => refusalOf(() => ask([question])))
  return operation.run(input, refusals === undefined ? call : { ...call, refusals })
}

function refusalOf(ask: () => void): ServiceError | undefined {
  try {
    ask()
    return undefined
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}

type Ask = (questions: readonly AuthorizationQuestion[]) => void

/** Asks every question of the call, throws the first denial, and gives what further questions are asked with. */
function askEngine(tools: DispatchTools, call: Call, about: AskedCall): Ask {
  const { operation, input, served } = about
  let decisions: RecordedDecision[] | undefined
  served.notes.decisions = []
  const onDecision = (decision: RecordedDecision): void => {
    // Most calls ask one question: a list that grows from nothing takes room for a dozen.
    if (decisions !== undefined) decisions.push(decision)
    else {
      decisions = [decision]
      served.notes.decisions = decisions
    }
  }
  const ask: Ask = (questions) =>
    authorizeCall({ compiler: tools.compiler, onDecision }, questions, call)
  ask(operation.authorize(input, call))
  return ask
}
