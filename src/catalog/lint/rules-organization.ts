import { isBoundByRcp, type Statement } from '../../core/index.ts'
import { serviceOfPattern } from '../action-pattern.ts'
import { links } from './links.ts'
import { inStatements, type LintRule } from './lint-rule.ts'

/** What guardrails around an organization do beside what they are for. */
export const organizationRules: readonly LintRule[] = [
  {
    code: 'denies-aws-services',
    severity: 'suggestion',
    summary: 'a deny of outsiders that also meets AWS services at work for the account',
    link: links.dataPerimeter,
    types: ['rcp', 'resource'],
    find: inStatements(({ statement, pathOf }) => {
      if (statement.effect !== 'Deny' || !isForEverybody(statement)) return []
      const key = statement.conditions.find((each) => callerKeys.test(each.key))?.key
      if (key === undefined || !statement.conditions.every(holdsWithoutKey)) return []
      if (statement.conditions.some((each) => serviceKeys.test(each.key))) return []
      return [
        {
          path: pathOf('Condition'),
          message: `a service of AWS that calls by itself has no \`${key}\`, so this denies its calls too, such as the delivery of logs`,
          remedy:
            'add `"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}`, if services are to get in',
        },
      ]
    }),
  },
  {
    code: 'service-without-rcp',
    severity: 'suggestion',
    summary: 'a resource control policy for a service that takes none',
    link: links.rcp,
    types: ['rcp'],
    find: inStatements(({ statement, pathOf }) =>
      statement.action.negated
        ? []
        : statement.action.patterns.flatMap((pattern, index) => {
            const service = serviceOfPattern(pattern)
            if (service === undefined || isBoundByRcp(service.toLowerCase())) return []
            return [
              {
                path: pathOf('Action', index),
                message: `resource control policies do not bind \`${service}\`: this denies nothing`,
                remedy: 'limit who may call it by a service control policy',
              },
            ]
          }),
    ),
  },
]

/** Who names principals may mean to keep services out; who names an organization hardly does. */
const callerKeys = /^aws:Principal(OrgID|OrgPaths)$/i

const serviceKeys =
  /^aws:(PrincipalIsAWSService|PrincipalServiceName|PrincipalServiceNamesList|ViaAWSService)$/i

function isForEverybody({ principal }: Statement): boolean {
  if (principal === undefined || principal.negated) return false
  return principal.entries.some(
    (entry) => entry.kind === 'everyone' || (entry.kind === 'AWS' && entry.value === '*'),
  )
}

function holdsWithoutKey({ operator, ifExists, quantifier }: Statement['conditions'][number]) {
  return operator.includes('Not') || ifExists || quantifier === 'ForAllValues'
}
