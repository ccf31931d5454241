import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import { get } from 'node:http'
import { Duplex } from 'node:stream'
import type { LocalAws } from '../../src/local/index.ts'

/** Sends bytes as they are on a connection of their own; status 0 where the server answered nothing. */
export type Send = (bytes: Buffer) => Promise<{ readonly status: number; readonly text: string }>

/**
 * The way into a server without the kernel's sockets: the same parser, the same code behind it, several times the
 * speed. The client's end is closed behind the bytes, so that a request cut short is not waited for.
 */
export async function injectConnections(aws: LocalAws): Promise<Send> {
  const server = await findServer(aws)
  // Else the end of the client would end the answer too.
  server.httpAllowHalfOpen = true
  return (bytes) =>
    new Promise((resolve) => {
      const received: Buffer[] = []
      const connection = new Duplex({
        read() {},
        write(piece: Buffer, _encoding, done) {
          received.push(piece)
          done()
        },
      })
      connection.on('error', () => undefined)
      connection.once('close', () => {
        const text = Buffer.concat(received).toString('latin1')
        resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text })
      })
      server.emit('connection', connection)
      connection.push(bytes)
      connection.push(null)
    })
}

/** Node.js has the setting, and its types have not. */
type HalfOpenServer = Server & { httpAllowHalfOpen?: boolean }

const channel = 'http.server.request.start'

/** Node.js tells which server took a request. */
async function findServer(aws: LocalAws): Promise<HalfOpenServer> {
  let found: HalfOpenServer | undefined
  const onRequest = (message: unknown): void => {
    const { server } = message as { readonly server: HalfOpenServer }
    const address = server.address()
    if (typeof address === 'object' && address?.port === aws.port) found = server
  }
  subscribe(channel, onRequest)
  await new Promise((resolve, reject) => {
    get(aws.url, (answer) => answer.resume().on('end', resolve)).on('error', reject)
  })
  unsubscribe(channel, onRequest)
  if (found === undefined) throw new Error('no server told of the request')
  return found
}
