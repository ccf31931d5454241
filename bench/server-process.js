// A server in a process of its own, so that it has a core to itself: the embedded AWS, or a bare `node:http` server
// that answers as many bytes. Started by `startServer`; ends with its parent.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(import.meta.url)

/** `kind` is `embedded` or `bare`. `ask(question)` answers what the server process says. */
export async function startServer(kind, options) {
  const child = fork(file, [kind], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(([code]) => [{ error: `the server ended with ${code}` }])
  const ask = async (question) => {
    child.send(question)
    const [answer] = await Promise.race([once(child, 'message'), ended])
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }
  const started = await ask({ start: options })
  return {
    ...started,
    ask,
    async stop() {
      child.disconnect()
      await ended
    },
  }
}

if (process.argv[1] === file) {
  const kinds = { embedded: startEmbedded, bare: startBare }
  let server
  process.on('message', async (question) => {
    try {
      if ('start' in question) {
        server = await kinds[process.argv[2]](question.start)
        process.send(server.started)
      } else process.send(await server.answer(question))
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
  process.on('disconnect', async () => {
    await server?.stop()
    process.exit()
  })
}

/** Answers `{ usage: true }` to everybody, `{ addAccount }` in the embedded AWS. */
function usage() {
  const { user, system } = process.cpuUsage()
  return { processorMs: (user + system) / 1000, residentMiB: process.memoryUsage.rss() / 1024 ** 2 }
}

async function startEmbedded({ seed }) {
  const { startLocalAws } = await import('../dist/local/index.js')
  const local = await startLocalAws({ seed })
  return {
    started: { port: local.port, url: local.url, keys: seed.accounts.map((one) => keysOf(one)) },
    answer: (question) => {
      if (question.addAccount === undefined) return usage()
      local.addAccount(question.addAccount)
      return keysOf(question.addAccount)
    },
    stop: () => local.stop(),
  }

  function keysOf({ id, users }) {
    return local.userCredentials(id, users[0].name)
  }
}

async function startBare({ head, body }) {
  const bytes = Buffer.from(body, 'base64')
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(200, head).end(bytes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    started: { port: server.address().port },
    answer: usage,
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
