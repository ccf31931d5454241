export type { AccountId } from './arn/account-id.ts'
export { parseAccountId } from './arn/account-id.ts'
export type { Certainty, Decision, StatementRef } from './evaluate/decision.ts'
export type { PolicyLayers } from './evaluate/policy-layers.ts'
export type { ContextValue, Principal, Request, RequestContext } from './evaluate/request.ts'
export type { CompiledPolicy } from './policy/compile-policy.ts'
export type {
  Condition,
  Policy,
  PolicyDocument,
  PolicyType,
  PrincipalEntry,
  Statement,
} from './policy/policy.ts'
