import type { RequestContext } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import { addressOutside } from './prove-addresses.ts'
import { ownTags, tagsToSend } from './prove-carried.ts'
import { metContext, tagContext } from './prove-entry.ts'
import type { TrialCaller } from './trial-caller.ts'

/** A caller of the grant itself that fails to do one thing that the grant demands. */
export interface Lapse {
  readonly title: string
  readonly context: RequestContext
  /** Token claims that replace the caller's own. */
  readonly claims?: RequestContext
}

interface Terms {
  readonly grant: Grant
  readonly caller: TrialCaller
  readonly met: RequestContext
}

/** One row per demand: what a caller would send that does not meet it. Empty where the grant does not make it. */
const demands: readonly ((terms: Terms) => readonly Lapse[])[] = [
  ({ grant: { require }, met }) =>
    require.externalId === undefined
      ? []
      : [
          { title: 'no external id', context: without(met, ['sts:ExternalId']) },
          {
            title: 'a wrong external id',
            context: { ...met, 'sts:ExternalId': `${require.externalId}-wrong` },
          },
        ],
  ({ grant: { require }, met }) =>
    require.mfa
      ? [
          { title: 'no MFA', context: without(met, ['aws:MultiFactorAuthPresent']) },
          {
            title: 'MFA not used in this session',
            context: { ...met, 'aws:MultiFactorAuthPresent': 'false' },
          },
        ]
      : [],
  ({ grant: { require }, met }) => {
    const address = require.sourceIp.length === 0 ? undefined : addressOutside(require.sourceIp)
    if (address === undefined) return []
    return [
      {
        title: `from ${address}, outside the source addresses`,
        context: { ...met, 'aws:SourceIp': address },
      },
    ]
  },
  ({ grant: { expires }, met }) =>
    expires === undefined
      ? []
      : [
          {
            title: `after ${expires.on}`,
            context: { ...met, 'aws:CurrentTime': expires.endsAt },
          },
        ],
  tagLapses,
  ({ grant: { session }, caller, met }) => {
    // Who carries one cannot leave it out.
    if (session.sourceIdentity === undefined || caller.carried?.sourceIdentity !== undefined)
      return []
    const none = { title: 'no source identity', context: without(met, ['sts:SourceIdentity']) }
    if (session.sourceIdentity === 'required') return [none]
    const other = { ...met, 'sts:SourceIdentity': 'somebody-else' }
    return [none, { title: 'the source identity of somebody else', context: other }]
  },
  ({ grant: { from }, met }) =>
    from.kind !== 'oidc'
      ? []
      : [
          {
            title: 'a token for another subject',
            context: met,
            claims: {
              [`${from.issuer}:aud`]: from.audience,
              [`${from.issuer}:sub`]: 'stile-outsider',
            },
          },
          {
            title: 'a token for another audience',
            context: met,
            claims: {
              [`${from.issuer}:aud`]: 'stile-outsider',
              [`${from.issuer}:sub`]: from.subjects[0] ?? '',
            },
          },
        ],
]

/** Every way in which a caller that the grant means can fall short of what it demands. */
export function lapsesOf(grant: Grant, caller: TrialCaller, nowMs: number): readonly Lapse[] {
  const terms: Terms = { grant, caller, met: metContext(grant, caller, nowMs) }
  return demands.flatMap((lapses) => lapses(terms))
}

/** What a session carries it cannot leave out or change: only the other tags can be wrong. */
function tagLapses({ grant, caller, met }: Terms): readonly Lapse[] {
  if (Object.keys(grant.session.tags).length === 0) return []
  const { carried } = caller
  const all = tagsToSend(grant, carried)
  const sent = { ...met, ...tagContext({ ...all, 'stile-outsider': 'x' }) }
  const added = { title: 'a session tag that is not declared', context: sent }
  const [first] = Object.entries(ownTags(grant, carried))
  if (first === undefined) return [added]
  const [key, value] = first
  const tagKeys = Object.keys(met).filter((name) => name.startsWith('aws:RequestTag/'))
  const none = without(met, [...tagKeys, 'aws:TagKeys', 'sts:TransitiveTagKeys'])
  const kept = Object.keys(carried?.tags ?? {})
  const untagged = {
    ...none,
    ...tagContext(carried?.tags ?? {}),
    ...(kept.length === 0 ? {} : { 'sts:TransitiveTagKeys': kept }),
  }
  const changed = tagContext({ ...all, [key]: `${value}-other` })
  return [
    { title: 'no session tags', context: untagged },
    { title: `another value of session tag ${key}`, context: { ...met, ...changed } },
    added,
  ]
}

function without(context: RequestContext, keys: readonly string[]): RequestContext {
  return Object.fromEntries(Object.entries(context).filter(([key]) => !keys.includes(key)))
}
