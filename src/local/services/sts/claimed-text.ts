import { ServiceError } from '../../service-error.ts'
import type { Tag } from '../iam/tags.ts'

/** AWS: no text that begins with `aws:`, which the colon rules out already. */
export const sourceIdentityPattern = /^[\w+=,.@-]{2,64}$/
export const roleSessionNamePattern = /^[\w+=,.@-]{2,64}$/

const keyPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const valuePattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** A session tag that an identity provider gave, held to what AWS demands of those that calls give. */
export function requireTag(tag: Tag): Tag {
  if (keyPattern.test(tag.Key) && valuePattern.test(tag.Value)) return tag
  const message = `The session tag ${tag.Key} is not valid.`
  throw new ServiceError('InvalidIdentityToken', message)
}
