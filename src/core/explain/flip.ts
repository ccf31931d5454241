import { authorize } from '../evaluate/authorize.ts'
import type { Decision } from '../evaluate/decision.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import type { Request } from '../evaluate/request.ts'
import { explain } from './explain.ts'
import { candidatesForAllow } from './flip-allow.ts'
import type { Flip, FlipCandidate, FlipChange, FlipOptions, FlipState } from './flip-change.ts'
import { candidatesForDeny } from './flip-deny.ts'
import { candidatesForMissing, type FlipSetting } from './flip-missing.ts'

/**
 * The smallest change that turns the decision around, on the side and in the document where it has to be made. Every
 * step is applied and decided again, so what is answered holds. For a denial: what to send, else what to widen or add,
 * or the deny to lift, layer by layer. For an allow: what takes it away.
 */
export function flip(request: Request, layers: PolicyLayers, options: FlipOptions = {}): Flip {
  const state = { request, layers }
  const isFixed = options.isFixed ?? isOfAws
  const decision = authorize(request, layers)
  if (decision.kind === 'allow') return takeAway(state, decision, isFixed)
  return reach(state, { reach: 'chosen', may: 'change policies', isFixed })
}

/**
 * What a denied request would have to carry to be allowed by the policies as they are: keys that it does not have yet,
 * also those that nobody chooses, but none that the principal settles. `changes` are of kind `sendContext` alone.
 */
export function flipByContext(request: Request, layers: PolicyLayers): Flip {
  const settled = new Set(Object.keys(request.context).map((key) => key.toLowerCase()))
  const setting = { reach: { settled }, may: 'context', isFixed: isOfAws } as const
  return reach({ request, layers }, setting)
}

function isOfAws(label: string): boolean {
  return /^arn:[^:]*:(iam|organizations)::aws:/.test(label) || label === 'FullAWSAccess'
}

/** More layers than there are, with room for denies lifted one by one. */
const mostSteps = 32

function reach(start: FlipState, setting: FlipSetting): Flip {
  let state = start
  const changes: FlipChange[] = []
  for (let step = 0; step < mostSteps; step += 1) {
    const decision = authorize(state.request, state.layers)
    if (decision.kind === 'allow') return { kind: 'changes', to: 'allow', changes, decision }
    const best = pick(state, decision, setting)
    if (best === undefined) return setting.may === 'context' ? noContext : none(state)
    changes.push(...best.changes)
    state = best.state
  }
  return { kind: 'none', because: 'no change of a few statements allows it' }
}

/** The cheapest candidate that gets the decision further. */
function pick(
  state: FlipState,
  decision: Exclude<Decision, { kind: 'allow' }>,
  setting: FlipSetting,
): FlipCandidate | undefined {
  const candidates = candidatesOf(state, decision, setting)
  const byCost = [...candidates].sort((a, b) => a.cost - b.cost)
  return byCost.find((candidate) => isFurther(candidate, decision))
}

function candidatesOf(
  state: FlipState,
  decision: Exclude<Decision, { kind: 'allow' }>,
  setting: FlipSetting,
): readonly FlipCandidate[] {
  if (decision.kind === 'implicitDeny') {
    if (decision.rule !== undefined) return []
    return candidatesForMissing(state, decision.missing, setting)
  }
  const [first] = decision.by
  return first === undefined ? [] : candidatesForDeny(state, first, setting)
}

function isFurther({ state, changes }: FlipCandidate, before: Decision): boolean {
  if (changes.length === 0) return false
  const after = authorize(state.request, state.layers)
  if (after.kind === 'allow') return true
  if (before.kind === 'explicitDeny') {
    return after.kind !== 'explicitDeny' || after.by.length < before.by.length
  }
  if (before.kind !== 'implicitDeny' || after.kind !== 'implicitDeny') return false
  // The same level of SCPs cannot be missing twice: the statement was made to match.
  return after.missing !== before.missing || after.missing === 'scp'
}

const noContext: Flip = { kind: 'none', because: 'no context of the request allows it' }

function none(state: FlipState): Flip {
  const { cause } = explain(state.request, state.layers)
  return { kind: 'none', because: cause?.text ?? 'no change of policies allows it' }
}

function takeAway(
  state: FlipState,
  decision: Extract<Decision, { kind: 'allow' }>,
  isFixed: (label: string) => boolean,
): Flip {
  const candidates = candidatesForAllow(state, decision, isFixed)
  for (const { changes, state: after } of [...candidates].sort((a, b) => a.cost - b.cost)) {
    const made = authorize(after.request, after.layers)
    if (made.kind !== 'allow') return { kind: 'changes', to: 'deny', changes, decision: made }
  }
  const because =
    decision.rule === undefined
      ? 'no change of one document takes it away'
      : 'AWS allows it whatever the policies say'
  return { kind: 'none', because }
}
