import type { Condition, PolicyType, Statement } from '../policy/policy.ts'
import { describeDemand } from './describe-condition.ts'
import type { FlipCandidate, FlipChange, FlipState } from './flip-change.ts'
import { type ContextTrial, factsOf, type KeyReach, trySending } from './flip-context.ts'
import { levelsOf, type PolicySpot, placeOf, spotsOf, withStatements } from './flip-layers.ts'
import { fitOf, pairsOf, type StatementPair, takesIn } from './flip-match.ts'
import { addStatements } from './flip-statement.ts'
import { valuesThatMeet } from './flip-value.ts'
import { type Widening, widenStatement } from './flip-widen.ts'
import { describeChange, renderOne } from './flip-words.ts'

export interface FlipSetting {
  readonly reach: KeyReach
  /** `context`: nothing but the request may change. */
  readonly may: 'change policies' | 'context'
  readonly isFixed: (label: string) => boolean
}

/** Ways to have a layer allow the request: what to send, what to widen in its statements, what to add. */
export function candidatesForMissing(
  state: FlipState,
  layer: PolicyType,
  setting: FlipSetting,
): readonly FlipCandidate[] {
  const level = missingLevel(state, layer)
  const spots = spotsOf(state.layers, layer).filter((spot) => spot.level === level)
  const nearest = spots.flatMap((spot) =>
    pairsOf(spot.policy)
      .filter(({ statement }) => statement.effect === 'Allow')
      .flatMap((pair) => repairStatement(state, { spot, pair }, setting)),
  )
  if (setting.may === 'context') return nearest
  return [...nearest, ...addStatements(state, { layer, level, spots }, setting)]
}

/** Of SCPs the first level where nothing allows; 0 elsewhere. */
function missingLevel(state: FlipState, layer: PolicyType): number {
  const facts = factsOf(state)
  const isSilent = (level: number): boolean =>
    !spotsOf(state.layers, layer)
      .filter((spot) => spot.level === level)
      .flatMap((spot) => pairsOf(spot.policy))
      .some((pair) => pair.statement.effect === 'Allow' && takesIn(fitOf(pair, facts)))
  const level = levelsOf(state.layers, layer).findIndex((_, i) => isSilent(i))
  return Math.max(level, 0)
}

interface Nearest {
  readonly spot: PolicySpot
  readonly pair: StatementPair
}

/** What one statement takes to match: first what the request can send, then what has to be widened. */
function repairStatement(
  state: FlipState,
  { spot, pair }: Nearest,
  setting: FlipSetting,
): readonly FlipCandidate[] {
  const fit = fitOf(pair, factsOf(state))
  if (!fit.isAction && !fit.isResource) return []
  const sent = sendAll(state, pair, setting)
  const left = fitOf(pair, factsOf(sent.state))
  if (takesIn(left)) return [sent]
  if (setting.may === 'context' || setting.isFixed(spot.policy.label)) return []
  const widening = widenStatement(pair.statement, left, sent.state)
  if (widening === undefined) return []
  return [widened(sent, { spot, pair }, widening)]
}

/** Sends what meets each unmet condition, one after the other. */
function sendAll(start: FlipState, pair: StatementPair, { reach }: FlipSetting): FlipCandidate {
  let found: FlipCandidate = { changes: [], state: start, cost: 0 }
  for (const condition of fitOf(pair, factsOf(start)).unmet) {
    if (!fitOf(pair, factsOf(found.state)).unmet.includes(condition)) continue
    const trial = sendOne(found.state, { pair, condition }, reach)
    if (trial === undefined) continue
    const others = found.changes.filter((each) => !isAbout(each, condition))
    found = { changes: [...others, trial.change], state: trial.state, cost: others.length + 1 }
  }
  return found
}

/** A value that meets the condition; one that meets all of the statement's conditions on that key, if there is one. */
function sendOne(
  state: FlipState,
  { pair, condition }: { readonly pair: StatementPair; readonly condition: Condition },
  reach: KeyReach,
): ContextTrial | undefined {
  const onKey = pair.statement.conditions.filter((each) => isSameKey(each.key, condition.key))
  const facts = factsOf(state)
  const values = [condition, ...onKey].flatMap((each) => valuesThatMeet(each, facts))
  let first: ContextTrial | undefined
  for (const value of values) {
    const trial = trySending(state, { condition, value, wanted: 'met' }, reach)
    if (trial === undefined) return undefined
    const { unmet } = fitOf(pair, factsOf(trial.state))
    if (unmet.includes(condition)) continue
    first ??= trial
    if (!unmet.some((each) => isSameKey(each.key, condition.key))) return withDemands(trial, onKey)
  }
  return first
}

/** The change with all that the statement demands of the key. */
function withDemands(trial: ContextTrial, onKey: readonly Condition[]): ContextTrial {
  if (trial.change.kind !== 'sendContext') return trial
  const demand = onKey.map((each) => describeDemand(each)).join(' and ')
  return { ...trial, change: { ...trial.change, demand } }
}

function isAbout(change: FlipChange, { key }: Condition): boolean {
  return change.kind === 'sendContext' && isSameKey(change.key, key)
}

function isSameKey(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function widened(sent: FlipCandidate, { spot, pair }: Nearest, widening: Widening): FlipCandidate {
  const statements = spot.policy.policy.statements.map(
    (each, i): Statement => (i === pair.index ? widening.statement : each),
  )
  const state = withStatements(sent.state, spot, statements)
  const change: FlipChange = {
    kind: 'changeStatement',
    ...placeOf(state, spot.layer),
    ref: { ...pair.compiled.ref, layer: spot.layer },
    statement: renderOne(widening.statement, spot.policy.policy.version),
    text: describeChange(state, { spot, pair }, widening.words),
    ...(widening.warning === undefined ? {} : { warning: widening.warning }),
  }
  return { changes: [...sent.changes, change], state, cost: sent.cost + widening.cost }
}
