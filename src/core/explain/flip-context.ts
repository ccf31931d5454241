import { prepareFacts } from '../evaluate/facts.ts'
import type { ContextValue, RequestContext } from '../evaluate/request.ts'
import type { Condition } from '../policy/policy.ts'
import type { FlipChange, FlipState } from './flip-change.ts'
import { type ChosenKey, findChosenKey } from './flip-key.ts'
import type { TrialValue } from './flip-value.ts'

/** A state in which the request carries something else, and the change that says so. */
export interface ContextTrial {
  readonly state: FlipState
  readonly change: FlipChange
}

/** `chosen`: only keys whose value somebody can choose; `any`: all that does not follow from the principal. */
export type KeyReach = 'chosen' | 'any'

/** The request with another value of the condition's key; undefined where nobody can give it one. */
export function trySending(
  state: FlipState,
  condition: Condition,
  { value, reach }: { readonly value: TrialValue; readonly reach: KeyReach },
): ContextTrial | undefined {
  const { request } = state
  const chosen = findChosenKey(condition.key, request.principal)
  if (chosen === undefined && (reach === 'chosen' || isDerived(condition.key))) return undefined
  const context = withKey(request.context, condition.key, value)
  const side = chosen?.side ?? 'principal'
  const own = 'accountId' in request.principal ? request.principal.accountId : ''
  return {
    state: { ...state, request: { ...request, context } },
    change: {
      kind: 'sendContext',
      side,
      account: side === 'resource' ? request.resourceAccount : own,
      key: condition.key,
      value,
      text: describe(condition.key, value, chosen),
    },
  }
}

/** Keys that the principal and the resource settle: no request can carry others. */
function isDerived(key: string): boolean {
  return /^aws:(Principal(Arn|Account|Type|IsAWSService|ServiceName)|userid|username|ResourceAccount)$/i.test(
    key,
  )
}

function withKey(context: RequestContext, key: string, value: TrialValue): RequestContext {
  const lower = key.toLowerCase()
  const others = Object.entries(context).filter(([name]) => name.toLowerCase() !== lower)
  return Object.fromEntries(value === null ? others : [...others, [key, value]])
}

function describe(key: string, value: ContextValue | null, chosen: ChosenKey | undefined): string {
  if (value === null) return `make the request without ${key}`
  const shown = [value]
    .flat()
    .map((each) => `\`${String(each)}\``)
    .join(', ')
  const way = chosen?.way ?? 'send'
  if (way.startsWith('sign in')) return `${way}, so that the request has ${key} ${shown}`
  return `${way} ${shown} (${key})`
}

export function factsOf({ request, layers }: FlipState): ReturnType<typeof prepareFacts> {
  return prepareFacts(request, { hasBoundary: layers.boundary !== null })
}
