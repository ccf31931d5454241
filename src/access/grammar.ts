import type { Scope } from './place.ts'

/** How one kind of text in the access file must be written. Lengths are in characters. */
export interface Grammar {
  /** What the text is, in words: `role name`. */
  readonly what: string
  readonly pattern: RegExp
  /** What the pattern demands, in words that follow "must be" or "must hold". */
  readonly rule: string
  readonly minLength: number
  readonly maxLength: number
}

const nameRule = 'hold only letters, digits and `_+=,.@-`'
const ownNameRule = 'begin with a letter or digit and hold only letters, digits, `.`, `_` and `-`'

/**
 * AWS's own limits for what ends up in its documents, and ours for names that only this file knows.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const grammars = {
  accountId: {
    what: 'account id',
    pattern: /^[0-9]{12}$/,
    rule: 'be twelve digits',
    minLength: 12,
    maxLength: 12,
  },
  accountName: {
    what: 'account name',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    rule: ownNameRule,
    minLength: 1,
    maxLength: 64,
  },
  fileName: {
    what: 'name of the access file',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    rule: ownNameRule,
    minLength: 1,
    maxLength: 64,
  },
  grantName: {
    what: 'grant name',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    rule: ownNameRule,
    minLength: 1,
    maxLength: 64,
  },
  profile: {
    what: 'profile',
    pattern: /^[^\s[\]'"#;]+$/,
    rule: 'be one word without quotes, brackets, `#` and `;`',
    minLength: 1,
    maxLength: 128,
  },
  region: {
    what: 'region',
    pattern: /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/,
    rule: 'look like `eu-west-1`',
    minLength: 1,
    maxLength: 32,
  },
  organizationalUnit: {
    what: 'organizational unit',
    pattern: /^[^/\s][^/]*(?:\/[^/\s][^/]*)*$/,
    rule: 'be names joined by `/`, such as `Workloads/Prod`',
    minLength: 1,
    maxLength: 640,
  },
  roleName: {
    what: 'role name',
    pattern: /^[\w+=,.@-]+$/,
    rule: nameRule,
    minLength: 1,
    maxLength: 64,
  },
  userName: {
    what: 'user name',
    pattern: /^[\w+=,.@-]+$/,
    rule: nameRule,
    minLength: 1,
    maxLength: 64,
  },
  groupName: {
    what: 'group name',
    pattern: /^[\w+=,.@-]+$/,
    rule: nameRule,
    minLength: 1,
    maxLength: 128,
  },
  permissionSetName: {
    what: 'permission set name',
    pattern: /^[\w+=,.@-]+$/,
    rule: nameRule,
    minLength: 1,
    maxLength: 32,
  },
  policyName: {
    what: 'policy name',
    pattern: /^[\w+=,.@-]+$/,
    rule: nameRule,
    minLength: 1,
    maxLength: 128,
  },
  // AWS takes any printable character; `$`, `*` and `?` would turn into patterns once inside a policy.
  path: {
    what: 'path',
    pattern: /^\/(?:[!-#%-)+-.0->@-~]+\/)*$/,
    rule: 'begin and end with `/` and hold no spaces, empty parts, `$`, `*` or `?`',
    minLength: 1,
    maxLength: 512,
  },
  policyArn: {
    what: 'policy ARN',
    pattern:
      /^arn:aws(?:-cn|-us-gov)?:iam::(?:aws|[0-9]{12}):policy\/(?:[!-#%-)+-.0->@-~]+\/)*[\w+=,.@-]+$/,
    rule: 'look like `arn:aws:iam::222222222222:policy/NAME`',
    minLength: 20,
    maxLength: 2048,
  },
  externalId: {
    what: 'external id',
    pattern: /^[\w+=,.@:/-]*$/,
    rule: 'hold only letters, digits and `_+=,.@:/-`',
    minLength: 2,
    maxLength: 1224,
  },
  sessionTagKey: {
    what: 'session tag key',
    pattern: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/iu,
    rule: 'hold only letters, digits, spaces and `_.:/=+-@`, and not begin with `aws:`',
    minLength: 1,
    maxLength: 128,
  },
  sessionTagValue: {
    what: 'session tag value',
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
    rule: 'hold only letters, digits, spaces and `_.:/=+-@`',
    minLength: 0,
    maxLength: 256,
  },
  oidcIssuer: {
    what: 'issuer',
    pattern:
      /^(?:https:\/\/)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:\/[\w.~%-]+)*\/?$/,
    rule: 'be a host and path, such as `gitlab.example.com`',
    minLength: 1,
    maxLength: 255,
  },
  oidcClaim: {
    what: 'claim',
    pattern: /^[^\s*?$]+$/,
    rule: 'be one exact value without spaces, `*`, `?` and `$`',
    minLength: 1,
    maxLength: 1024,
  },
  action: {
    what: 'action',
    pattern: /^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/,
    rule: 'look like `s3:GetObject`: a service, a colon, and the action, in which `*` and `?` stand for any text',
    minLength: 1,
    maxLength: 256,
  },
  resource: {
    what: 'resource',
    pattern: /^(?:\*|arn:[^:\s]*:[^:\s]*:[^:\s]*:[^:\s]*:.+)$/,
    rule: 'be `*` or an ARN with all six parts, such as `arn:aws:s3:::bucket/*`',
    minLength: 1,
    maxLength: 2048,
  },
  statementId: {
    what: 'sid',
    pattern: /^[A-Za-z0-9]*$/,
    rule: 'hold only letters and digits',
    minLength: 0,
    maxLength: 128,
  },
  contextKey: {
    what: 'condition key',
    pattern: /^[A-Za-z0-9-]+:[^\s]+$/,
    rule: 'name its service, such as `aws:SourceIp`',
    minLength: 1,
    maxLength: 256,
  },
} as const satisfies Readonly<Record<string, Grammar>>

/** True when `text` follows the grammar; else what breaks it is reported as `invalid-…`. */
export function isWellFormed(text: string, grammar: Grammar, scope: Scope): boolean {
  const fault = grammarFault(grammar, text)
  if (fault === undefined) return true
  scope.report(scope.place, {
    code: `invalid-${grammar.what.toLowerCase().replaceAll(' ', '-')}`,
    message:
      text === '' ? `the ${grammar.what} ${fault}` : `${grammar.what} ${shown(text)} ${fault}`,
    remedy: `a ${grammar.what} ${demandOf(grammar, text)}`.replace(/^a (?=[aeiou])/, 'an '),
  })
  return false
}

