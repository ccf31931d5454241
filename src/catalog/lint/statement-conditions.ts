import { type Condition, matchGlob, type Statement } from '../../core/index.ts'

/** Keys that say who calls: a principal of a wildcard, held to one of them, is not everybody. */
export const callerKeys: readonly string[] = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:userid',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  'sns:endpoint',
  'elasticfilesystem:accessedviamounttarget',
]

/** Keys by which a service says on whose behalf it calls. */
export const sourceKeys: readonly string[] = [
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
]

/** Whether the statement holds only for requests in which one of the keys has one of some values. */
export function isHeldTo(statement: Statement, keys: readonly string[]): boolean {
  return statement.conditions.some(
    (condition) => keys.includes(condition.key.toLowerCase()) && demandsValue(condition),
  )
}

/**
 * Whether the condition fails where the key is absent, and for most values of it: a negated operator, `IfExists` and
 * `ForAllValues` let the absent key pass, and `*` any value.
 */
export function demandsValue(condition: Condition): boolean {
  const { operator, ifExists, quantifier, values } = condition
  if (ifExists || quantifier === 'ForAllValues' || operator === 'Null') return false
  return !operator.includes('Not') && !values.some(isAnyValue)
}

/** A pattern that names neither an account nor anything else that only one account can have. */
function isAnyValue(value: string): boolean {
  if (/^[*?]*\*/.test(value) || /^(0\.0\.0\.0|::)\/0$/.test(value)) return true
  const [arn, , service, , account, ...resource] = value.split(':')
  if (arn !== 'arn') return false
  if (service?.includes('*') && account === undefined) return true
  return account === '' ? resource.join(':').startsWith('*') : /^[*?]*\*[*?]*$/.test(account ?? '')
}

/** `sub` of `token.actions.githubusercontent.com:sub`, in lower case. */
export function claimOf(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1).toLowerCase()
}

/** The path of a condition below its statement's: `Condition.StringEquals.aws:PrincipalOrgID`. */
export function conditionPath({ quantifier, operator, ifExists, key }: Condition): string {
  const prefix = quantifier === undefined ? '' : `${quantifier}:`
  return `Condition.${prefix}${operator}${ifExists ? 'IfExists' : ''}.${key}`
}

/** Whether the statement takes in the action, by name or pattern. */
export function coversAction({ action }: Statement, name: string): boolean {
  return action.patterns.some((each) => namesAction(each, name)) !== action.negated
}

/** Whether an action pattern takes in the action. Most patterns are names, or differ before their first wildcard. */
export function namesAction(pattern: string, name: string): boolean {
  const wildcard = pattern.search(/[*?]/)
  if (wildcard < 0) return pattern.toLowerCase() === name.toLowerCase()
  const start = name.slice(0, wildcard).toLowerCase()
  if (pattern.slice(0, wildcard).toLowerCase() !== start) return false
  return matchGlob(pattern.toLowerCase(), name.toLowerCase())
}
