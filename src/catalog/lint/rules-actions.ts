import { serviceOfPattern } from '../action-pattern.ts'
import { findService } from '../service.ts'
import { links } from './links.ts'
import { type Found, inStatements, type LintRule, type LintStatement } from './lint-rule.ts'

/** Actions that AWS does not have: they allow nothing, and a deny of them denies nothing. */
export const actionRules: readonly LintRule[] = [
  {
    code: 'unknown-service',
    severity: 'suggestion',
    summary: 'an action of a service that AWS does not have',
    link: links.actionsTable,
    find: inStatements((each, { actions }) =>
      inActions(each, (pattern) => {
        const service = serviceOfPattern(pattern)
        if (service === undefined || findService(service) !== undefined) return undefined
        return {
          message: `\`${pattern}\`: AWS has no service \`${service}\`, so this matches nothing${actions.hint(pattern)}`,
          remedy: 'use the prefix that the service authorization reference gives the service',
        }
      }),
    ),
  },
  {
    code: 'unknown-action',
    severity: 'suggestion',
    summary: 'an action, or a pattern of actions, that AWS does not have',
    link: links.actionsTable,
    find: inStatements((each, { actions }) =>
      inActions(each, (pattern) => {
        const service = serviceOfPattern(pattern)
        if (service === undefined || findService(service) === undefined) return undefined
        if (actions.expand(pattern)?.length !== 0) return undefined
        return {
          message: `AWS has no action \`${pattern}\`, so this matches nothing${actions.hint(pattern)}`,
          remedy:
            'API operations and actions differ at times: the service authorization reference lists actions',
        }
      }),
    ),
  },
]

function inActions(
  { statement, pathOf }: LintStatement,
  find: (pattern: string) => Omit<Found, 'path'> | undefined,
): readonly Found[] {
  const element = statement.action.negated ? 'NotAction' : 'Action'
  return statement.action.patterns.flatMap((pattern, index) => {
    const found = find(pattern)
    return found === undefined ? [] : [{ ...found, path: pathOf(element, index) }]
  })
}
