import type {
  AccountId,
  Decision,
  Explanation,
  PolicyLayers,
  Principal,
  Request,
} from '../core/index.ts'
import { explain } from '../core/index.ts'
import type { AuthenticatedCaller } from './caller.ts'

/** One question that the engine answered for a call, as it was asked: why is worked out when somebody wants to know. */
export interface RecordedDecision {
  /** Who asked stands in it: for the call of an identity provider's user that is the provider. */
  readonly request: Request
  readonly layers: PolicyLayers
  readonly decision: Decision
  /** Of a denial: what `DecodeAuthorizationMessage` opens; made when it is read. */
  readonly encode?: () => string
}

/** One call as the server saw it. It holds no secret and nothing of what was answered. */
export interface RecordedCall {
  readonly requestId: string
  readonly atMs: number
  readonly service: string
  /** Undefined where the call was refused before it was read. */
  readonly operation?: string
  readonly region?: string
  readonly principalArn?: string
  readonly accountId?: string
  readonly accessKeyId?: string
  /** Undefined where nobody signed. */
  readonly caller?: AuthenticatedCaller
  /** What was asked, without secrets and bytes; for CloudTrail alone. */
  readonly parameters?: object
  readonly sourceIp: string
  readonly userAgent?: string
  readonly decisions: readonly RecordedDecision[]
  readonly status: number
  readonly errorCode?: string
  readonly errorMessage?: string
  /** What went wrong inside the server, where it was the server’s fault; without a stack. */
  readonly internalError?: string
}

type Told = Omit<RecordedCall, 'decisions' | 'caller' | 'parameters'>

export interface Event extends Told {
  readonly decisions: readonly EventDecision[]
}

/** One question that the engine answered for a call, and why. */
export interface EventDecision {
  /** Who asked: for the call of an identity provider's user that is the provider. */
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  readonly decision: Decision
  readonly explanation: Explanation
  /** Of a denial: `DecodeAuthorizationMessage` tells whoever may ask what was decided on. */
  readonly encodedMessage?: string
}

export interface EventHistory {
  readonly record: (call: RecordedCall) => void
  /** The latest calls of all accounts, oldest first. */
  readonly events: () => readonly Event[]
  /** The latest calls that an account made, or that were made on what it owns; oldest first. */
  readonly callsOf: (accountId: AccountId) => readonly RecordedCall[]
  /** How many calls there ever were: the number of the latest. */
  readonly count: () => number
  /** What is remembered of the calls after one, oldest first, each with its number. */
  readonly callsAfter: (number: number) => readonly NumberedCall[]
  /** Told of every call from now on; gives what ends that. */
  readonly onCall: (listener: () => void) => () => void
  /** Forgets every call; numbers go on. */
  readonly clear: () => void
}

export interface NumberedCall {
  /** From 1. */
  readonly number: number
  readonly call: RecordedCall
}

/** Remembers the latest calls, as many as `limit` of everybody and as many of each account. */
export function createEventHistory(limit = 1000): EventHistory {
  const all = createRing(limit)
  const byAccount = new Map<string, Ring>()
  const listeners = new Set<() => void>()
  let count = 0
  const ringOf = (accountId: string): Ring => {
    const known = byAccount.get(accountId)
    if (known !== undefined) return known
    const ring = createRing(limit)
    byAccount.set(accountId, ring)
    return ring
  }
  return {
    record(given) {
      const call = withShortTexts(given)
      all.add(call)
      count += 1
      const { accountId } = call
      if (accountId !== undefined) ringOf(accountId).add(call)
      const owner = ownerConcerned(call)
      if (owner !== undefined) ringOf(owner).add(call)
      for (const listener of listeners) listener()
    },
    events: () => all.inOrder().map(renderEvent),
    callsOf: (accountId) => byAccount.get(accountId)?.inOrder() ?? [],
    count: () => count,
    callsAfter(number) {
      const kept = all.inOrder()
      const first = count - kept.length + 1
      return kept
        .map((call, at) => ({ number: first + at, call }))
        .slice(Math.max(0, number + 1 - first))
    },
    onCall(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    clear() {
      all.clear()
      byAccount.clear()
    },
  }
}

/** AWS: CloudTrail cuts longer texts. */
const longestText = 1024

/** Whoever sends long texts must not fill the memory with them. */
function withShortTexts(call: RecordedCall): RecordedCall {
  const { userAgent = '', errorMessage = '' } = call
  if (userAgent.length <= longestText && errorMessage.length <= longestText) return call
  return {
    ...call,
    ...(call.userAgent === undefined ? {} : { userAgent: cut(userAgent) }),
    ...(call.errorMessage === undefined ? {} : { errorMessage: cut(errorMessage) }),
  }
}

/** A copy: a slice would keep all of the text. */
function cut(text: string): string {
  return Buffer.from(text.slice(0, longestText), 'utf8').toString('utf8')
}

/** AWS: the account that owns a resource hears of what another did to it, and not of what was refused. */
function ownerConcerned({ status, decisions, accountId }: RecordedCall): string | undefined {
  if (status >= 400) return undefined
  const owner = decisions[0]?.request.resourceAccount
  return owner === accountId ? undefined : owner
}

interface Ring {
  readonly add: (call: RecordedCall) => void
  readonly inOrder: () => readonly RecordedCall[]
  readonly clear: () => void
}

function createRing(limit: number): Ring {
  const calls: RecordedCall[] = []
  let next = 0
  return {
    add(call) {
      calls[next] = call
      next = (next + 1) % limit
    },
    inOrder: () => [...calls.slice(next), ...calls.slice(0, next)],
    clear() {
      calls.length = 0
      next = 0
    },
  }
}

/** The call without what nobody outside needs, its explanations made. */
export function renderEvent({ caller: _, parameters: __, ...call }: RecordedCall): Event {
  return { ...call, decisions: call.decisions.map(renderDecision) }
}

function renderDecision({ request, layers, decision, encode }: RecordedDecision): EventDecision {
  const { principal, action, resource, resourceAccount } = request
  const asked = { principal, action, resource, resourceAccount }
  const explained = { ...asked, decision, explanation: explain(request, layers) }
  return encode === undefined ? explained : { ...explained, encodedMessage: encode() }
}
