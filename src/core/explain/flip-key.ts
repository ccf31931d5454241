import type { Principal } from '../evaluate/request.ts'

interface KeyRow {
  /** Lower case; ends in `/` where a name follows. */
  readonly key: string
  /** What to do so that the request has the value: `pass the external id`. */
  readonly way: string
  readonly side?: 'resource'
  /** Kinds of callers that can; everybody when left out. */
  readonly principals?: readonly Principal['kind'][]
}

/** Keys that callers, or those who run them, decide about. */
const chosenKeys: readonly KeyRow[] = [
  { key: 'sts:externalid', way: 'pass the external id' },
  // AWS: no session of a role carries MFA.
  { key: 'aws:multifactorauthpresent', way: 'sign in with MFA', principals: ['user', 'root'] },
  { key: 'aws:multifactorauthage', way: 'sign in with MFA again', principals: ['user', 'root'] },
  { key: 'sts:sourceidentity', way: 'pass the source identity' },
  { key: 'aws:sourceidentity', way: 'take the session with the source identity' },
  { key: 'sts:rolesessionname', way: 'name the session' },
  { key: 'sts:durationseconds', way: 'ask for a session of' },
  { key: 'sts:transitivetagkeys', way: 'pass as transitive tags' },
  { key: 'aws:requesttag/', way: 'pass the tag' },
  { key: 'aws:tagkeys', way: 'pass only the tags' },
  { key: 'aws:sourceip', way: 'call from the address' },
  { key: 'aws:vpcsourceip', way: 'call through a VPC endpoint from the address' },
  { key: 'aws:sourcevpc', way: 'call from the VPC' },
  { key: 'aws:sourcevpce', way: 'call through the VPC endpoint' },
  { key: 'aws:securetransport', way: 'call over TLS' },
  { key: 'aws:requestedregion', way: 'call in the region' },
  { key: 'aws:useragent', way: 'send the user agent' },
  { key: 'aws:referer', way: 'send the referer' },
  { key: 'aws:principaltag/', way: 'tag the principal' },
  { key: 'aws:resourcetag/', way: 'tag the resource', side: 'resource' },
]

export interface ChosenKey {
  readonly kind: 'chosen'
  readonly way: string
  readonly side: 'principal' | 'resource'
}

/** `imposed`: the request has it from elsewhere, as the time or a provider's claims. `settled`: the principal decides. */
export type KeyOrigin = ChosenKey | { readonly kind: 'imposed' } | { readonly kind: 'settled' }

/** How the value of a key comes to be another, if at all. */
export function originOf(key: string, principal: Principal): KeyOrigin {
  const lower = key.toLowerCase()
  if (settledKeys.has(lower)) return { kind: 'settled' }
  const row = chosenKeys.find((each) =>
    each.key.endsWith('/') ? lower.startsWith(each.key) : lower === each.key,
  )
  if (row !== undefined) {
    const isAble = row.principals?.includes(principal.kind) ?? true
    const { way, side = 'principal' } = row
    return isAble ? { kind: 'chosen', way, side } : { kind: 'settled' }
  }
  const prefix = lower.slice(0, lower.indexOf(':'))
  // Claims of identity providers, and all that AWS itself says of a request.
  if (prefix.includes('.') || ['aws', 'saml', 'sts'].includes(prefix)) return { kind: 'imposed' }
  return { kind: 'chosen', way: 'send', side: 'principal' }
}

const settledKeys: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:userid',
  'aws:username',
  'aws:resourceaccount',
])
