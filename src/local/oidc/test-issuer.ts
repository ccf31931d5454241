import type { LocalTools } from '../operation.ts'
import { isKnownIssuer } from './issuers.ts'
import { requireTestIssuerKey } from './test-issuer-key.ts'

/** Whom the test issuer signs as unless it is told otherwise. */
export const testIssuerUrl = 'https://oidc.stile.test'

/** What a token is to say. */
export interface TestTokenRequest {
  readonly issuer?: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly claims?: Readonly<Record<string, unknown>>
  readonly lifetimeSeconds?: number
}

export type TestTokenReading =
  | { readonly ok: true; readonly request: TestTokenRequest }
  | { readonly ok: false; readonly problem: string }

/** Checks what was asked of the test issuer; `problem` says what is wrong. */
export function readTestTokenRequest(value: unknown): TestTokenReading {
  if (!isRecord(value)) return { ok: false, problem: 'the body has to be a JSON object' }
  const { issuer, sub, aud, claims, lifetimeSeconds, ...rest } = value
  const [unknown] = Object.keys(rest)
  const checks: readonly (readonly [boolean, string])[] = [
    [unknown === undefined, `unknown member \`${unknown}\``],
    [typeof sub === 'string' && sub !== '', '`sub` has to be a text'],
    [isAudience(aud), '`aud` has to be a text or a list of texts'],
    [issuer === undefined || isIssuer(issuer), '`issuer` has to begin with `https://`'],
    [claims === undefined || isRecord(claims), '`claims` has to be an object'],
    [
      lifetimeSeconds === undefined || isLifetime(lifetimeSeconds),
      '`lifetimeSeconds` has to be a whole number from 1 to 86400',
    ],
  ]
  const failed = checks.find(([isMet]) => !isMet)
  if (failed !== undefined) return { ok: false, problem: failed[1] }
  return { ok: true, request: value as unknown as TestTokenRequest }
}

/** Signs a token; undefined for an issuer whose keys the operator gave, which this server does not have. */
export async function signTestToken(
  tools: LocalTools,
  request: TestTokenRequest,
): Promise<string | undefined> {
  const { issuer = testIssuerUrl, sub, aud, claims = {}, lifetimeSeconds = 300 } = request
  if (isKnownIssuer(tools.store, issuer)) return undefined
  const { SignJWT, importJWK } = await import('jose')
  const { kid, alg = 'ES256', ...key } = requireTestIssuerKey(tools) as Record<string, string>
  const iat = Math.floor(tools.clock.nowMs() / 1000)
  const jti = tools.randomBytes(16).toString('hex')
  const payload = { jti, ...claims, iss: issuer, sub, aud, iat, exp: iat + lifetimeSeconds }
  const header = { alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) }
  const signing = await importJWK({ ...key, kty: 'EC' }, alg)
  return new SignJWT({ ...payload, aud: typeof aud === 'string' ? aud : [...aud] })
    .setProtectedHeader(header)
    .sign(signing)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAudience(value: unknown): boolean {
  if (typeof value === 'string') return value !== ''
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}

function isIssuer(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('https://') && URL.canParse(value)
}

function isLifetime(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 86_400
}
