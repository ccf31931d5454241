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
  const queues = new WeakMap<Socket, (() => Promise<void>)[]>()
  const work = async (socket: Socket, queue: (() => Promise<void>)[]): Promise<void> => {
    for (let run = queue[0]; run !== undefined; run = queue[0]) {
      await run()
      queue.shift()
    }
    queues.delete(socket)
  }
  return ({ socket }, run) => {
    const queue = queues.get(socket)
    if (queue !== undefined) {
      if (queue.push(run) > longestQueue) socket.destroy()
      return
    }
    const own = [run]
    queues.set(socket, own)
    void work(socket, own)
  }
}
