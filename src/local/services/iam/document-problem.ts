import type { PolicyProblem, PolicyType } from '../../../core/index.ts'
import { legacyParsing, resourceFormProblem } from './resource-problem.ts'

/** What AWS says of the first problem of a document, in its words: it reads trust policies and others by two parsers. */
export function renderProblem(
  problem: PolicyProblem | undefined,
  document: unknown,
  type: PolicyType,
): string {
  if (problem === undefined) return syntaxErrors
  const value = valueAt(document, problem.path)
  const row = (type === 'trust' ? trustRows : identityRows).find((one) =>
    isAbout(one, { problem, value }),
  )
  if (row === undefined) return syntaxErrors
  if (typeof row.message === 'function') return row.message(value, problem)
  const text = typeof value === 'string' ? value : ''
  const vendor = text.slice(0, text.indexOf(':'))
  return row.message.replace('{value}', () => text).replace('{vendor}', () => vendor)
}

export const syntaxErrors = 'Syntax errors in policy.'

interface MessageRow {
  readonly code: string
  /** Matches where the problem is. */
  readonly at?: RegExp
  /** Matches what the engine says of the problem. */
  readonly says?: RegExp
  /** Matches the text that is wrong. */
  readonly value?: RegExp
  readonly message: string | ((value: unknown, problem: PolicyProblem) => string)
}

interface Seen {
  readonly problem: PolicyProblem
  readonly value: unknown
}

function isAbout(row: MessageRow, { problem, value }: Seen): boolean {
  if (row.code !== problem.code) return false
  if (row.at?.test(problem.path) === false || row.says?.test(problem.message) === false)
    return false
  return row.value === undefined || (typeof value === 'string' && row.value.test(value))
}

const badSids: readonly MessageRow[] = [
  {
    code: 'bad-sid',
    value: /^/,
    message:
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  },
]

/** AWS's words for what is most often wrong; for the rest it says `Syntax errors in policy.` and no more. */
const identityRows: readonly MessageRow[] = [
  ...badSids,
  { code: 'missing-element', says: /`Action`/, message: 'Policy statement must contain actions.' },
  {
    code: 'missing-element',
    says: /`Resource`/,
    message: 'Policy statement must contain resources.',
  },
  { code: 'empty-list', at: /Action$/, message: 'Policy statement must contain actions.' },
  { code: 'empty-list', at: /Resource$/, message: 'Policy statement must contain resources.' },
  { code: 'bad-action', value: /:.*:/s, message: 'Actions/Condition can contain only one colon.' },
  {
    code: 'bad-action',
    value: /^[^:]*[^A-Za-z0-9:-][^:]*:/,
    message: 'Vendor {vendor} is not valid',
  },
  {
    code: 'bad-action',
    message: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  },
  { code: 'bad-resource', message: (value) => resourceFormProblem(String(value)) ?? legacyParsing },
  // AWS: refuses other words as it reads, and these words in other case only when it reads them again.
  { code: 'bad-effect', value: /^(allow|deny)$/i, message: legacyParsing },
  { code: 'bad-condition-value', says: /`Date/, message: legacyParsing },
  {
    code: 'forbidden-element',
    says: /`Principal`/,
    message: 'Policy document should not specify a principal.',
  },
  { code: 'duplicate-sid', message: 'Statement IDs (SID) in a single policy must be unique.' },
]

const trustRows: readonly MessageRow[] = [
  ...badSids,
  { code: 'bad-version', message: 'The policy must contain a valid version string' },
  {
    code: 'missing-element',
    says: /^a policy needs/,
    message: 'Missing required field Statement',
  },
  {
    code: 'empty-list',
    says: /^a policy needs/,
    message: 'Could not parse the policy: Statement is empty!',
  },
  { code: 'missing-element', says: /`Effect`/, message: 'Missing required field Effect' },
  { code: 'bad-effect', value: /^/, message: 'Invalid effect: {value}' },
  { code: 'missing-element', says: /`Principal`/, message: 'Missing required field Principal' },
  { code: 'bad-principal', message: renderPrincipalProblem },
  { code: 'missing-element', says: /`Action`/, message: 'Missing required field Action' },
  { code: 'empty-list', at: /Action$/, message: 'Missing required field Action' },
  {
    code: 'bad-action',
    message: 'AssumeRole policy may only specify STS AssumeRole actions.',
  },
  { code: 'forbidden-element', says: /`Resource`/, message: 'Has prohibited field Resource' },
  { code: 'duplicate-sid', message: 'The Statement Ids in the policy are not unique' },
]

/** AWS shows the kind of principal in capitals. */
function renderPrincipalProblem(value: unknown, { path, message }: PolicyProblem): string {
  if (/\.Principal$/.test(path) && isEmpty(value)) {
    return 'Missing required field Principal cannot be empty!'
  }
  const kind = /\.(AWS|Service|Federated)$/.exec(path)?.[1]?.toUpperCase()
  const named: readonly unknown[] = Array.isArray(value) ? value : [value]
  const wrong = named.find((one) => typeof one === 'string' && message.includes(`\`${one}\``))
  if (kind === undefined || wrong === undefined) return syntaxErrors
  return `Invalid principal in policy: "${kind}":${JSON.stringify(wrong)}`
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** What stands at a problem's path, such as `Statement[0].Resource[1]`. */
function valueAt(document: unknown, path: string): unknown {
  const steps = path.match(/[^.[\]]+/g) ?? []
  let value: unknown = document
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return value
    value = Reflect.get(value, step)
  }
  return value
}
