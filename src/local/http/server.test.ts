import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type { LocalTools } from '../operation.ts'
import { createRandomSource } from '../random-source.ts'
import { DiskBlobStore } from '../store/disk-blob-store.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { startHttpServer } from './server.ts'

test.each(['', 'GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nab'])(
  'a connection on which nothing moves is ended, after %j',
  async (sent) => {
    const randomBytes = createRandomSource()
    const blobs = new DiskBlobStore({ randomBytes })
    const clock = { nowMs: () => Date.now() }
    const tools: LocalTools = { clock, randomBytes, store: createMemoryStore(), blobs }
    const failures: unknown[] = []
    const server = await startHttpServer({
      port: 0,
      tools,
      idleMs: 50,
      extraRoutes: [],
      async dispatch({ body }) {
        await body
          .resume()
          .toArray()
          .catch((error: unknown) => failures.push(error))
        return { status: 400, headers: {}, body: '' }
      },
    })
    try {
      const socket = connect({ port: server.port, host: '127.0.0.1' })
      if (sent !== '') socket.write(sent)
      await once(socket, 'close')
      await expect.poll(() => failures.length).toBe(sent === '' ? 0 : 1)
    } finally {
      await server.stop()
      blobs.stop()
    }
  },
)
