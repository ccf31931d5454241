import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './run-stile.ts'

const binary = join(root, 'bin/stile.js')

/** A Stile that stays up: `stile local`, or `stile demo NAME --keep`. */
export interface RunningStile {
  /** Everything printed until it was ready. */
  readonly printed: readonly string[]
  /** What the printed `export` lines set. */
  readonly environment: Readonly<Record<string, string>>
  /** Interrupts it as Ctrl-C does, and gives its exit code. */
  stop(): Promise<number | null>
  /** Ends it without a word, as `kill -9` does. */
  kill(): Promise<void>
}

/** Starts the built command line and waits for the line that says how to end it. */
export async function startStile(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningStile> {
  // One pipe for both outputs, so that the lines come in the order in which they were printed.
  const child = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, binary, ...argv], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const printed: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line)
      if (line.includes('Ctrl-C ends it')) resolve()
    })
  })
  const ended = closed.then(() => {
    throw new Error(`\`stile ${argv.join(' ')}\` ended early:\n${printed.join('\n')}`)
  })
  await Promise.race([ready, ended])
  ended.catch(() => {})
  return {
    printed,
    environment: Object.fromEntries(printed.flatMap(readExport)),
    stop: async () => {
      child.kill('SIGINT')
      const [exitCode] = await closed
      return exitCode
    },
    kill: async () => {
      child.kill('SIGKILL')
      await closed
    },
  }
}

function readExport(line: string): readonly (readonly [string, string])[] {
  const [, name, value] = /^\s*export (\w+)=(.*)$/.exec(line) ?? []
  return name === undefined || value === undefined ? [] : [[name, value]]
}
