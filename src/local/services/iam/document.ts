import type { PolicyDocument, PolicyProblem, PolicyType } from '../../../core/index.ts'
import { parsePolicy } from '../../../core/index.ts'
import { encodeUri } from '../../signature/uri-encoding.ts'
import type { StoredDocument } from './entities.ts'
import { malformedPolicyDocument } from './iam-error.ts'
import { resourceProblem } from './resource-problem.ts'

/** Checks the text of a policy document. Throws `MalformedPolicyDocument` with the first problem in AWS's words. */
export function requireDocument(text: string, type: PolicyType): StoredDocument {
  const value = parseJson(text)
  const parsed = parsePolicy(value, type)
  if (!parsed.ok) throw malformedPolicyDocument(renderProblem(parsed.problems[0], value))
  const wrong = type === 'identity' ? resourceProblem(parsed.policy) : undefined
  if (wrong !== undefined) throw malformedPolicyDocument(wrong)
  return { text, document: value as PolicyDocument }
}

const syntaxErrors = 'Syntax errors in policy.'

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) throw malformedPolicyDocument(syntaxErrors)
    throw cause
  }
}

function renderProblem(problem: PolicyProblem | undefined, document: unknown): string {
  if (problem === undefined) return syntaxErrors
  const value = valueAt(document, problem.path)
  if (problem.code === 'bad-principal') return renderPrincipalProblem(problem, value)
  const row = rows.find(
    ({ code, of, value: form }) =>
      code === problem.code &&
      of.test(code === 'empty-list' ? problem.path : problem.message) &&
      (form === undefined || (typeof value === 'string' && form.test(value))),
  )
  const text = typeof value === 'string' ? value : ''
  const shown = row?.message.replace('{value}', () => text)
  return shown?.replace('{vendor}', () => text.slice(0, text.indexOf(':'))) ?? syntaxErrors
}

/** AWS shows the kind of principal in capitals. */
function renderPrincipalProblem({ path, message }: PolicyProblem, value: unknown): string {
  const kind = /\.(AWS|Service|Federated)$/.exec(path)?.[1]?.toUpperCase()
  const named: readonly unknown[] = Array.isArray(value) ? value : [value]
  const wrong = named.find((one) => typeof one === 'string' && message.includes(`\`${one}\``))
  if (kind === undefined || wrong === undefined) return syntaxErrors
  return `Invalid principal in policy: "${kind}":${JSON.stringify(wrong)}`
}

interface MessageRow {
  readonly code: string
  /** Matches what the engine says of the problem, or for an empty list where it is: one code covers several elements. */
  readonly of: RegExp
  /** Matches the text that is wrong. */
  readonly value?: RegExp
  readonly message: string
}

/** AWS's words for what is most often wrong; for the rest it says `Syntax errors in policy.` and no more. */
const rows: readonly MessageRow[] = [
  {
    code: 'missing-element',
    of: /`Action`/,
    message: 'Policy statement must contain actions.',
  },
  { code: 'missing-element', of: /`Principal`/, message: 'Missing required field Principal' },
  {
    code: 'missing-element',
    of: /`Resource`/,
    message: 'Policy statement must contain resources.',
  },
  { code: 'missing-element', of: /`Effect`/, message: 'Missing required field Effect' },
  {
    code: 'bad-action',
    of: /trust policy/,
    message: 'AssumeRole policy may only specify STS AssumeRole actions.',
  },
  { code: 'empty-list', of: /Action$/, message: 'Policy statement must contain actions.' },
  { code: 'empty-list', of: /Resource$/, message: 'Policy statement must contain resources.' },
  {
    code: 'bad-action',
    of: /./,
    value: /:.*:/s,
    message: 'Actions/Condition can contain only one colon.',
  },
  {
    code: 'bad-action',
    of: /./,
    value: /^[^:]*[^A-Za-z0-9:-][^:]*:/,
    message: 'Vendor {vendor} is not valid',
  },
  {
    code: 'bad-action',
    of: /./,
    message: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  },
  {
    code: 'bad-resource',
    of: /./,
    message: 'Resource {value} must be in ARN format or "*".',
  },
  {
    code: 'forbidden-element',
    of: /`Principal`/,
    message: 'Policy document should not specify a principal.',
  },
  { code: 'forbidden-element', of: /`Resource`/, message: 'Has prohibited field Resource' },
  {
    code: 'duplicate-sid',
    of: /./,
    message: 'Statement IDs (SID) in a single policy must be unique.',
  },
  {
    code: 'bad-sid',
    of: /./,
    message:
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  },
  {
    code: 'bad-version',
    of: /./,
    message: 'The policy must contain a valid version string.',
  },
]

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

/** The document as IAM's answers hold it: percent-encoded by RFC 3986. */
export function renderDocument(stored: StoredDocument): string {
  return encodeUri(stored.text)
}

/** What the size quotas count. */
export function countNonWhitespace(text: string): number {
  return text.replace(/\s/g, '').length
}
