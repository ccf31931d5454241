import { prepareFacts } from '../evaluate/facts.ts'
import type { ContextValue, RequestContext } from '../evaluate/request.ts'
import type { Condition } from '../policy/policy.ts'
import { describeDemand } from './describe-condition.ts'
import type { FlipChange, FlipState } from './flip-change.ts'
import { type KeyOrigin, originOf } from './flip-key.ts'
import type { TrialValue } from './flip-value.ts'

/** A state in which the request carries something else, and the change that says so. */
export interface ContextTrial {
  readonly state: FlipState
  readonly change: FlipChange
}

/**
 * Which keys may get another value: those that somebody chooses, or, where it is asked what a request would have to
 * look like, all but those that are settled, by the principal or in lower case by this set.
 */
export type KeyReach = 'chosen' | { readonly settled: ReadonlySet<string> }

export interface Trial {
  readonly condition: Condition
  readonly value: TrialValue
  /** What the condition has to be for the request to get further. */
  readonly wanted: 'met' | 'unmet'
}

/** The request with another value of the condition's key; undefined where it cannot have one. */
export function trySending(
  state: FlipState,
  { condition, value, wanted }: Trial,
  reach: KeyReach,
): ContextTrial | undefined {
  const { request } = state
  const { key } = condition
  const origin = originOf(key, request.principal)
  if (!isInReach(key, origin, reach)) return undefined
  const side = origin.kind === 'chosen' ? origin.side : 'principal'
  const own = 'accountId' in request.principal ? request.principal.accountId : ''
  const demand = describeDemand(condition)
  return {
    state: { ...state, request: { ...request, context: withKey(request.context, key, value) } },
    change: {
      kind: 'sendContext',
      side,
      account: side === 'resource' ? request.resourceAccount : own,
      key,
      value,
      demand: wanted === 'met' ? demand : `not ${demand}`,
      text: describe(key, value, origin),
    },
  }
}

function isInReach(key: string, origin: KeyOrigin, reach: KeyReach): boolean {
  if (reach === 'chosen') return origin.kind === 'chosen'
  return origin.kind !== 'settled' && !reach.settled.has(key.toLowerCase())
}

function withKey(context: RequestContext, key: string, value: TrialValue): RequestContext {
  const lower = key.toLowerCase()
  const others = Object.entries(context).filter(([name]) => name.toLowerCase() !== lower)
  return Object.fromEntries(value === null ? others : [...others, [key, value]])
}

function describe(key: string, value: ContextValue | null, origin: KeyOrigin): string {
  if (value === null) return `make the request without ${key}`
  const shown = [value]
    .flat()
    .map((each) => `\`${String(each)}\``)
    .join(', ')
  const way = origin.kind === 'chosen' ? origin.way : 'send'
  if (way.startsWith('sign in')) return `${way}, so that the request has ${key} ${shown}`
  return `${way} ${shown} (${key})`
}

export function factsOf({ request, layers }: FlipState): ReturnType<typeof prepareFacts> {
  return prepareFacts(request, { hasBoundary: layers.boundary !== null })
}
