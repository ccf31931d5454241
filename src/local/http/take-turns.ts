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
  const lines = new WeakMap<Socket, Line>()
  const newLine = (socket: Socket): Line => {
    const line: Line = { isBusy: false, waiting: [] }
    lines.set(socket, line)
    return line
  }
  const start = (line: Line, run: () => Promise<void>): void => {
    line.isBusy = true
    void run().then(() => {
      const next = line.waiting.shift()
      if (next === undefined) line.isBusy = false
      else start(line, next)
    })
  }
  return ({ socket }, run) => {
    const line = lines.get(socket) ?? newLine(socket)
    if (!line.isBusy) start(line, run)
    else if (line.waiting.push(run) >= longestQueue) socket.destroy()
  }
}

/** Of one connection. */
interface Line {
  isBusy: boolean
  readonly waiting: (() => Promise<void>)[]
}
