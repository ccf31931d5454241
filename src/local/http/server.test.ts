import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type { LocalTools } from '../operation.ts'
import { createRandomSource } from '../random-source.ts'
import { DiskBlobStore } from '../store/disk-blob-store.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { startHttpServer } from './server.ts'

type Settings = Partial<Parameters<typeof startHttpServer>[0]>

interface Running {
  readonly port: number
  /** What went wrong while a body was read. */
  readonly failures: readonly unknown[]
}

async function whileServing(settings: Settings, run: (server: Running) => Promise<void>) {
  const randomBytes = createRandomSource()
  const blobs = new DiskBlobStore({ randomBytes })
  const clock = { nowMs: () => Date.now() }
  const tools: LocalTools = { clock, randomBytes, store: createMemoryStore(), blobs }
  const failures: unknown[] = []
  const server = await startHttpServer({
    port: 0,
    tools,
    extraRoutes: [],
    async dispatch({ body }) {
      await body
        .resume()
        .toArray()
        .catch((error: unknown) => failures.push(error))
      return { status: 400, headers: {}, body: '' }
    },
    ...settings,
  })
  try {
    await run({ port: server.port, failures })
  } finally {
    await server.stop()
    await blobs.stop()
  }
}

/** Writes a piece every few milliseconds until the connection ends; gives what was answered. */
async function dribble(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  let answered = ''
  socket.on('error', () => undefined)
  socket.on('data', (piece) => {
    answered += piece.toString()
  })
  let at = 0
  const timer = setInterval(() => {
    socket.write(pieces[Math.min(at, pieces.length - 1)] ?? '')
    at += 1
  }, 10)
  // A connection that is ended while bytes are under way may end with an error: `once` would throw that.
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(timer)
  return answered
}

const begin = 'POST / HTTP/1.1\r\nhost: localhost\r\n'
const pace = { graceMs: 100, bytesPerSecond: 100_000, everyMs: 20 }

test('a head that comes byte by byte is not waited for', () =>
  whileServing({ headMs: 100 }, async ({ port, failures }) => {
    expect(await dribble(port, [begin, 'a'])).toMatch(/^HTTP\/1\.1 408 /)
    expect(await dribble(port, [''])).toMatch(/^HTTP\/1\.1 408 /)
    expect(failures).toEqual([])
  }))

test.each([
  ['of a stated length', 'content-length: 99999\r\n\r\n', 'x'],
  ['in chunks', 'transfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
])('a body that comes byte by byte, %s, is not waited for', (_name, framing, piece) =>
  whileServing({ slowest: pace }, async ({ port, failures }) => {
    expect(await dribble(port, [`${begin}${framing}`, piece])).toBe('')
    await expect.poll(() => failures.length).toBe(1)
  }),
)

test('a body that is fast enough is waited for', () =>
  whileServing({ slowest: { ...pace, bytesPerSecond: 1 } }, async ({ port, failures }) => {
    const slow = Array.from({ length: 30 }, () => 'x')
    const head = `${begin}connection: close\r\ncontent-length: 30\r\n\r\n`
    expect(await dribble(port, [head, ...slow])).toMatch(/^HTTP\/1\.1 400 /)
    expect(failures).toEqual([])
  }))

test('connections beyond the limit are closed, and those within it are served', () =>
  whileServing({ connectionLimit: 2 }, async ({ port }) => {
    const idle = [connect({ port, host: '127.0.0.1' }), connect({ port, host: '127.0.0.1' })]
    await Promise.all(idle.map((socket) => once(socket, 'connect')))
    expect(await dribble(port, [''])).toBe('')
    for (const socket of idle) {
      socket.write(`${begin}content-length: 0\r\n\r\n`)
      const [answer] = await once(socket, 'data')
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
      socket.destroy()
    }
  }))

test.each(['', `${begin}content-length: 4\r\n\r\nab`])(
  'a connection on which nothing moves is ended, after %j',
  (sent) =>
    whileServing({ idleMs: 50 }, async ({ port, failures }) => {
      const socket = connect({ port, host: '127.0.0.1' })
      if (sent !== '') socket.write(sent)
      await once(socket, 'close')
      await expect.poll(() => failures.length).toBe(sent === '' ? 0 : 1)
    }),
)
