import type { ContextValue } from '../../../core/index.ts'
import type { AuthorizationQuestion, Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { OutboundIssuer, SigningAlgorithm } from '../iam/outbound-issuer.ts'
import { issuerUrl, outboundIssuersOf } from '../iam/outbound-issuer.ts'
import type { Tag } from '../iam/tags.ts'
import { newUuid } from '../iam/unique-id.ts'
import { identityTokenClaims } from './identity-token-claims.ts'
import { requireDistinctKeys, sessionTagContext } from './session-tags.ts'
import { signJwt } from './sign-jwt.ts'
import type { StsCall } from './sts-operation.ts'
import { stsOperation } from './sts-operation.ts'

interface Input {
  readonly Audience: readonly string[]
  readonly SigningAlgorithm: string
  readonly DurationSeconds?: number
  readonly Tags?: readonly Tag[]
}

/**
 * Says who calls, in a signed token for a service outside AWS.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export const getWebIdentityToken: Operation = stsOperation<Input, object>({
  name: 'GetWebIdentityToken',
  authorize(input, call) {
    requireAlgorithm(input)
    requireDistinctKeys(input.Tags ?? [])
    requireLastingIdentity(call)
    return questions(input, call)
  },
  run(input, call) {
    const expiresAtMs = call.nowMs + durationOf(input) * 1000
    requireWithinSession(expiresAtMs, call)
    const issuer = requireIssuer(call)
    const algorithm = requireAlgorithm(input)
    const payload = renderPayload(input, issuer, call)
    return {
      WebIdentityToken: signJwt(payload, algorithm, issuer.keys[algorithm]),
      Expiration: new Date(expiresAtMs),
    }
  },
})

function requireAlgorithm({ SigningAlgorithm: name }: Input): SigningAlgorithm {
  if (name === 'RS256' || name === 'ES384') return name
  const message =
    'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms'
  throw new ServiceError('ValidationError', message)
}

/** AWS says nothing of root users: they are no principals whose policies could grant this, so they are refused. */
function requireLastingIdentity({ caller }: StsCall): void {
  const { kind, arn } = caller.principal
  if (kind === 'federatedUser') {
    const message = 'GetWebIdentityToken does not support federated user sessions'
    throw new ServiceError('AccessDenied', message, { status: 403 })
  }
  if (kind !== 'root') return
  const resource = selfArn(caller.accountId)
  const message = `User: ${arn} is not authorized to perform: sts:GetWebIdentityToken on resource: ${resource}`
  throw new ServiceError('AccessDenied', message, { status: 403 })
}

function selfArn(accountId: string): string {
  return `arn:aws:sts::${accountId}:self`
}

function questions(input: Input, { caller }: StsCall): readonly AuthorizationQuestion[] {
  const { Tags: tags = [] } = input
  const context: Record<string, ContextValue> = {
    ...sessionTagContext({ Tags: tags }, undefined),
    'sts:IdentityTokenAudience': input.Audience,
    'sts:SigningAlgorithm': input.SigningAlgorithm,
    'sts:DurationSeconds': durationOf(input),
  }
  const { accountId } = caller
  const asked = { resource: selfArn(accountId), resourceAccount: accountId, context }
  const get = { ...asked, action: 'sts:GetWebIdentityToken' }
  if (tags.length === 0) return [get]
  return [get, { ...asked, action: 'sts:TagGetWebIdentityToken' }]
}

function durationOf({ DurationSeconds: seconds = 300 }: Input): number {
  return seconds
}

/** A token must not outlive the session that asked for it. */
function requireWithinSession(expiresAtMs: number, { caller }: StsCall): void {
  if (caller.session === undefined || expiresAtMs < caller.session.expiresAtMs) return
  const message = "Requested token expiry time must be before the original session's expiry time."
  throw new ServiceError('SessionDurationEscalationException', message, { status: 403 })
}

function requireIssuer({ store, caller }: StsCall): OutboundIssuer {
  const issuer = outboundIssuersOf(store).get(caller.accountId)
  if (issuer?.isEnabled === true) return issuer
  const message = 'OutboundWebIdentityFederation is disabled.'
  throw new ServiceError('OutboundWebIdentityFederationDisabledException', message, { status: 403 })
}

/** Bytes of the claims, as measured on AWS: its pages name no number. */
const longestPayload = 14_984

function renderPayload(input: Input, issuer: OutboundIssuer, call: StsCall): string {
  const { Audience: audiences, Tags: tags = [] } = input
  const claims = identityTokenClaims(tags, call)
  const issuedAt = Math.floor(call.nowMs / 1000)
  const payload = JSON.stringify({
    aud: audiences.length === 1 ? audiences[0] : audiences,
    sub: claims.principal_id,
    'https://sts.amazonaws.com/': claims,
    iss: issuerUrl(issuer),
    exp: issuedAt + durationOf(input),
    iat: issuedAt,
    jti: newUuid(call.randomBytes),
  })
  if (Buffer.byteLength(payload, 'utf8') <= longestPayload) return payload
  const message = 'The requested token payload size exceeds the maximum allowed size.'
  throw new ServiceError('JWTPayloadSizeExceededException', message)
}
