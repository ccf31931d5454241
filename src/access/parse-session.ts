import type { SessionSettings } from './access-file.ts'
import type { Callers } from './callers.ts'
import { parseDurationSeconds } from './duration.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import type { SessionShape } from './grant-schema.ts'
import type { TermsScope } from './parse-require.ts'
import { entryPlaces, itemPlaces, keyPlaceAt, type Scope, scopeAt } from './place.ts'
import { textsOf } from './text-list.ts'

const defaultSeconds = 3600
const shortestSeconds = 900
const longestSeconds = 43_200
const mostTags = 50

/** Parses how long a session lasts and what it carries, and whether this kind of caller can send it. */
export function parseSession(shape: SessionShape, scope: TermsScope): SessionSettings | undefined {
  const maxDurationSeconds = parseMaxDuration(shape.maxDuration, scopeAt(scope, 'maxDuration'))
  const tags = shape.tags ?? {}
  const transitiveTags = textsOf(shape.transitiveTags)
  const isFine = [
    areTagsFine(tags, scopeAt(scope, 'tags')),
    areTransitiveTagsFine(transitiveTags, { ...scopeAt(scope, 'transitiveTags'), tags }),
    isCallerAbleToTag(shape, scope),
    isSourceIdentityFine(shape.sourceIdentity, scopeAt(scope, 'sourceIdentity')),
  ].every(Boolean)
  if (maxDurationSeconds === undefined || !isFine) return undefined
  return {
    maxDurationSeconds,
    tags,
    transitiveTags,
    ...(shape.sourceIdentity === undefined ? {} : { sourceIdentity: shape.sourceIdentity }),
  }
}

function parseMaxDuration(written: SessionShape['maxDuration'], scope: Scope): number | undefined {
  if (written === undefined) return defaultSeconds
  const seconds = parseDurationSeconds(written)
  if (seconds === undefined) {
    scope.report(scope.place, {
      code: 'invalid-duration',
      message: `${shown(String(written))} is no duration`,
      remedy: 'write `1h`, `45m`, `1h30m` or a number of seconds',
    })
    return undefined
  }
  if (seconds < shortestSeconds || seconds > longestSeconds) {
    scope.report(scope.place, {
      code: 'invalid-duration',
      message: `a session of ${shown(String(written))} is too ${seconds < shortestSeconds ? 'short' : 'long'}: AWS issues 15m to 12h`,
      remedy: `write \`${seconds < shortestSeconds ? '15m' : '12h'}\` or something between 15m and 12h`,
    })
    return undefined
  }
  return seconds
}

function areTagsFine(tags: Readonly<Record<string, string>>, scope: Scope): boolean {
  const places = [...entryPlaces(scope.place)]
  const lowered = places.map(([key]) => key.toLowerCase())
  const wellFormed = places.map(([key, place], index) => {
    const keyScope = { ...scope, place: { ...place, position: place.keyPosition } }
    return [
      isWellFormed(key, grammars.sessionTagKey, keyScope),
      isWellFormed(tags[key] ?? '', grammars.sessionTagValue, { ...scope, place }),
      lowered.indexOf(key.toLowerCase()) === index || reportSameTag(key, keyScope),
    ].every(Boolean)
  })
  if (places.length > mostTags) {
    scope.report(scope.place, {
      code: 'too-many-session-tags',
      message: `${places.length} session tags; AWS takes at most ${mostTags}`,
      remedy: 'keep those that policies look at',
    })
    return false
  }
  return wellFormed.every(Boolean)
}

function reportSameTag(key: string, scope: Scope): boolean {
  scope.report(scope.place, {
    code: 'duplicate-session-tag',
    message: `session tag ${shown(key)} differs from another only in case, and AWS takes them for one`,
    remedy: 'remove one of the two',
  })
  return false
}

function areTransitiveTagsFine(
  transitiveTags: readonly string[],
  scope: Scope & { readonly tags: Readonly<Record<string, string>> },
): boolean {
  const places = itemPlaces(scope.place)
  const unknown = transitiveTags.filter((key) => !Object.hasOwn(scope.tags, key))
  for (const key of unknown) {
    scope.report(places[transitiveTags.indexOf(key)] ?? scope.place, {
      code: 'unknown-transitive-tag',
      message: `${shown(key)} is not among the session tags`,
      remedy: 'add it under `tags` with its value, or remove it here',
    })
  }
  return unknown.length === 0
}

function isCallerAbleToTag(shape: SessionShape, scope: TermsScope): boolean {
  const key = (['tags', 'transitiveTags'] as const).find((name) => shape[name] !== undefined)
  if (scope.callers?.kind !== 'oidc' || key === undefined) return true
  scope.report(keyPlaceAt(scope.place, key), {
    code: 'oidc-session-tags',
    message:
      'a caller with an OIDC token cannot send session tags: the issuer puts them into the token',
    remedy: 'remove them',
  })
  return false
}

function isSourceIdentityFine(
  sourceIdentity: SessionShape['sourceIdentity'],
  scope: TermsScope,
): boolean {
  const { callers } = scope
  if (sourceIdentity === undefined || callers === undefined) return true
  if (callers.kind === 'oidc') {
    scope.report(scope.place, {
      code: 'oidc-source-identity',
      message:
        'a caller with an OIDC token cannot choose a source identity: the issuer puts it into the token',
      remedy: 'remove it; the session name and `subject` tell who it was',
    })
    return false
  }
  if (sourceIdentity === 'required' || hasOnlyUsers(callers)) return true
  scope.report(scope.place, {
    code: 'source-identity-without-user',
    message: '`sourceIdentity: caller` compares with the user name, which only users have',
    remedy: 'write `required`, or grant to users or groups alone',
  })
  return false
}

/** The members of a group are users, too. */
function hasOnlyUsers(callers: Callers): boolean {
  return (
    callers.kind === 'account' &&
    callers.principals.length > 0 &&
    callers.principals.every((principal) => /^(?:user|group)\//.test(principal))
  )
}
