import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Incoming } from '../incoming.ts'
import type { LocalTools } from '../operation.ts'
import type { WireResponse } from '../protocol/wire.ts'
import type { ExtraRoute } from './extra-route.ts'
import { hasBody } from './read-body.ts'
import { readHead } from './read-head.ts'
import type { Pace } from './request-limits.ts'
import { connectionLimit, headLimit, headMs, slowest } from './request-limits.ts'
import { createTurns } from './take-turns.ts'
import type { PaceWatch } from './watch-pace.ts'
import { watchPace } from './watch-pace.ts'
import { writeAnswer } from './write-answer.ts'

export interface HttpServerOptions {
  /** 0 for any free port. */
  readonly port: number
  readonly tools: LocalTools
  /** What answers are dated by: clients set their own clocks by it. */
  readonly signingClock?: LocalTools['clock']
  readonly dispatch: (incoming: Incoming) => WireResponse | Promise<WireResponse>
  readonly extraRoutes: readonly ExtraRoute[]
  /** Ends a connection on which nothing moved for so long, in either direction; two minutes by default. */
  readonly idleMs?: number
  /** Milliseconds in which a head has to be there, from the connection's begin; half a minute by default. */
  readonly headMs?: number
  readonly slowest?: Pace
  readonly connectionLimit?: number
}

export interface HttpServer {
  readonly port: number
  /** Lets no call begin any more and closes every connection. */
  readonly stop: () => Promise<void>
}

/** Listens on 127.0.0.1 alone. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const headersTimeout = options.headMs ?? headMs
  // An upload may take its time as long as it moves; a head may not.
  const server = createServer({
    maxHeaderSize: headLimit,
    keepAliveTimeout: 20_000,
    requestTimeout: 0,
    headersTimeout,
    connectionsCheckingInterval: Math.min(headersTimeout, 5000),
  })
  server.timeout = options.idleMs ?? 120_000
  // Node.js would leave headers beyond a number out without a word.
  server.maxHeadersCount = 0
  server.maxConnections = options.connectionLimit ?? connectionLimit
  const pace = watchPace(options.slowest ?? slowest)
  const watched = { ...options, pace, ending: new WeakSet<Socket>() }
  const takeTurn = createTurns()
  const answer = (message: IncomingMessage, response: ServerResponse): void => {
    // A client that breaks off makes the body fail where it is read; nobody else need hear of it.
    message.on('error', ignore)
    takeTurn(message, () => answerRequest(watched, message, response))
  }
  server.on('request', answer)
  // Without this listener Node.js would invite the body before the head was looked at.
  server.on('checkContinue', answer)
  await listen(server, options.port)
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    pace.stop()
    await stopServer(server)
  }
  return { port, stop }
}

const ignore = () => undefined

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)))
    server.closeAllConnections()
  })
}

interface WatchedOptions extends HttpServerOptions {
  readonly pace: PaceWatch
  /** Connections on which a head was refused: what came behind it is not looked at, for who knows where it begins. */
  readonly ending: WeakSet<Socket>
}

/** Never rejects. */
async function answerRequest(
  options: WatchedOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pace, tools } = options
  if (options.ending.has(message.socket)) {
    response.destroy()
    return
  }
  try {
    pace.begin(message)
    const found = findAnswer(options, message, response)
    // What is known already is not waited for: that would cost every small call as much as reading it.
    const answer = found instanceof Promise ? await found : found
    pace.end(message)
    if (!message.complete && hasBody(message.headers)) response.setHeader('connection', 'close')
    const nowMs = (options.signingClock ?? tools.clock).nowMs()
    const sending = writeAnswer(response, answer, { blobs: tools.blobs, nowMs })
    if (sending !== undefined) await sending
  } catch (error) {
    pace.end(message)
    response.destroy(error instanceof Error ? error : undefined)
  }
}

function findAnswer(
  options: WatchedOptions,
  message: IncomingMessage,
  response: ServerResponse,
): WireResponse | Promise<WireResponse> {
  const reading = readHead(message)
  if (reading.kind === 'refused') {
    options.ending.add(message.socket)
    response.setHeader('connection', 'close')
    return plainText(reading.status, reading.message)
  }
  const { head, isServerHost } = reading
  // The head that was read before: `message.headers` would be put together for this alone.
  const onContinue = (): void => {
    if (head.headers.expect?.toLowerCase() === '100-continue') response.writeContinue()
  }
  const endpoint = `http://${head.headers.host}`
  const incoming = { head, body: message, endpoint, sourceIp: sourceIp(message), onContinue }
  for (const route of options.extraRoutes) {
    if (!route.matches(head, isServerHost)) continue
    const nowMs = options.tools.clock.nowMs()
    return route.answer({ ...head, ...incoming, nowMs }, options.tools)
  }
  return options.dispatch(incoming)
}

function sourceIp(message: IncomingMessage): string {
  const address = message.socket.remoteAddress ?? '127.0.0.1'
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}

function plainText(status: number, text: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` }
}
