import type { Certainty, Decision } from '../evaluate/decision.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import type { Request } from '../evaluate/request.ts'
import type { PolicyType } from '../policy/policy.ts'
import type { PolicyProblem } from '../policy/policy-problem.ts'

/** One question in the scenario format, ready to be answered. */
export interface Scenario {
  readonly id: string
  readonly request: Request
  readonly layers: PolicyLayers
  readonly expect?: ScenarioExpectation
}

/** What a scenario says the answer is. */
export interface ScenarioExpectation {
  readonly decision: Decision['kind']
  /** The first layer that does not allow, for `implicitDeny`. */
  readonly missing?: PolicyType
}

/** The scenario, or every problem of it with the path to its place; `id` where it could be read. */
export type ScenarioParse =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly id?: string; readonly problems: readonly PolicyProblem[] }

/** One line of `stile evaluate`. `expected` and `ok` are there when the scenario expects something. */
export interface ScenarioAnswer {
  readonly id: string
  readonly decision: Decision['kind']
  readonly reasons: readonly string[]
  readonly certainty: Certainty
  readonly missing?: PolicyType
  readonly expected?: Decision['kind']
  readonly ok?: boolean
}
