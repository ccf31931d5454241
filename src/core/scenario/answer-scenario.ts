import { authorize } from '../evaluate/authorize.ts'
import type { Decision, StatementRef } from '../evaluate/decision.ts'
import { unreachable } from '../unreachable.ts'
import type { Scenario, ScenarioAnswer } from './scenario.ts'

/** Decides a scenario and compares the decision with what it expects. */
export function answerScenario(scenario: Scenario): ScenarioAnswer {
  const decision = authorize(scenario.request, scenario.layers)
  const missing = decision.kind === 'implicitDeny' ? { missing: decision.missing } : {}
  const answer = {
    id: scenario.id,
    decision: decision.kind,
    reasons: renderReasons(decision),
    certainty: decision.certainty,
    ...missing,
  }
  const { expect } = scenario
  if (expect === undefined) return answer
  const isAsMissing = expect.missing === undefined || expect.missing === missing.missing
  const ok = expect.decision === decision.kind && isAsMissing
  return { ...answer, expected: expect.decision, ok }
}

function renderReasons(decision: Decision): readonly string[] {
  const notes = decision.notes.map((note) => `${decision.certainty}: ${note}`)
  switch (decision.kind) {
    case 'allow':
      return [
        ...decision.by.map((ref) => `allowed by ${renderRef(ref)}`),
        ...renderRule(decision),
        ...notes,
      ]
    case 'explicitDeny':
      return [...decision.by.map((ref) => `denied by ${renderRef(ref)}`), ...notes]
    case 'implicitDeny': {
      const what = `no ${decision.missing} policy on the ${decision.side}'s side allows it`
      return [what, ...renderRule(decision), ...notes]
    }
    default:
      return unreachable(decision)
  }
}

function renderRule(decision: Exclude<Decision, { kind: 'explicitDeny' }>): readonly string[] {
  return decision.rule === undefined ? [] : [`rule: ${decision.rule}`]
}

function renderRef(ref: StatementRef): string {
  const sid = ref.sid === undefined ? '' : ` (${ref.sid})`
  return `${ref.layer} policy ${ref.policy} Statement[${ref.index}]${sid}`
}
