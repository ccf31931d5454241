import type { JSONWebKeySet, JWTPayload } from 'jose'
import type { AccountId } from '../../../core/index.ts'
import { findIssuerKeys } from '../../oidc/issuers.ts'
import type { Call } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { OpenIdConnectProvider } from '../iam/open-id-connect-provider.ts'
import { findProviderOfIssuer } from '../iam/open-id-connect-provider.ts'
import { isOutboundIssuerUrl } from '../iam/outbound-issuer.ts'

/** What a token says, after its provider's signature and every claim that AWS looks at were checked. */
export interface WebIdentity {
  readonly provider: OpenIdConnectProvider
  readonly subject: string
  /** The client that the token is for: `azp` where the token has one, else `aud`. */
  readonly clientId: string
  readonly claims: JWTPayload
}

/** AWS: clocks may be five minutes apart. */
const toleranceSeconds = 300
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/**
 * Verifies an ID token for a role of `accountId`. Throws AWS's errors. The keys are those that this server was given:
 * neither the token nor the provider can make it fetch any.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
export async function verifyWebIdentityToken(
  token: string,
  accountId: AccountId,
  call: Call,
): Promise<WebIdentity> {
  const { decodeJwt } = await import('jose')
  const { iss: issuer } = unlessMalformed(() => decodeJwt(token))
  if (typeof issuer !== 'string') throw invalid('Missing a required claim: iss')
  const provider = findProviderOfIssuer(call.store, accountId, issuer)
  if (provider === undefined) {
    throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`)
  }
  if (isOutboundIssuerUrl(issuer)) throw invalid(fromAws)
  const keys = findIssuerKeys(call.store, issuer)
  if (keys === undefined) throw invalid(noKey)
  const claims = await verify(token, { issuer, keys: keys as JSONWebKeySet }, call)
  return { provider, claims, ...requireParties(claims, provider) }
}

/** AWS: what an account says of its principals to others is no web identity for AWS itself. */
const fromAws =
  'Tokens of outbound identity federation are not accepted by AssumeRoleWithWebIdentity'
const noKey =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
const notValidated =
  'The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request.'
const notJwt =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)'

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InvalidIdentityToken', message, { cause })
}

function unlessMalformed(decode: () => JWTPayload): JWTPayload {
  try {
    return decode()
  } catch (cause) {
    throw invalid(notJwt, cause)
  }
}

interface Expected {
  readonly issuer: string
  readonly keys: JSONWebKeySet
}

async function verify(token: string, { issuer, keys }: Expected, call: Call): Promise<JWTPayload> {
  const { createLocalJWKSet, jwtVerify, errors } = await import('jose')
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms,
      issuer,
      currentDate: new Date(call.nowMs),
      clockTolerance: toleranceSeconds,
      requiredClaims: ['sub', 'aud', 'exp', 'iat'],
    })
    if ((payload.iat ?? 0) <= call.nowMs / 1000 + toleranceSeconds) return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired(error.payload.exp ?? 0, call, error)
    if (error instanceof errors.JWTClaimValidationFailed && error.reason === 'missing') {
      throw invalid(`Missing a required claim: ${error.claim}`, error)
    }
    if (error instanceof errors.JWKSNoMatchingKey) throw invalid(noKey, error)
    // Whatever else stops the library, the token was not proved.
    throw invalid(notValidated, error)
  }
  throw invalid(notValidated)
}

function expired(expiry: number, call: Call, cause: unknown): ServiceError {
  const now = Math.floor(call.nowMs / 1000)
  const message = `Token expired: current date/time ${now} must be before the expiration date/time ${expiry}`
  return new ServiceError('ExpiredTokenException', message, { cause })
}

/**
 * Whom the token is about and for. A token for several audiences has to say which of them asked for it, and both
 * that one and the audience have to be clients that the provider knows.
 */
function requireParties(
  claims: JWTPayload,
  provider: OpenIdConnectProvider,
): Pick<WebIdentity, 'subject' | 'clientId'> {
  const { sub: subject, aud, azp } = claims
  if (typeof subject !== 'string' || subject === '') throw invalid('Missing a required claim: sub')
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const isKnown = audiences.some((one) => provider.clientIds.includes(String(one)))
  const [first] = audiences
  const clientId = azp ?? (audiences.length === 1 ? first : undefined)
  if (isKnown && typeof clientId === 'string' && provider.clientIds.includes(clientId)) {
    return { subject, clientId }
  }
  throw invalid('Incorrect token audience')
}
