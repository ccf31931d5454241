export type { AccountId } from './arn/account-id.ts'
export { parseAccountId } from './arn/account-id.ts'
export type { Arn } from './arn/arn.ts'
export { parseArn, renderArn } from './arn/arn.ts'
export { compileGlob, matchGlob } from './arn/glob.ts'
export type { Comparison, OneWay, Undecided, Verdict } from './compare/compare.ts'
export { comparePolicies } from './compare/compare.ts'
export type { CompareOptions } from './compare/compare-options.ts'
export type { Difference } from './compare/difference.ts'
export type { Callers, Claim, ClaimParse } from './compare/parse-claim.ts'
export { parseClaim } from './compare/parse-claim.ts'
export type { NeverProof } from './compare/prove-never.ts'
export { proveNever } from './compare/prove-never.ts'
export { renderComparison, renderRequest } from './compare/render-comparison.ts'
export { operatorNames } from './condition/operators.ts'
export { authorize, emptyLayers } from './evaluate/authorize.ts'
export type { Certainty, DecidingRule, Decision, StatementRef } from './evaluate/decision.ts'
export { deriveContext } from './evaluate/derive-context.ts'
export type { PolicyOutcome, StatementMatch } from './evaluate/evaluate-policy.ts'
export { evaluatePolicy } from './evaluate/evaluate-policy.ts'
export { prepareFacts } from './evaluate/facts.ts'
export { parsePrincipal } from './evaluate/parse-principal.ts'
export type { PolicyLayers } from './evaluate/policy-layers.ts'
export { isBoundByRcp } from './evaluate/rcp-services.ts'
export { renderDenial } from './evaluate/render-denial.ts'
export type { ContextValue, Principal, Request, RequestContext } from './evaluate/request.ts'
export { explain } from './explain/explain.ts'
export type {
  Cause,
  Explanation,
  LayerTrace,
  Mismatch,
  PolicyTrace,
  StatementTrace,
} from './explain/explanation.ts'
export { flip, flipByContext } from './explain/flip.ts'
export type { Flip, FlipChange, FlipOptions } from './explain/flip-change.ts'
export { renderExplanation } from './explain/render-explanation.ts'
export { renderFlip } from './explain/render-flip.ts'
export type { CompiledPolicy } from './policy/compile-policy.ts'
export { compilePolicy } from './policy/compile-policy.ts'
export { didYouMean, nearestName } from './policy/nearest.ts'
export type { PolicyParse } from './policy/parse-policy.ts'
export { parsePolicy } from './policy/parse-policy.ts'
export type {
  Condition,
  Policy,
  PolicyDocument,
  PolicyType,
  PrincipalEntry,
  Statement,
} from './policy/policy.ts'
export type { PolicyProblem } from './policy/policy-problem.ts'
export { renderPolicy } from './policy/render-policy.ts'
export { answerScenario } from './scenario/answer-scenario.ts'
export { parseScenario } from './scenario/parse-scenario.ts'
export type {
  Scenario,
  ScenarioAnswer,
  ScenarioExpectation,
  ScenarioParse,
} from './scenario/scenario.ts'
export { unreachable } from './unreachable.ts'
export type { AssumerSet, Assumers, Members } from './who-can/assumer-set.ts'
export { membersOf } from './who-can/assumer-set.ts'
export type { Cohort, CohortGroup } from './who-can/cohort.ts'
export type { Asker } from './who-can/decide-pair.ts'
export { ownerOf, requestFor } from './who-can/decide-pair.ts'
export { deferPolicy } from './who-can/deferred-policy.ts'
export type {
  AccountLimits,
  Estate,
  EstatePrincipal,
  EstateQuestion,
  EstateResource,
} from './who-can/estate.ts'
export type { EstateIndex } from './who-can/estate-index.ts'
export { indexEstate } from './who-can/estate-index.ts'
export { callerOf } from './who-can/outsiders.ts'
export type { Proviso } from './who-can/proviso.ts'
export type { Ability, WhatCan } from './who-can/what-can.ts'
export { whatCan } from './who-can/what-can.ts'
export { whoAssumes } from './who-can/who-assumes.ts'
export type { WhoCan } from './who-can/who-can.ts'
export { whoCan } from './who-can/who-can.ts'
