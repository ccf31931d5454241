// A server with a data directory in a process of its own, to be killed. Run by `startServer`.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(import.meta.url)

/** `started` has what the server said when it was ready, or what kept it from that; it never settles for one that was killed. */
export function startServer(options) {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  // Too much for an argument; a child that is killed at once never hears of it.
  child.send({ start: options }, () => undefined)
  const exit = once(child, 'exit')
  const started = new Promise((resolve, reject) => {
    child.once('message', (said) =>
      said.error === undefined ? resolve(said) : reject(new Error(said.error)),
    )
    child.once('exit', (code) => {
      if (code !== null) reject(new Error(`the server ended with ${code}`))
    })
  })
  return {
    started,
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
    async stop() {
      child.send('stop')
      await exit
    },
  }
}

if (process.argv[1] === file) {
  let local
  process.on('message', async (said) => {
    if (said === 'stop') {
      await local.stop()
      process.disconnect()
      return
    }
    try {
      const { library, ...options } = said.start
      const { startLocalAws } = await import(library)
      const beganMs = performance.now()
      local = await startLocalAws(options)
      const readyMs = performance.now()
      process.send({
        url: local.url,
        notices: local.notices,
        // From the beginning of the process, and of that what opening the directory and listening took.
        readyMs: Math.round(readyMs),
        openMs: Math.round(readyMs - beganMs),
      })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
  process.on('disconnect', () => process.exit())
}
