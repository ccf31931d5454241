import type { PolicyType } from '../../core/index.ts'
import { quotas } from '../quotas.ts'
import { links } from './links.ts'
import type { Found, LintRule, LintSubject } from './lint-rule.ts'

/** What is wrong with the document as a whole. */
export const documentRules: readonly LintRule[] = [
  {
    code: 'policy-character',
    severity: 'error',
    summary: 'a character that IAM does not take in policies',
    link: links.createPolicy,
    types: ['identity', 'boundary', 'session', 'trust'],
    find: ({ text }) => {
      const found = /[^\t\n\r\u0020-\u00ff]+/.exec(text)?.[0]
      return found === undefined
        ? []
        : [
            {
              path: '',
              message: `IAM takes no character beyond Latin-1 in a policy, such as \`${found.slice(0, 20)}\``,
              remedy: 'write `*` or `?` in place of it where a pattern may stand',
            },
          ]
    },
  },
  {
    code: 'too-long',
    severity: 'error',
    summary: 'a document longer than AWS ever takes for its type',
    link: links.quotas,
    find: (subject) => sizeFindings(subject, 'fixed'),
  },
  {
    code: 'over-quota',
    severity: 'suggestion',
    summary: 'a document longer than a quota that its use decides, or that AWS raises on request',
    link: links.quotas,
    find: (subject) => sizeFindings(subject, 'depends'),
  },
  {
    code: 'no-version',
    severity: 'suggestion',
    summary: 'no version, which means the one of 2008, without policy variables',
    link: links.version,
    find: ({ hasVersion }) =>
      hasVersion
        ? []
        : [
            {
              path: '',
              message: 'the document names no version: AWS reads it as one of `2008-10-17`',
              remedy: 'add `"Version": "2012-10-17"`',
            },
          ],
  },
  {
    code: 'variables-need-version',
    severity: 'security',
    summary: 'a policy variable in a version that takes it as text',
    link: links.variables,
    find: ({ version, statements }) => {
      if (version === '2012-10-17') return []
      return statements
        .filter(({ statement }) => variable.test(JSON.stringify(statement)))
        .map(({ path }) => ({
          path,
          message:
            'version `2008-10-17` knows no policy variables: AWS compares them as the text that they are',
          remedy: 'set the version to `2012-10-17`',
        }))
    },
  },
]

const variable = /\$\{[a-z][\w-]*:/i

interface SizeLimit {
  readonly value: number
  readonly kind: 'fixed' | 'depends'
  /** Of what this is the quota. */
  readonly of: string
}

/** Sizes without white space, but of session, service and resource control policies, where AWS counts it. */
const limits: Readonly<Record<PolicyType, readonly SizeLimit[]>> = {
  identity: [
    { value: quotas.managedPolicyLength.value, kind: 'depends', of: 'a managed policy' },
    {
      value: quotas.roleInlinePoliciesLength.value,
      kind: 'depends',
      of: 'all inline policies of a role',
    },
  ],
  boundary: [{ value: quotas.managedPolicyLength.value, kind: 'depends', of: 'a managed policy' }],
  trust: [
    { value: quotas.trustPolicyLength.value, kind: 'depends', of: 'a trust policy by default' },
    { value: quotas.trustPolicyLength.maximum, kind: 'fixed', of: 'any trust policy' },
  ],
  session: [
    { value: quotas.sessionPolicyLength.value, kind: 'fixed', of: 'the policies of a session' },
  ],
  scp: [{ value: 5120, kind: 'depends', of: 'a service control policy' }],
  rcp: [{ value: 5120, kind: 'depends', of: 'a resource control policy' }],
  vpce: [{ value: 20_480, kind: 'depends', of: 'a VPC endpoint policy' }],
  resource: [{ value: 20_480, kind: 'depends', of: 'a bucket policy; other services take less' }],
}

const withWhiteSpace: ReadonlySet<PolicyType> = new Set(['session', 'scp', 'rcp', 'vpce'])

function sizeFindings({ text, type }: LintSubject, kind: SizeLimit['kind']): readonly Found[] {
  const size = withWhiteSpace.has(type) ? text.trimEnd().length : text.replace(/\s/g, '').length
  const passed = limits[type].filter((limit) => size > limit.value)
  const worst = passed.at(-1)
  if (worst === undefined || worst.kind !== kind) return []
  return [
    {
      path: '',
      message: `the document has ${count(size)} characters, more than the ${count(worst.value)} of ${worst.of}`,
      remedy: 'split it, name fewer actions by patterns, or leave out what is redundant',
    },
  ]
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}
