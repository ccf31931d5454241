import type { JWTPayload } from 'jose'
import { ServiceError } from '../../service-error.ts'

const rolesClaim = 'https://aws.amazon.com/roles'
const roleArnPattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/

/**
 * Whether the token's issuer named the role: the value of `sts:RoleAuthorizedByIdp`. Throws where it named others
 * alone, whatever the trust policy says. Names are exact; no pattern is.
 */
export function isRoleClaimed(claims: JWTPayload, roleArn: string): boolean {
  const claim = claims[rolesClaim]
  if (claim === undefined || claim === null) return false
  const named = listedTexts(claim)
    .map((one) => one.trim())
    .filter((one) => roleArnPattern.test(one))
  if (named.length === 0) throw refused('The roles claim contains no valid role ARNs')
  if (named.includes(roleArn)) return true
  throw refused('The target role ARN is not present in the roles claim of the identity token')
}

/** AWS: a list, or a text of several with semicolons between them; what is no text in a list counts for nothing. */
function listedTexts(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(';')
  if (Array.isArray(claim)) return claim.filter((one): one is string => typeof one === 'string')
  throw refused('The roles claim is not in a supported format')
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', message)
}
