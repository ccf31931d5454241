import type { Condition } from '../../core/index.ts'
import { links } from './links.ts'
import { inAllows, inStatements, type LintRule, type LintStatement } from './lint-rule.ts'
import { isRegion } from './rules-arns.ts'
import { conditionPath, isHeldTo } from './statement-conditions.ts'

/** Values of conditions that cannot be met, that are met by too much, or that are there for nothing. */
export const valueRules: readonly LintRule[] = [
  {
    code: 'string-like-on-arn',
    severity: 'security',
    summary: 'a wildcard before the resource of an ARN, compared as plain text',
    link: links.operators,
    find: inConditions((condition) => {
      const open = isTextPattern(condition) ? condition.values.find(hasOpenHead) : undefined
      if (open === undefined) return undefined
      const arn = condition.operator.includes('Not') ? 'ArnNotLike' : 'ArnLike'
      return {
        message: `as plain text, the wildcard of \`${open}\` runs over colons into the parts that follow, so that other accounts and kinds of resources fit too`,
        remedy: `write \`${arn}\`, whose wildcards stay within one part`,
      }
    }),
  },
  {
    code: 'vpc-address-alone',
    severity: 'security',
    summary: 'private addresses, and no word on whose network they are in',
    link: links.globalKeys,
    find: inAllows(({ statement, pathOf }) => {
      const found = statement.conditions.find(
        ({ key, operator }) => key.toLowerCase() === 'aws:vpcsourceip' && operator === 'IpAddress',
      )
      if (found === undefined || isHeldTo(statement, networkKeys)) return []
      return [
        {
          path: pathOf(conditionPath(found)),
          message:
            '`aws:VpcSourceIp` is an address inside some network: everybody can have a VPC with the same addresses',
          remedy: 'name the network as well, by a condition on `aws:SourceVpc` or `aws:SourceVpce`',
        },
      ]
    }),
  },
  {
    code: 'value-never-matches',
    severity: 'suggestion',
    summary: 'a value of a form that the condition key never has',
    link: links.globalKeys,
    find: inConditions((condition) => {
      const form = forms.find(({ keys }) => keys.test(condition.key))
      if (form === undefined || !/^String(Not)?Equals|^String(Not)?Like/.test(condition.operator)) {
        return undefined
      }
      const odd = condition.values.find((value) => !/[*?]|\$\{/.test(value) && !form.fits(value))
      if (odd === undefined) return undefined
      return {
        message: `\`${condition.key}\` is never \`${odd}\`: it has the form ${form.example}`,
        remedy: 'correct the value, or leave it out',
      }
    }),
  },
  {
    code: 'always-true-condition',
    severity: 'suggestion',
    summary: 'a truth value that may be `true` as well as `false`',
    link: links.operators,
    find: inConditions(({ operator, values, key }) => {
      const given = new Set(values.map((value) => value.toLowerCase()))
      if ((operator !== 'Bool' && operator !== 'Null') || given.size < 2) return undefined
      return {
        message: `\`${key}\` may be \`true\` and \`false\`: the condition rules nothing out but its absence`,
        remedy: 'leave one of the two values',
      }
    }),
  },
  {
    code: 'redundant-condition-value',
    severity: 'suggestion',
    summary: 'a value of a condition that another makes needless',
    link: links.operators,
    find: inConditions(({ operator, values }) => {
      const twice = values.find((value, index) => values.indexOf(value) !== index)
      const isBound = /(Less|Greater)Than/.test(operator)
      if (!(isBound && values.length > 1) && (values.length > 100 || twice === undefined)) {
        return undefined
      }
      const which = operator.includes('Less') ? 'greatest' : 'least'
      return {
        message: isBound
          ? `one of the values is enough to hold, so only the ${which} of them counts`
          : `\`${twice}\` is there twice`,
        remedy: 'leave the others out',
      }
    }),
  },
  {
    code: 'address-beyond-mask',
    severity: 'suggestion',
    summary: 'a range whose address has more digits than its mask keeps',
    link: links.operators,
    find: inConditions(({ operator, values }) => {
      const range = operator.includes('IpAddress') ? values.find(hasHostBits) : undefined
      if (range === undefined) return undefined
      return {
        message: `\`${range}\` means \`${maskAddress(range)}\`: the mask keeps no more of the address`,
        remedy: `write \`${maskAddress(range)}\`, or a longer mask if only that address is meant`,
      }
    }),
  },
  {
    code: 'null-with-set-operator',
    severity: 'suggestion',
    summary: '`Null` with `ForAllValues` or `ForAnyValue`, which asks about values',
    link: links.operators,
    find: inConditions(({ operator, quantifier, key }) =>
      operator !== 'Null' || quantifier === undefined
        ? undefined
        : {
            message: `\`Null\` asks whether \`${key}\` is there at all, and \`${quantifier}\` asks about its values`,
            remedy: 'write `Null` alone',
          },
    ),
  },
  {
    code: 'condition-key-twice',
    severity: 'suggestion',
    summary: 'one condition key in two spellings under one operator',
    link: links.condition,
    find: inStatements(({ statement, pathOf }) => {
      const seen = new Map<string, string>()
      return statement.conditions.flatMap((each) => {
        const { quantifier = '', operator, ifExists, key } = each
        const same = `${quantifier} ${operator} ${ifExists} ${key.toLowerCase()}`
        const first = seen.get(same)
        seen.set(same, first ?? key)
        if (first === undefined) return []
        return [
          {
            path: pathOf(conditionPath(each)),
            message: `\`${key}\` and \`${first}\` are one key: case makes no difference, and AWS's own check refuses both together`,
            remedy: 'put all values under one spelling, if one of them is enough',
          },
        ]
      })
    }),
  },
]

interface Judgement {
  readonly message: string
  readonly remedy: string
}

/** A rule's `find` that looks at one condition at a time. */
function inConditions(judge: (condition: Condition) => Judgement | undefined): LintRule['find'] {
  return inStatements(({ statement, pathOf }: LintStatement) =>
    statement.conditions.flatMap((condition) => {
      const found = judge(condition)
      return found === undefined ? [] : [{ ...found, path: pathOf(conditionPath(condition)) }]
    }),
  )
}

const networkKeys = ['aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn', 'aws:vpceaccount']

function isTextPattern({ operator, key }: Condition): boolean {
  return /^String(Not)?Like$/.test(operator) && /arn$/i.test(key)
}

/** `*` alone in place of the whole is another matter: it is meant to be everything. */
function hasOpenHead(value: string): boolean {
  if (!value.startsWith('arn:')) return false
  const parts = value
    .slice(0, 2000)
    .replaceAll(/\$\{[^}]*\}/g, 'x')
    .split(':')
  return parts.length > 5 && parts.slice(0, 5).some((part) => part.includes('*'))
}

