import type { CommandContext } from './command.ts'
import { readEnvironment } from './environment.ts'
import { exitCodes } from './exit-code.ts'

/** The context of a real process: its streams, its environment, its clock, and Ctrl-C. */
export function processContext(): CommandContext {
  const interruption = new AbortController()
  process.once('SIGTERM', () => interruption.abort())
  process.once('SIGINT', () => {
    interruption.abort()
    // A second Ctrl-C ends the process at once.
    process.once('SIGINT', () => process.exit(exitCodes.interrupted))
  })
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that closed the pipe (`stile … | head`) has what it wanted.
      if (error.code === 'EPIPE') process.exit(exitCodes.done)
      throw error
    })
  }
  return {
    environment: readEnvironment(),
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    nowMs: Date.now,
    interrupted: interruption.signal,
  }
}
