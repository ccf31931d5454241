import { createHash, timingSafeEqual } from 'node:crypto'
import type { ExtraRequest, ExtraRoute } from '../http/extra-route.ts'
import { readBytes } from '../http/read-body.ts'
import type { LocalTools } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { ServiceError } from '../service-error.ts'
import { readTestTokenRequest, signTestToken, testIssuerUrl } from './test-issuer.ts'
import { findTestIssuerKeys, requireTestIssuerKey } from './test-issuer-key.ts'

const prefix = '/_stile/oidc/'
const bodyLimit = 64 * 1024

/**
 * The server's own identity provider, for tests: `POST token` signs what the holder of `controlToken` asks for;
 * discovery and keys are public.
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
      return problem(404, 'there is nothing here')
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
  if (!isAuthorized(request, controlToken)) {
    return problem(401, 'this takes the header `Authorization: Bearer` with the control token')
  }
  if (request.method !== 'POST') return problem(405, 'only POST is answered here')
  request.onContinue()
  const value = await readJson(request)
  if (value === undefined) return problem(400, 'the body has to be a JSON object')
  const reading = readTestTokenRequest(value)
  if (!reading.ok) return problem(400, reading.problem)
  const token = await signTestToken(tools, reading.request)
  if (token !== undefined) return json(200, { token })
  return problem(409, 'the keys of this issuer were given in the seed: sign with them')
}

/** Hashes are compared: they are of one length, and their order tells nothing of the token. */
function isAuthorized({ headers }: ExtraRequest, controlToken: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(controlToken))
}

async function readJson(request: ExtraRequest): Promise<unknown> {
  try {
    return JSON.parse(Buffer.from(await readBytes(request.body, bodyLimit)).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ServiceError) return undefined
    throw error
  }
}

function json(status: number, value: object): WireResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { status, headers, body: JSON.stringify(value) }
}

function problem(status: number, message: string): WireResponse {
  return json(status, { error: message })
}
