import { json, problem, readJson, refuseControl } from '../control/control-guard.ts'
import type { ExtraRequest, ExtraRoute } from '../http/extra-route.ts'
import type { LocalTools } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { answerOutbound } from './outbound-routes.ts'
import { readTestTokenRequest, signTestToken, testIssuerUrl } from './test-issuer.ts'
import { findTestIssuerKeys, requireTestIssuerKey } from './test-issuer-key.ts'

const prefix = '/_stile/oidc/'

/**
 * The server's own identity provider, for tests: `POST token` signs what the holder of `controlToken` asks for;
 * discovery and keys are public, and so are those of accounts that sign for their own principals.
 */
export function createOidcRoute(controlToken: string): ExtraRoute {
  return {
    matches: (head, isServerHost) => isServerHost && head.path.startsWith(prefix),
    answer(request, tools) {
      const name = request.path.slice(prefix.length)
      if (name === 'token') return answerToken(request, tools, controlToken)
      if (request.method !== 'GET') return problem(405, 'only GET is answered here')
      if (name === 'jwks') return json(200, answerKeys(tools))
      if (name === '.well-known/openid-configuration') return json(200, discovery(request))
      return answerOutbound(name, request, tools) ?? problem(404, 'there is nothing here')
    },
  }
}

function answerKeys(tools: LocalTools): object {
  requireTestIssuerKey(tools)
  return findTestIssuerKeys(tools.store) ?? { keys: [] }
}

function discovery({ endpoint }: ExtraRequest): object {
  return {
    issuer: testIssuerUrl,
    jwks_uri: `${endpoint}${prefix}jwks`,
    token_endpoint: `${endpoint}${prefix}token`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
}

async function answerToken(
  request: ExtraRequest,
  tools: LocalTools,
  controlToken: string,
): Promise<WireResponse> {
  const refusal = refuseControl(request, controlToken)
  if (refusal !== undefined) return refusal
  if (request.method !== 'POST') return problem(405, 'only POST is answered here')
  const value = await readJson(request)
  if (value === undefined) return problem(400, 'the body has to be a JSON object')
  const reading = readTestTokenRequest(value)
  if (!reading.ok) return problem(400, reading.problem)
  const token = await signTestToken(tools, reading.request)
  if (token !== undefined) return json(200, { token })
  return problem(409, 'the keys of this issuer were given in the seed: sign with them')
}
