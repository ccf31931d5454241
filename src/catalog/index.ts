export type { AccessLevel, ActionFacts, ActionResourceType } from './action.ts'
export { expandActions, findAction, nearestAction } from './action.ts'
export {
  describeResources,
  isBucketArn,
  isObjectAction,
  meantBucketArn,
  serviceOfPattern,
} from './action-pattern.ts'
export type { ConditionKeyFacts } from './condition-key.ts'
export { findConditionKey, nearestConditionKey } from './condition-key.ts'
export { type GuessedType, guessPolicyType } from './lint/guess-policy-type.ts'
export { readJsonTree } from './lint/json-tree.ts'
export { lintPolicy } from './lint/lint-policy.ts'
export type { LintFinding, LintOptions, LintSeverity, RuleFacts } from './lint/lint-rule.ts'
export { severities } from './lint/lint-rule.ts'
export { lintRules } from './lint/lint-rules.ts'
export type { ManagedPolicy } from './managed-policy.ts'
export { findManagedPolicy, managedPolicyNames, nearestManagedPolicy } from './managed-policy.ts'
export { patternsIntersect } from './pattern-intersection.ts'
export type { Quota } from './quotas.ts'
export { quotas } from './quotas.ts'
export type { ResourceTypeFacts } from './resource-type.ts'
export { canResourceMatch, findResourceType, resourcesOfAction } from './resource-type.ts'
export type { ServiceFacts } from './service.ts'
export { actionsOfService, findService, nearestService, servicePrefixes } from './service.ts'
export type { CatalogSource } from './source.ts'
export { catalogSource } from './source.ts'
