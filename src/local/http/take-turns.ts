import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** Runs what one connection asks for one after the other. */
export type TakeTurns = (message: IncomingMessage, run: () => Promise<void>) => void

const longestQueue = 1000

/**
 * Node.js hands out requests that a client sends in one go all at once; a read behind a write has to see what was
 * written. Ends connections on which very many wait. `run` never rejects.
 */
export function createTurns(): TakeTurns {
  const busy = new WeakSet<Socket>()
  const waiting = new WeakMap<Socket, (() => Promise<void>)[]>()
  const start = (socket: Socket, run: () => Promise<void>): void => {
    void run().then(() => {
      const next = waiting.get(socket)?.shift()
      if (next === undefined) busy.delete(socket)
      else start(socket, next)
    })
  }
  return ({ socket }, run) => {
    if (!busy.has(socket)) {
      busy.add(socket)
      start(socket, run)
      return
    }
    const queue = waiting.get(socket) ?? []
    waiting.set(socket, queue)
    if (queue.push(run) >= longestQueue) socket.destroy()
  }
}
