// moto's server, where the machine has it: `moto_server`, or the module of any Python 3.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { residentMiB } from './child.js'

const commands = [['moto_server'], ['python3', '-m', 'moto.server']]

/** Undefined where the machine has no moto. It takes any keys, and tells nothing of what it used but its memory. */
export async function startMoto() {
  for (const [file, ...argv] of commands) {
    const port = await freePort()
    const startMs = performance.now()
    const options = ['-H', '127.0.0.1', '-p', String(port)]
    const child = spawn(file, [...argv, ...options], { stdio: 'ignore' })
    const ended = once(child, 'exit').catch(() => undefined)
    if (!(await isReady(port, ended))) continue
    return {
      port,
      readyMs: performance.now() - startMs,
      keys: [anyKeys, anyKeys],
      addAccount: async () => anyKeys,
      ask: async () => ({ processorMs: Number.NaN, residentMiB: await residentMiB(child.pid) }),
      async stop() {
        child.kill()
        await ended
      },
    }
  }
  return undefined
}

const anyKeys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' }

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** False when it ended before it listened. */
async function isReady(port, ended) {
  let hasEnded = false
  ended.then(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    const socket = connect({ port, host: '127.0.0.1' })
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return true
    await setTimeout(10)
  }
  return false
}
