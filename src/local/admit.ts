import { hash } from 'node:crypto'
import type { Caller } from './caller.ts'
import { checksumsWanted } from './http/checksums-wanted.ts'
import type { ReadBody } from './http/read-body.ts'
import { readBody } from './http/read-body.ts'
import { bodyLimits } from './http/request-limits.ts'
import type { DispatchTools, Incoming, ServedCall } from './incoming.ts'
import { readRequest, routeRequest } from './protocol/protocol.ts'
import type { ServiceModel } from './protocol/service-model.ts'
import { hasStreamingInput } from './protocol/service-model.ts'
import type { WireRequest } from './protocol/wire.ts'
import { authenticate, confirmCaller } from './signature/authenticate.ts'
import type { ChunkSigning } from './signature/aws-chunked.ts'
import { dialectOf, faultError } from './signature/fault-error.ts'
import type { PayloadPlan } from './signature/payload-hash.ts'
import { planPayload } from './signature/payload-hash.ts'
import type { PresentedSignature } from './signature/read-signature.ts'
import { renderScope } from './signature/signing-key.ts'

/** A call whose head was not refused. */
export interface Admission {
  /** Its body, which is not waited for where there is none. */
  readonly reading: ReadBody | Promise<ReadBody>
  /** Proves who calls, with the body at hand. Throws where that is nobody, and what was kept of the body is gone. */
  readonly prove: (read: ReadBody) => Caller
}

export type AdmittedCall = ServedCall & {
  readonly model: ServiceModel
  /** Told who calls before a body is read that may be long; it throws where the head alone is enough to refuse. */
  readonly beforeBody: (caller: Caller) => void
}

/**
 * Begins to prove who sent a call and to take its body in. Where the head alone is enough to refuse, the body is not read.
 * Unsigned calls go on as anonymous to S3, and to the calls of STS that an identity provider vouches for.
 */
export function admit(tools: DispatchTools, incoming: Incoming, call: AdmittedCall): Admission {
  const { signature, service } = call
  const dialect = dialectOf(service)
  if (signature.kind === 'fault') throw faultError(signature.fault, dialect)
  if (signature.kind === 'unsigned') return admitUnsigned(tools, incoming, call)
  const { presented } = signature
  const payload = planPayload(incoming.head, presented)
  if (payload.kind === 'invalid') throw faultError({ kind: 'badPayloadHash' }, dialect)
  if (payload.kind === 'computed') return admitComputed(tools, incoming, { call, presented })
  const provedAtMs = tools.clock.nowMs()
  const payloadHash = payload.canonical
  const { caller, secretAccessKey } = proveCaller(tools, incoming, { call, presented, payloadHash })
  call.beforeBody(caller)
  const signing = chunkSigning(tools, { payload, presented, secretAccessKey })
  const facts = signing === undefined ? { call, payload } : { call, payload, signing }
  return {
    reading: takeBody(tools, incoming, facts),
    prove(read) {
      const confirmed = confirmCaller(tools, presented, provedAtMs)
      if (confirmed.kind === 'authenticated') return confirmed.caller
      discardBody(tools, read)
      throw faultError(confirmed.fault, dialect)
    },
  }
}

const anonymous: Caller = { kind: 'anonymous', principal: { kind: 'anonymous' } }

function admitUnsigned(tools: DispatchTools, incoming: Incoming, call: AdmittedCall): Admission {
  const { service } = call
  const missing = () => faultError({ kind: 'missing' }, dialectOf(service))
  if (service !== 's3' && service !== 'sts') throw missing()
  call.beforeBody(anonymous)
  return {
    reading: takeBody(tools, incoming, { call, payload: { kind: 'computed' } }),
    prove(read) {
      const request = { ...incoming.head, ...read }
      if (service === 'sts' && !isByIdentityProvider(call.model, request)) throw missing()
      return anonymous
    },
  }
}

/** AWS: the two calls that take no credentials: what they are given instead is proved later. */
const byIdentityProvider = new Set(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'])

function isByIdentityProvider(model: ServiceModel, request: WireRequest): boolean {
  const reading = readRequest(model, request)
  return reading.kind === 'operation' && byIdentityProvider.has(reading.name)
}

/** Removes what was kept of a body that came to nothing. */
export function discardBody(tools: Pick<DispatchTools, 'blobs'>, read: ReadBody): void {
  if (!(read.body instanceof Uint8Array)) tools.blobs.delete(read.body.id)
}

interface Presented {
  readonly call: AdmittedCall
  readonly presented: PresentedSignature
}

/** The signature covers the hash of the body that came, so the body comes first. */
function admitComputed(
  tools: DispatchTools,
  incoming: Incoming,
  { call, presented }: Presented,
): Admission {
  requireKeyForLong(tools, incoming, { call, presented })
  return {
    reading: takeBody(tools, incoming, { call, payload: { kind: 'computed' } }),
    prove({ body }) {
      const payloadHash = body instanceof Uint8Array ? hash('sha256', body, 'hex') : body.sha256
      return proveCaller(tools, incoming, { call, presented, payloadHash }).caller
    },
  }
}

const longBody = 64 * 1024

/** A long body is taken into memory only from somebody whose key is known: nothing else is proved before it is here. */
function requireKeyForLong(
  tools: DispatchTools,
  { head }: Incoming,
  { call, presented }: Presented,
): void {
  if (Number(head.headers['content-length'] ?? Number.NaN) <= longBody) return
  if (head.method === 'GET' && head.headers['transfer-encoding'] === undefined) return
  const found = confirmCaller(tools, presented, tools.clock.nowMs())
  if (found.kind === 'refused') throw faultError(found.fault, dialectOf(call.service))
}

function proveCaller(
  tools: DispatchTools,
  incoming: Incoming,
  proof: Presented & { readonly payloadHash: string },
): { readonly caller: Caller; readonly secretAccessKey: string } {
  const { head } = incoming
  const { presented, payloadHash } = proof
  const proved = authenticate(tools, { head, presented, payloadHash })
  if (proved.kind === 'authenticated') return proved
  throw faultError(proved.fault, dialectOf(proof.call.service))
}

interface ChunkFacts {
  readonly payload: PayloadPlan
  readonly presented: PresentedSignature
  readonly secretAccessKey: string
}

function chunkSigning(
  tools: DispatchTools,
  { payload, presented, secretAccessKey }: ChunkFacts,
): ChunkSigning | undefined {
  if (payload.kind !== 'chunked' || !payload.hasSignedChunks) return undefined
  const { scope, time, signature: seed } = presented
  const signingKey = tools.signingKeys(secretAccessKey, scope).bytes
  return { signingKey, time, seed, scope: renderScope(scope) }
}

interface BodyFacts {
  readonly call: AdmittedCall
  readonly payload: PayloadPlan
  readonly signing?: ChunkSigning
}

function takeBody(
  tools: DispatchTools,
  incoming: Incoming,
  facts: BodyFacts,
): ReadBody | Promise<ReadBody> {
  const { call, payload, signing } = facts
  const { model, service } = call
  const operation = routeRequest(model, incoming.head)
  const isStreamed = operation !== undefined && hasStreamingInput(model, operation)
  incoming.onContinue()
  const { blobs } = tools
  const dialect = dialectOf(service)
  const into = isStreamed
    ? { checksums: checksumsWanted(incoming.head) }
    : { limit: bodyLimits[service] }
  const plan = { blobs, payload, dialect, into }
  return readBody(incoming.body, incoming.head, signing === undefined ? plan : { ...plan, signing })
}
