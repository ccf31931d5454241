import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a request: it passes, is throttled, or its connection is cut before or after the server did it. */
export type Fate = 'pass' | 'throttle' | 'cut-before' | 'cut-after'

/** A proxy between a client and an AWS that lets a test decide what happens to each request. */
export interface FaultProxy {
  readonly url: string
  /** `number` counts from 1; `action` is the API call where the body names one. */
  decide: (about: { readonly number: number; readonly action: string }) => Fate
  /** The calls seen so far. */
  readonly calls: string[]
  readonly stop: () => Promise<void>
}

export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const calls: string[] = []
  const server = createServer((incoming, answer) => {
    void readBody(incoming).then((body) => {
      const action = new URLSearchParams(body.toString()).get('Action') ?? ''
      calls.push(action)
      meet(proxy.decide({ number: calls.length, action }), { targetUrl, incoming, answer, body })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    decide: () => 'pass',
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy
}

interface Exchange {
  readonly targetUrl: string
  readonly incoming: IncomingMessage
  readonly answer: ServerResponse
  readonly body: Buffer
}

function meet(fate: Fate, exchange: Exchange): void {
  const { answer } = exchange
  if (fate === 'cut-before') {
    answer.destroy()
  } else if (fate === 'throttle') {
    answer.writeHead(400, { 'content-type': 'text/xml' })
    answer.end(
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>',
    )
  } else {
    forward(exchange, fate)
  }
}

// The Host header stays the client's: it is part of what was signed.
function forward({ targetUrl, incoming, answer, body }: Exchange, fate: Fate): void {
  const target = new URL(incoming.url ?? '/', targetUrl)
  const sent = request(target, { method: incoming.method, headers: incoming.headers }, (got) => {
    if (fate === 'cut-after') {
      got.resume()
      got.on('end', () => answer.destroy())
      return
    }
    answer.writeHead(got.statusCode ?? 502, got.headers)
    got.pipe(answer)
  })
  sent.on('error', () => answer.destroy())
  sent.end(body)
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}
