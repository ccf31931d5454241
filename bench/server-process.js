// A server in a process of its own, so that it has a core to itself: the embedded AWS, a bare `node:http` server that
// answers as many bytes, or one that keeps bodies as files. Started by `startServer`; ends with its parent.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(import.meta.url)

/** `kind` is `embedded`, `bare` or `files`. `ask(question)` answers what the server process says. */
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
    addAccount: (account) => ask({ addAccount: account }),
    async stop() {
      child.disconnect()
      await ended
    },
  }
}

if (process.argv[1] === file) {
  const kinds = { embedded: startEmbedded, bare: startBare, files: startFiles }
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
  return {
    processorMs: (user + system) / 1000,
    residentMiB: process.memoryUsage.rss() / 1024 ** 2,
    mostMiB: process.resourceUsage().maxRSS / 1024,
  }
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
  return await listen((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(200, head).end(bytes))
  })
}

/** Streams bodies to files and back; proves and checks nothing. */
async function startFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'stile-bench-'))
  const server = await listen(async (request, response) => {
    const path = join(directory, encodeURIComponent(request.url))
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-length': statSync(path).size })
      // A client goes as soon as it has every byte, which may be before this hears of it.
      await pipeline(createReadStream(path), response).catch(() => response.destroy())
      return
    }
    await pipeline(request, createWriteStream(path))
    response.writeHead(200, { 'content-length': 0 }).end()
  })
  return {
    ...server,
    stop: async () => {
      await server.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

async function listen(answer) {
  const server = createServer(answer)
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
