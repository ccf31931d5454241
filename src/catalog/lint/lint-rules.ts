import { links } from './links.ts'
import type { LintRule, RuleFacts } from './lint-rule.ts'
import { parseRules } from './parse-rules.ts'
import { actionRules } from './rules-actions.ts'
import { arnRules } from './rules-arns.ts'
import { conditionKeyRules } from './rules-condition-keys.ts'
import { conditionRules } from './rules-conditions.ts'
import { documentRules } from './rules-document.ts'
import { federationRules } from './rules-federation.ts'
import { organizationRules } from './rules-organization.ts'
import { permissionRules } from './rules-permissions.ts'
import { principalRules } from './rules-principals.ts'
import { redundancyRules } from './rules-redundancy.ts'
import { resourceRules } from './rules-resources.ts'
import { valueRules } from './rules-values.ts'

/** Every rule that looks at sound statements; a new one is a new row in one of these tables. */
export const subjectRules: readonly LintRule[] = [
  ...documentRules,
  ...permissionRules,
  ...principalRules,
  ...federationRules,
  ...conditionRules,
  ...valueRules,
  ...organizationRules,
  ...actionRules,
  ...resourceRules,
  ...arnRules,
  ...conditionKeyRules,
  ...redundancyRules,
]

export const duplicateKey: RuleFacts = {
  code: 'duplicate-key',
  severity: 'error',
  summary: 'a key twice in one object, of which readers take different ones',
  link: links.grammar,
}

export const notAllChecked: RuleFacts = {
  code: 'not-all-checked',
  severity: 'suggestion',
  summary: 'a document with more to compare than any that AWS takes: not everything was',
  link: links.quotas,
}

/** Every code that `lintPolicy` can give, in the order of the documentation. */
export const lintRules: readonly RuleFacts[] = [
  ...parseRules,
  duplicateKey,
  ...subjectRules,
  notAllChecked,
]