interface Form {
  readonly keys: RegExp
  readonly fits: (value: string) => boolean
  readonly example: string
}

const accountKeys = /^aws:(Principal|Source|Resource|Vpce)Account$|^kms:CallerAccount$/i

/** What AWS writes into some keys. */
const forms: readonly Form[] = [
  { keys: accountKeys, fits: (value) => /^\d{12}$/.test(value), example: '`111122223333`' },
  {
    keys: /^aws:(Principal|Source|Resource|Vpce)OrgID$/i,
    fits: (value) => /^o-[a-z0-9]{1,32}$/.test(value),
    example: '`o-a1b2c3d4e5`',
  },
  {
    keys: /^aws:SourceVpc$/i,
    fits: (value) => /^vpc-[0-9a-f]+$/.test(value),
    example: '`vpc-0123456789abcdef0`',
  },
  {
    keys: /^aws:SourceVpce$/i,
    fits: (value) => /^vpce-[0-9a-f]+$/.test(value),
    example: '`vpce-0123456789abcdef0`',
  },
  { keys: /^aws:RequestedRegion$/i, fits: isRegion, example: '`eu-west-1`' },
  {
    keys: /^aws:PrincipalType$/i,
    fits: (value) => /^(Account|User|FederatedUser|AssumedRole|Anonymous)$/.test(value),
    example: '`AssumedRole`, `User`, `FederatedUser`, `Account` or `Anonymous`',
  },
  {
    keys: /^iam:PassedToService$|^iam:AWSServiceName$/i,
    fits: (value) => /\.(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com)$/.test(value),
    example: '`ec2.amazonaws.com`',
  },
]

const ipv4Range = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/

function hasHostBits(range: string): boolean {
  return ipv4Range.test(range) && maskAddress(range) !== range
}

function maskAddress(range: string): string {
  const [, ...numbers] = ipv4Range.exec(range) ?? []
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = numbers.map(Number)
  const address = ((a * 256 + b) * 256 + c) * 256 + d
  const size = 2 ** (32 - bits)
  const start = Math.floor(address / size) * size
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256)
  return `${bytes.join('.')}/${bits}`
}
