import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import type { PrincipalElement, PrincipalEntry } from '../policy/policy.ts'

/** What must never be: a set of callers, of actions and of resources. */
export interface Claim {
  readonly callers: Callers
  readonly action: string
  readonly resource: string
}

/** `outside` takes in whoever is not named: other accounts, AWS services, identity providers, anybody at all. */
export type Callers =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'outside' | 'inside'; readonly names: PrincipalElement }

/** The claim, or why the text is none; `message` is lower case and without a full stop. */
export type ClaimParse =
  | { readonly ok: true; readonly claim: Claim }
  | { readonly ok: false; readonly message: string }

const form = /^principal(?:\s+(outside|in)\s+(.+?))?\s+can\s+(\S+)(?:\s+on\s+(\S+))?$/i

/**
 * Reads `principal outside 111111111111, 222222222222 can sts:AssumeRole`, with `in` for `outside`, without either for
 * everybody, and with `on RESOURCE` at the end. Names are account ids, ARNs of principals and service principals.
 */
export function parseClaim(text: string): ClaimParse {
  const [, word, list, action = '', resource = '*'] = form.exec(text.trim()) ?? []
  if (action === '') return { ok: false, message: `write it as ${example}` }
  if (!/^(\*|[\w*?-]+:[\w*?-]+)$/.test(action)) {
    return { ok: false, message: `\`${action}\` is no action; one looks like \`sts:AssumeRole\`` }
  }
  if (resource !== '*' && parseArn(resource) === undefined) {
    return { ok: false, message: `\`${resource}\` is no resource: \`*\` or an ARN is expected` }
  }
  if (list === undefined) return { ok: true, claim: { callers: anyone, action, resource } }
  const texts = list.split(/[\s,]+/).filter((each) => each !== '' && each !== 'and')
  const entries = texts.map(entryOf)
  const at = entries.indexOf(undefined)
  if (at >= 0 || entries.length === 0) {
    return {
      ok: false,
      message: `\`${texts[at] ?? list}\` is no account id, ARN or service principal`,
    }
  }
  const names = { negated: false, entries: entries.filter((each) => each !== undefined) }
  const kind = word?.toLowerCase() === 'outside' ? 'outside' : 'inside'
  return { ok: true, claim: { callers: { kind, names }, action, resource } }
}

const example = '`principal outside 111111111111 can sts:AssumeRole`'
const anyone = { kind: 'anyone' } as const

function entryOf(text: string): PrincipalEntry | undefined {
  if (parseAccountId(text) !== undefined) return { kind: 'AWS', value: text }
  const arn = parseArn(text)
  if (arn !== undefined && !/[*?]/.test(text)) {
    if (/^(saml|oidc)-provider\//.test(arn.resource)) return { kind: 'Federated', value: text }
    return arn.service === 'iam' || arn.service === 'sts' ? { kind: 'AWS', value: text } : undefined
  }
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(text)
    ? { kind: 'Service', value: text }
    : undefined
}
