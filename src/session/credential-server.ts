import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { renderTime } from './child-environment.ts'
import type { ObtainOutcome } from './obtain-session.ts'

export interface CredentialServer {
  /** `http://127.0.0.1:PORT/credentials`, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
  readonly url: string
  /** What every request must carry in `Authorization`. */
  readonly token: string
  readonly stop: () => Promise<void>
}

export interface CredentialServerOptions {
  /** Asked at every request: what keeps sessions is behind it. */
  readonly obtain: () => Promise<ObtainOutcome>
}

/**
 * Gives credentials to programs on this machine that know the token, as a container's endpoint does. Listens on a free
 * port of 127.0.0.1; refuses another `Host` (a name that was pointed here), any `Origin` (a web page), and every
 * request without the token.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function startCredentialServer(
  options: CredentialServerOptions,
): Promise<CredentialServer> {
  const token = randomBytes(32).toString('base64url')
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 10_000 })
  await listen(server)
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`
  server.on('request', (request, response) => {
    answer(request, { options, token, host })
      .then((reply) => send(response, reply))
      .catch(() => send(response, failure(500, 'InternalFailure', 'the session cannot be got')))
  })
  return {
    url: `http://${host}/credentials`,
    token,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

interface Guard {
  readonly options: CredentialServerOptions
  readonly token: string
  readonly host: string
}

interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, string>>
}

async function answer(request: IncomingMessage, guard: Guard): Promise<Reply> {
  const { headers, method, url } = request
  if (headers.host !== guard.host) return failure(403, 'Forbidden', 'the Host is another')
  if (headers.origin !== undefined) return failure(403, 'Forbidden', 'web pages get no credentials')
  if (!isSame(headers.authorization ?? '', guard.token)) {
    return failure(401, 'Unauthorized', 'the Authorization header is missing or wrong')
  }
  if (method !== 'GET' || url !== '/credentials') {
    return failure(404, 'NotFound', 'there is GET /credentials and nothing else')
  }
  return replyOf(await guard.options.obtain())
}

/** Both sides are hashed, so that neither the time nor the length tells anything. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function replyOf(outcome: ObtainOutcome): Reply {
  if (outcome.kind !== 'session') {
    const code = 'code' in outcome ? outcome.code : 'CredentialsUnavailable'
    return failure(outcome.kind === 'denied' ? 403 : 500, code, outcome.message)
  }
  const { credentials, arn } = outcome.session
  return {
    status: 200,
    body: {
      RoleArn: arn,
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken ?? '',
      Expiration: renderTime(credentials.expiresAtMs),
    },
  }
}

function failure(status: number, code: string, message: string): Reply {
  return { status, body: { code, message } }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
