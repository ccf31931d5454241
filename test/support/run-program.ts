import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { text } from 'node:stream/consumers'
import type { Outcome } from './run-stile.ts'

export interface Program {
  readonly name: string
  readonly environment?: Readonly<Record<string, string>>
  readonly stdin?: string
}

/** Runs another program of this machine, with nothing of its settings; it may call servers of the test's own process. */
export async function runProgram(program: Program, argv: readonly string[]): Promise<Outcome> {
  const { name, environment, stdin } = program
  const child = spawn(name, argv, {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A program may end without reading what it was given.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin ?? '')
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr }
}
