import type { RequestContext } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import type { Tag } from '../iam/tags.ts'
import { requireTag, sourceIdentityPattern } from './claimed-text.ts'
import type { TagInput } from './session-tags.ts'
import type { WebIdentity } from './web-identity-token.ts'

/** The condition keys that a provider's tokens give, named after the provider: `server.example.com:sub`. */
export function webIdentityKeys(identity: WebIdentity): {
  readonly keys: RequestContext
  readonly lastingKeys: RequestContext
} {
  const { provider, subject, clientId, claims } = identity
  const { azp, amr, aud } = claims
  const lastingKeys = {
    [`${provider.url}:sub`]: subject,
    [`${provider.url}:aud`]: clientId,
  }
  const keys = {
    ...lastingKeys,
    ...(typeof azp === 'string' ? { [`${provider.url}:azp`]: azp } : {}),
    ...(typeof azp === 'string' && aud !== undefined ? { [`${provider.url}:oaud`]: aud } : {}),
    ...(isTexts(amr) ? { [`${provider.url}:amr`]: amr } : {}),
  }
  return { keys, lastingKeys }
}

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity'

/**
 * Session tags that the provider gives, nested in one claim or flat in one claim each.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function claimedTags(claims: Readonly<Record<string, unknown>>): TagInput {
  const nested = claims[tagsClaim] ?? {}
  if (!isRecord(nested)) throw rejected(tagsClaim)
  const { principal_tags: principalTags = {}, transitive_tag_keys: inner } = nested
  if (!isRecord(principalTags)) throw rejected(`${tagsClaim}.principal_tags`)
  const start = `${tagsClaim}/principal_tags/`
  const flat = Object.entries(claims).filter(([name]) => name.startsWith(start))
  const pairs = [
    ...Object.entries(principalTags),
    ...flat.map(([name, value]) => [name.slice(start.length), value] as const),
  ]
  const transitive = [inner, claims[`${tagsClaim}/transitive_tag_keys`]].flatMap(readKeys)
  return {
    Tags: pairs.map(([key, value]) => readTag(key, value)),
    TransitiveTagKeys: [...new Set(transitive)],
  }
}

/** The source identity that the provider gives. */
export function claimedSourceIdentity(
  claims: Readonly<Record<string, unknown>>,
): string | undefined {
  const value = claims[sourceIdentityClaim]
  if (value === undefined) return undefined
  if (typeof value === 'string' && sourceIdentityPattern.test(value)) return value
  throw rejected(sourceIdentityClaim)
}

/** AWS: a tag's value is a text, or a list that holds one. */
function readTag(key: string, value: unknown): Tag {
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof one !== 'string') throw rejected(`${tagsClaim}/principal_tags/${key}`)
  return requireTag({ Key: key, Value: one })
}

function readKeys(value: unknown): readonly string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (isTexts(value)) return value
  throw rejected(`${tagsClaim}/transitive_tag_keys`)
}

function rejected(claim: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', `The claim ${claim} is not valid.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
