import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly stdin?: string
}

/** Runs the built command line as a user's shell would, with nothing of this machine's AWS settings. */
export async function runStile(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, 'bin/stile.js'), ...argv], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(options.stdin ?? '')
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr }
}

/** A directory with these files that is gone after the test. */
export async function withFiles<R>(
  files: Readonly<Record<string, string>>,
  use: (directory: string) => Promise<R>,
): Promise<R> {
  const directory = await mkdtemp(join(tmpdir(), 'stile-test-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(directory, name), content, { mode: 0o600 })
    }
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
