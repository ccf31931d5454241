import type { Condition, Statement } from '../../core/index.ts'
import { links } from './links.ts'
import { type Found, inAllows, inStatements, type LintRule } from './lint-rule.ts'
import { conditionPath } from './statement-conditions.ts'

/** Conditions that hold when one would not think so, or never. */
export const conditionRules: readonly LintRule[] = [
  {
    code: 'for-all-values-allows-absent',
    severity: 'security',
    summary: 'an allow by `ForAllValues`, which holds where the key is absent',
    link: links.multivalued,
    find: inAllows(({ statement, pathOf }) =>
      statement.conditions
        .filter((each) => each.quantifier === 'ForAllValues' && !harmlessAbsent.test(each.key))
        .filter((each) => !isDemandedPresent(statement, each.key))
        .map((each) => ({
          path: pathOf(conditionPath(each)),
          message: `\`ForAllValues\` holds where \`${each.key}\` is absent from the request: this allows requests without it`,
          remedy: `add \`"Null": {"${each.key}": "false"}\`, or take \`ForAnyValue\` or no prefix`,
        })),
    ),
  },
  {
    code: 'mfa-not-enforced',
    severity: 'security',
    summary: 'a condition on MFA that lets access keys by',
    link: links.mfa,
    find: inStatements(({ statement, pathOf }) =>
      statement.conditions
        .filter((each) => each.key.toLowerCase() === 'aws:multifactorauthpresent')
        .flatMap((each) => missedMfa(statement, each))
        .map((found) => ({ ...found, path: pathOf(found.path) })),
    ),
  },
  {
    code: 'ip-range-everywhere',
    severity: 'security',
    summary: 'an allow for a range that holds every address',
    link: links.operators,
    find: inAllows(({ statement, pathOf }) =>
      statement.conditions
        .filter(({ operator }) => operator === 'IpAddress')
        .flatMap((each) => {
          const path = pathOf(conditionPath(each))
          return each.values
            .filter((value) => /\/0+$/.test(value))
            .map((value) => ({
              path,
              message: `\`${value}\` holds every address: the condition keeps nobody out`,
              remedy: 'name the ranges that calls come from',
            }))
        }),
    ),
  },
  {
    code: 'private-source-ip',
    severity: 'suggestion',
    summary: '`aws:SourceIp` compared with a private address, which AWS never sees there',
    link: links.globalKeys,
    find: inStatements(({ statement, pathOf }) =>
      statement.conditions
        .filter(({ key }) => key.toLowerCase() === 'aws:sourceip')
        .flatMap((each) =>
          each.values.filter(isPrivate).map((value) => ({
            path: pathOf(conditionPath(each)),
            message: `\`aws:SourceIp\` is the public address of the caller, and absent through a VPC endpoint: it never is in \`${value}\``,
            remedy: 'name `aws:SourceVpc`, and compare private addresses with `aws:VpcSourceIp`',
          })),
        ),
    ),
  },
  {
    code: 'wildcard-in-equals',
    severity: 'suggestion',
    summary: 'a wildcard in a value that is compared as it stands',
    link: links.operators,
    find: inStatements(({ statement, pathOf }) =>
      statement.conditions.filter(isPlainText).flatMap((each) =>
        each.values
          .filter((value) => value.replace(/\$\{[^}]*\}/g, '').includes('*'))
          .map((value) => ({
            path: pathOf(conditionPath(each)),
            message: `\`${each.operator}\` knows no wildcards: \`${value}\` is met by that very text alone`,
            remedy: `write \`${likeOf(each.operator)}\` if a pattern is meant`,
          })),
      ),
    ),
  },
]

/** An absent list of tag keys sets no tag. */
const harmlessAbsent = /^(aws:TagKeys|sts:TransitiveTagKeys)$/i

function isDemandedPresent({ conditions }: Statement, key: string): boolean {
  return conditions.some(
    (each) =>
      each.key.toLowerCase() === key.toLowerCase() &&
      each.quantifier === undefined &&
      each.operator === 'Null' &&
      each.values.every((value) => value.toLowerCase() === 'false'),
  )
}

function missedMfa({ effect }: Statement, condition: Condition): readonly Found[] {
  const path = conditionPath(condition)
  const values = condition.values.map((value) => value.toLowerCase())
  if (condition.operator !== 'Bool') return []
  if (effect === 'Deny' && values.includes('false') && !condition.ifExists) {
    return [
      {
        path,
        message:
          'the deny does not meet calls with access keys: they have no `aws:MultiFactorAuthPresent` at all',
        remedy: 'write `BoolIfExists`',
      },
    ]
  }
  if (effect === 'Allow' && values.includes('true') && condition.ifExists) {
    return [
      {
        path,
        message:
          'calls with access keys are allowed without MFA: they have no `aws:MultiFactorAuthPresent`, and `IfExists` lets them by',
        remedy: 'write `Bool`',
      },
    ]
  }
  return []
}

function isPrivate(range: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|127\.)/.test(range)
}

function isPlainText({ operator }: Condition): boolean {
  return /^String(Not)?Equals(IgnoreCase)?$/.test(operator)
}

function likeOf(operator: string): string {
  return operator.includes('Not') ? 'StringNotLike' : 'StringLike'
}
