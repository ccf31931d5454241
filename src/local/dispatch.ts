import type { RecordedCall } from './event-history.ts'
import type { TargetService } from './http/target-service.ts'
import { findTargetService, isQuery } from './http/target-service.ts'
import type { CallNotes, DispatchTools, Incoming } from './incoming.ts'
import { noteFailure } from './note-failure.ts'
import type { ServiceName } from './operation.ts'
import { loadService } from './protocol/load-service.ts'
import { writeError } from './protocol/protocol.ts'
import type { WireResponse } from './protocol/wire.ts'
import { beginCall } from './serve-call.ts'
import { ServiceError } from './service-error.ts'
import type { RequestHead } from './signature/canonical-request.ts'
import { readSignature } from './signature/read-signature.ts'

/** Answers one API call. Never throws: what goes wrong inside becomes `InternalFailure`. */
export async function dispatch(tools: DispatchTools, incoming: Incoming): Promise<WireResponse> {
  const { head } = incoming
  const signature = readSignature(head)
  const target = findTargetService(head, signature)
  const requestId = newRequestId(tools)
  const notes = newNotes(tools, incoming, { requestId, service: target.service })
  let answer: WireResponse
  try {
    requireBuilt(target)
    const loading = tools.loadOperations(target.service)
    if (loading !== undefined) await loading
    const trouble = tools.faults?.meet(target.service)
    if (trouble !== undefined) await trouble
    const { service } = target
    const { reading, finish } = beginCall(tools, incoming, { service, requestId, signature, notes })
    // Only what is not there yet is waited for: a call without a body is answered at once.
    const found = finish(reading instanceof Promise ? await reading : reading)
    answer = found instanceof Promise ? await found : found
  } catch (error) {
    const shown = shownError(error, notes)
    answer = writeFailure(head, { target, requestId, notes, error: shown })
  }
  notes.status = answer.status
  // What was noted becomes the record itself: nobody writes to it afterwards.
  tools.history.record(notes)
  return answer
}

type Named = Pick<RecordedCall, 'requestId' | 'service'>

/** What every record has, and room for what is learnt. */
function newNotes(
  tools: DispatchTools,
  { sourceIp, head }: Incoming,
  { requestId, service }: Named,
): CallNotes & Pick<RecordedCall, NotedAtOnce> {
  const atMs = tools.clock.nowMs()
  const notes = { requestId, atMs, service, sourceIp, decisions: [], status: 0 }
  const userAgent = head.headers['user-agent']
  return userAgent === undefined ? notes : { ...notes, userAgent }
}

type NotedAtOnce = keyof Named | 'atMs' | 'sourceIp' | 'decisions' | 'status'

/** As one text: put together of pieces it would keep them all, for as long as the event history has it. */
function newRequestId(tools: DispatchTools): string {
  const bytes = tools.randomBytes(16)
  const text = Buffer.allocUnsafe(36)
  let at = 0
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) {
      text[at] = dash
      at += 1
    }
    const byte = bytes[index] ?? 0
    text[at] = hexDigit(byte >> 4)
    text[at + 1] = hexDigit(byte & 15)
    at += 2
  }
  return text.toString('latin1')
}

const dash = 0x2d

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value
}

type BuiltTarget = Extract<TargetService, { readonly kind: 'built' }>

function requireBuilt(target: TargetService): asserts target is BuiltTarget {
  if (target.kind === 'built') return
  const named =
    target.service === '' ? 'the service asked for' : `the service \`${target.service}\``
  throw new ServiceError('NotImplemented', `${named} is not built`, { status: 501 })
}

/** What the client is told: its own fault in AWS's words, the server's fault without a word of it. */
function shownError(error: unknown, notes: CallNotes): ServiceError {
  const shown =
    error instanceof ServiceError
      ? error
      : new ServiceError(
          'InternalFailure',
          'The request processing has failed because of an unknown error, exception or failure.',
          { status: 500, cause: error },
        )
  noteFailure(notes, error, shown)
  return shown
}

interface Failure {
  readonly target: TargetService
  readonly requestId: string
  readonly notes: CallNotes
  readonly error: ServiceError
}

function writeFailure(head: RequestHead, failure: Failure): WireResponse {
  const { error, requestId, notes } = failure
  return writeError(loadService(envelopeOf(head, failure.target)), {
    error,
    requestId,
    ...(notes.operation === undefined ? {} : { operation: notes.operation }),
  })
}

/** A service that is not built is answered in a form that its clients read, as far as the request shows it. */
function envelopeOf(head: RequestHead, { kind, service }: TargetService): ServiceName {
  if (kind === 'built') return service
  if (head.headers['x-amz-target'] !== undefined) return 'ecr'
  return service === '' || isQuery(head) || xmlServices.has(service) ? 'sts' : 'ecr'
}

/** The few that speak REST with XML; all others that speak REST speak JSON. */
const xmlServices: ReadonlySet<string> = new Set(['cloudfront', 'route53'])
