import { readFile } from 'node:fs/promises'
import type { ExportFormat } from '../session/index.ts'
import type { Environment } from './environment.ts'

/** Programs by name that read the lines of a format. */
const shells: Readonly<Record<string, ExportFormat>> = {
  sh: 'bash',
  bash: 'bash',
  dash: 'bash',
  ash: 'bash',
  ksh: 'bash',
  zsh: 'bash',
  fish: 'fish',
  pwsh: 'powershell',
  powershell: 'powershell',
}

/**
 * The format that the shell which called reads. The parent process says so where the system tells its name; a person's
 * login shell may be another one, and is asked for only where the parent is none.
 */
export async function formatOfCaller(environment: Environment): Promise<ExportFormat> {
  const parent = await readFile(`/proc/${process.ppid}/comm`, 'utf8').catch(() => '')
  return shellOf(parent.trim()) ?? shellOf(environment.SHELL ?? '') ?? formatOfSystem(environment)
}

function shellOf(program: string): ExportFormat | undefined {
  const name = program
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/^-/, '')
    .replace(/\.exe$/i, '')
  return shells[name?.toLowerCase() ?? '']
}

function formatOfSystem(environment: Environment): ExportFormat {
  return environment.OS === 'Windows_NT' ? 'powershell' : 'bash'
}
