import { type ArnSegments, splitArn } from '../arn/arn.ts'
import { doubt } from '../condition/doubt.ts'
import type { Trait } from '../policy/candidates.ts'
import { callerText } from '../policy/principal-prefix.ts'
import { rememberLatest } from '../remember-latest.ts'
import { unreachable } from '../unreachable.ts'
import { deriveValue } from './derive-context.ts'
import type { ContextValue, Request } from './request.ts'

/**
 * One request, made ready to be asked about: what statements compare themselves with.
 * `doubts` is scratch: a test that rests on something open raises its bit there, and whoever ran the test takes it out.
 */
export interface Facts {
  readonly request: Request
  /** Lower case: actions are compared without regard to case. */
  readonly action: string
  readonly service: string
  /** A caller with a permissions boundary is denied by every `NotPrincipal` with `Deny`. */
  readonly hasBoundary: boolean
  doubts: number
  /** Filled at the first question, since many decisions ask none. */
  context: ReadonlyMap<string, ContextValue> | undefined
  /** Whether the context that was asked has a key twice, in two cases. */
  hasTwins: boolean
  resourceSegments: ArnSegments | undefined
  /** Null where the caller has none. */
  callerText: string | null | undefined
}

/** Makes a request ready for `evaluatePolicy`; use each for one evaluation at a time, since it keeps notes in them. */
export function prepareFacts(request: Request, limits: { readonly hasBoundary: boolean }): Facts {
  const { action, service } = nameOf(request.action)
  return {
    request,
    action,
    service,
    hasBoundary: limits.hasBoundary,
    doubts: 0,
    context: undefined,
    hasTwins: false,
    resourceSegments: undefined,
    callerText: undefined,
  }
}

interface ActionName {
  readonly action: string
  readonly service: string
}

/** The actions asked about latest, as written: one text of each is cheaper to look up in every policy than many alike. */
const nameOf = rememberLatest(readName, { limit: 4096, longest: 128 })

function readName(written: string): ActionName {
  const action = written.toLowerCase()
  const colon = action.indexOf(':')
  return { action, service: colon < 0 ? action : action.slice(0, colon) }
}

/**
 * The value of a condition key, given in lower case: what the request states, else what follows from its principal.
 * An empty list is the same as no value.
 */
export function contextValue(facts: Facts, key: string): ContextValue | undefined {
  facts.context ??= lowerCaseKeys(facts)
  const stated = facts.context.get(key)
  if (stated !== undefined) return Array.isArray(stated) && stated.length === 0 ? undefined : stated
  const derived = deriveValue(facts.request, key)
  if (key === 'aws:principalarn' && restsOnDerivedRole(facts)) facts.doubts |= doubt.derivedRoleArn
  return derived
}

/** The request's resource in six segments; undefined where it is `*` or no ARN. */
export function resourceSegments(facts: Facts): ArnSegments | undefined {
  facts.resourceSegments ??= splitArn(facts.request.resource)
  return facts.resourceSegments
}

/** What statements grouped by `trait` are looked for by; undefined where all have to be looked at. */
export function traitText(facts: Facts, trait: Trait): string | undefined {
  switch (trait) {
    case 'action':
      return facts.action
    case 'resource':
      return facts.request.resource
    case 'principal':
      facts.callerText ??= callerText(facts.request.principal) ?? null
      return facts.callerText ?? undefined
    default:
      return unreachable(trait)
  }
}

export function restsOnDerivedRole({ request: { principal } }: Facts): boolean {
  return principal.kind === 'roleSession' && principal.roleArnIsDerived
}

function lowerCaseKeys(facts: Facts): ReadonlyMap<string, ContextValue> {
  const { context } = facts.request
  const lower = new Map<string, ContextValue>()
  for (const key of Object.keys(context)) {
    const value = context[key]
    if (value === undefined) continue
    const name = key.toLowerCase()
    if (lower.has(name)) facts.hasTwins = true
    lower.set(name, value)
  }
  return lower
}
