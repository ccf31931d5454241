import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Environment } from '../environment.ts'
import type { CommandOutcome } from './scenario.ts'

export interface Program {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly environment: Environment
}

/** Runs a program to its end and gives what it printed. */
export async function runProgram(program: Program): Promise<CommandOutcome> {
  const [file = '', ...args] = program.argv
  const child = spawn(file, args, {
    cwd: program.cwd,
    env: { ...program.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode: typeof exitCode === 'number' ? exitCode : 1, stdout, stderr }
}
