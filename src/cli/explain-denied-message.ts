/** What a refusal tells of its request; fields that it does not tell are absent. */
export interface DeniedRequest {
  /** An ARN, `anonymous`, or a service. */
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
  readonly resourceAccount?: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
  /** Why AWS refused, in its words: `no identity-based policy allows it`. */
  readonly stated?: StatedReason
  /** What of the request could not be reconstructed, in words. */
  readonly lost: readonly string[]
}

export interface StatedReason {
  readonly kind: 'explicitDeny' | 'implicitDeny'
  /** As AWS names it: `identity-based policy`. */
  readonly policy: string
  /** Of the policy, where the message has it. */
  readonly arn?: string
}

/** AWS's wordings. A part that a service leaves out is optional in its row. */
const request =
  /(?:User:? )?(?<principal>arn:\S{1,2048}|anonymous|\b[\w.-]{1,128}\.amazonaws\.com) is not authorized to perform:? (?<action>[\w-]+:\w+)(?: on (?:resource: (?<resource>"[^"]+"|\S+)|the resource associated with this ciphertext|this resource))?/
const starting =
  /(?:arn:[^\s]{1,2048}|anonymous|\b[\w.-]{1,128}\.amazonaws\.com) is not authorized to perform/g
const withoutCaller = /Not authorized to perform:? (?<action>[\w-]+:\w+)/i
const implicitDeny = /because no (?<policy>[\w -]+?) allows? the /
const explicitDeny =
  /with an explicit deny in (?:a|an|the) (?<policy>[\w -]*?(?:policy|boundary))(?:: (?<arn>arn:\S+))?/i
const operation = /when calling the (\w+) operation/

/** Reads the text of an `AccessDenied`, wherever in `text` it stands; undefined where there is none. */
export function parseDenial(text: string): DeniedRequest | undefined {
  const isTold = /not authorized to perform/i.test(text)
  const found = isTold ? (request.exec(text) ?? withoutCaller.exec(text))?.groups : undefined
  if (found === undefined) return parseBare(text)
  const { principal, action } = found
  const resource = found.resource?.replaceAll('"', '').replace(/[.,;]$/, '')
  const stated = parseReason(text)
  const lost = [
    ...(principal === undefined ? ['who called: the message does not say'] : []),
    ...(resource === undefined ? ['the resource: the message does not name it'] : []),
    'condition keys such as the source address or an external id: a message has none; add them with -c',
  ]
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(stated === undefined ? {} : { stated }),
    context: {},
    lost,
  }
}

/** Every refusal in a text, also where a terminal broke its lines. Each ends where the next begins. */
export function parseDenials(text: string): readonly DeniedRequest[] {
  const flat = text.replaceAll(/\s+/g, ' ')
  const isTold = flat.includes('is not authorized to perform')
  const starts = isTold ? [...flat.matchAll(starting)].map(({ index }) => index) : []
  if (starts.length < 2) return [parseDenial(flat) ?? []].flat()
  return starts.flatMap((start, index) => {
    return parseDenial(flat.slice(start, starts[index + 1])) ?? []
  })
}

/** S3 says `Access Denied` and no more to callers of other accounts. */
function parseBare(text: string): DeniedRequest | undefined {
  if (!/access ?denied/i.test(text)) return undefined
  const called = operation.exec(text)?.[1]
  const what = called === undefined ? '' : `; the call was ${called}`
  return {
    context: {},
    lost: [`who called, for what and on what: the message does not say${what}`],
  }
}

function parseReason(text: string): StatedReason | undefined {
  const implicit = implicitDeny.exec(text)?.groups
  if (implicit?.policy !== undefined) return { kind: 'implicitDeny', policy: implicit.policy }
  const explicit = explicitDeny.exec(text)?.groups
  if (explicit?.policy === undefined) return undefined
  const arn = explicit.arn?.replace(/[.,;]$/, '')
  const policy = explicit.policy.trim()
  return { kind: 'explicitDeny', policy, ...(arn === undefined ? {} : { arn }) }
}

/** Whether text is an authorization message that only AWS can decode. */
export function isEncoded(text: string): boolean {
  const encoded = /Encoded authorization failure message: *([\w-]{40,})/i.exec(text)
  return encoded !== null || /^[\w-]{80,}={0,2}$/.test(text.trim())
}
