import { json } from '../control/control-guard.ts'
import type { ExtraRequest } from '../http/extra-route.ts'
import type { LocalTools } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'
import type { OutboundIssuer } from '../services/iam/outbound-issuer.ts'
import { findIssuerById, issuerUrl, publicKeySet } from '../services/iam/outbound-issuer.ts'

const form = /^outbound\/([0-9a-f-]{36})\/\.well-known\/(openid-configuration|jwks\.json)$/

/**
 * What services outside verify an account's tokens by: `outbound/ISSUER/.well-known/…`, ISSUER being the first label of
 * the issuer's host, where AWS has them. Undefined where there is no such thing.
 */
export function answerOutbound(
  name: string,
  { path, endpoint }: Pick<ExtraRequest, 'path' | 'endpoint'>,
  { store }: Pick<LocalTools, 'store'>,
): WireResponse | undefined {
  const [, id = '', document] = form.exec(name) ?? []
  const issuer = findIssuerById(store, id)
  if (issuer === undefined) return undefined
  if (document === 'jwks.json') return json(200, publicKeySet(issuer))
  const place = `${endpoint}${path.slice(0, path.lastIndexOf('/'))}`
  return json(200, discovery(issuer, `${place}/jwks.json`))
}

function discovery(issuer: OutboundIssuer, keysUrl: string): object {
  return {
    issuer: issuerUrl(issuer),
    jwks_uri: keysUrl,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES384'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', 'https://sts.amazonaws.com/'],
  }
}
