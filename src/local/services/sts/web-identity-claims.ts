import type { RequestContext } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import type { Tag } from '../iam/tags.ts'
import { requireTag, sourceIdentityPattern } from './claimed-text.ts'
import { issuerKeys } from './issuer-claims.ts'
import { isRoleClaimed } from './roles-claim.ts'
import type { TagInput } from './session-tags.ts'
import type { WebIdentity } from './web-identity-token.ts'

/**
 * The condition keys that a provider's tokens give, named after the provider: `server.example.com:sub`. Throws where
 * the token is for other roles alone.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export function webIdentityKeys(
  identity: WebIdentity,
  roleArn: string,
): { readonly keys: RequestContext; readonly lastingKeys: RequestContext } {
  const { provider, subject, clientId, claims } = identity
  const { amr, aud, email } = claims
  const { url } = provider
  const lastingKeys = {
    [`${url}:sub`]: subject,
    [`${url}:aud`]: clientId,
    ...(isTexts(amr) ? { [`${url}:amr`]: amr } : {}),
  }
  const keys = {
    ...issuerKeys(url, claims),
    ...lastingKeys,
    ...(aud === undefined ? {} : { [`${url}:oaud`]: aud }),
    ...(typeof email === 'string' ? { [`${url}:email`]: email } : {}),
    'sts:RoleAuthorizedByIdp': String(isRoleClaimed(claims, roleArn)),
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
  const transitive = [inner, claims[`${tagsClaim}/transitive_tag_keys`]].flatMap(readKeys)
  return {
    Tags: [
      ...Object.entries(principalTags).map(([key, value]) => readTag(key, onlyOf(value))),
      ...flat.map(([name, value]) => readTag(name.slice(start.length), value)),
    ],
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

function readTag(key: string, value: unknown): Tag {
  if (typeof value !== 'string') throw rejected(`${tagsClaim}/principal_tags/${key}`)
  return requireTag({ Key: key, Value: value })
}

/** AWS: the value of a nested tag is a list of one text; that of a flat one is the text. */
function onlyOf(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : undefined
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
