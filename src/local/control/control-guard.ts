import { createHash, timingSafeEqual } from 'node:crypto'
import type { ExtraRequest } from '../http/extra-route.ts'
import { readBytes } from '../http/read-body.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { ServiceError } from '../service-error.ts'

/**
 * The answer to a control call that may not be made, or undefined. What a page in a browser sends carries `Origin`, and
 * no page has any business here, whatever it knows.
 */
export function refuseControl(
  { headers }: Pick<ExtraRequest, 'headers'>,
  controlToken: string,
): WireResponse | undefined {
  if (headers.origin !== undefined) return problem(403, 'pages in a browser are not answered')
  if (hasToken(headers.authorization, controlToken)) return undefined
  return problem(401, 'this takes the header `Authorization: Bearer` with the control token')
}

/** Hashes are compared: they are of one length, and their order tells nothing of the token. */
function hasToken(authorization: string | undefined, controlToken: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? ''
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(controlToken))
}

const bodyLimit = 64 * 1024

/** The body as JSON; undefined for what is none, or too long. */
export async function readJson(request: ExtraRequest): Promise<unknown> {
  request.onContinue()
  try {
    return JSON.parse(Buffer.from(await readBytes(request.body, bodyLimit)).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ServiceError) return undefined
    throw error
  }
}

export function json(status: number, value: object): WireResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { status, headers, body: JSON.stringify(value) }
}

export function problem(status: number, message: string): WireResponse {
  return json(status, { error: message })
}