/** What would have to be otherwise: its length, or else its characters. */
function demandOf({ minLength, maxLength, pattern, rule }: Grammar, text: string): string {
  const length = [...text].length
  if (length > maxLength && pattern.test(text))
    return `has at most ${maxLength} characters: shorten it`
  if (length < minLength && length > 0) return `has at least ${minLength} characters`
  return `must ${rule}`
}

/** User input for a message: in backticks, shortened where it is very long. */
export function shown(text: string): string {
  return `\`${text.length > 80 ? `${text.slice(0, 80)}…` : text}\``
}

/** What breaks the grammar, as the end of a sentence, or undefined where the text is well formed. */
export function grammarFault(grammar: Grammar, text: string): string | undefined {
  const length = [...text].length
  if (length === 0 && grammar.minLength > 0) return 'is empty'
  if (length < grammar.minLength)
    return `has ${count(length)}; at least ${grammar.minLength} are needed`
  if (length > grammar.maxLength)
    return `has ${count(length)}; at most ${grammar.maxLength} are allowed`
  if (grammar.pattern.test(text)) return undefined
  const isOnlyForSpaces = grammar.pattern.test(text.replace(/\s/g, ''))
  return isOnlyForSpaces ? 'holds a space' : 'is not well formed'
}

function count(length: number): string {
  return length === 1 ? '1 character' : `${length} characters`
}
