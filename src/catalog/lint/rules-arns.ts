import { links } from './links.ts'
import { inStatements, type LintRule } from './lint-rule.ts'

/** Parts of ARNs that no ARN has, so that nothing matches. */
export const arnRules: readonly LintRule[] = [
  {
    code: 'malformed-arn',
    severity: 'suggestion',
    summary: 'a resource with a partition, service, Region or account of no form that ARNs have',
    link: links.arns,
    find: inStatements(({ statement, pathOf }) => {
      const element = statement.resource?.negated === true ? 'NotResource' : 'Resource'
      return (statement.resource?.patterns ?? []).flatMap((pattern, index) => {
        const wrong = wrongPart(pattern)
        if (wrong === undefined) return []
        return [
          {
            path: pathOf(element, index),
            message: `\`${pattern}\` matches nothing: ${wrong}`,
            remedy: 'write `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`',
          },
        ]
      })
    }),
  },
]

/** What is wrong in the ARN's first five parts; what holds a wildcard or a variable is not judged. */
function wrongPart(pattern: string): string | undefined {
  if (!pattern.startsWith('arn:')) return undefined
  const parts = pattern
    .slice(0, 2000)
    .replaceAll(/\$\{[^}]*\}/g, '*')
    .split(':')
  const [, partition = '*', service = '', region = '', account = ''] = parts
  if (!partition.includes('*') && !partitions.has(partition)) {
    return `there is no partition \`${partition}\``
  }
  if (/[A-Z]/.test(service)) return `the service is written \`${service.toLowerCase()}\``
  if (region !== '' && !/[*?]/.test(region) && !isRegion(region)) {
    return `there is no Region \`${region}\``
  }
  const isNumber = /^[\d?]+$/.test(account)
  return isNumber && account.length !== 12
    ? `the account id \`${account}\` has not twelve digits`
    : undefined
}

const partitions: ReadonlySet<string> = new Set(
  ['', '-cn', '-us-gov', '-iso', '-iso-b', '-iso-e', '-iso-f', '-eusc'].map((end) => `aws${end}`),
)

/** Whether a Region can have this name; AWS adds Regions faster than a list of them could be kept. */
export function isRegion(text: string): boolean {
  return /^(af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(-gov|-iso[a-z]?|-de)?-(north|south)?(east|west|central|(?<=north|south))-\d$/.test(
    text,
  )
}
