import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a client sent. */
export interface ReceivedRequest {
  readonly url: string
  readonly body: string
}

export interface AnsweringServer {
  readonly url: string
  /** In the order of their arrival. */
  readonly received: readonly ReceivedRequest[]
  stop(): Promise<void>
}

/** An HTTP server on a free loopback port that says what the test wants to hear answered. */
export async function startAnsweringServer(
  answer: (request: ReceivedRequest) => { readonly status: number; readonly body: string },
): Promise<AnsweringServer> {
  const received: ReceivedRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = { url: incoming.url ?? '', body: Buffer.concat(chunks).toString() }
      received.push(request)
      const { status, body } = answer(request)
      const type = body.startsWith('{') ? 'application/json' : 'text/xml'
      outgoing.writeHead(status, { 'content-type': type }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
