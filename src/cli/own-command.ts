import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from './environment.ts'

/** How other programs call Stile: by its name where the search path has it, else by the path of this very program. */
export function ownCommand(environment: Environment): string {
  if (findProgram('stile', environment) !== undefined) return 'stile'
  const binary = fileURLToPath(new URL('../../bin/stile.js', import.meta.url))
  return `"${process.execPath}" "${binary}"`
}

/** Where the search path has a program. */
export function findProgram(name: string, environment: Environment): string | undefined {
  const directories = (environment.PATH ?? '').split(delimiter).filter((each) => each !== '')
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe'] : ['']
  return directories
    .flatMap((directory) => suffixes.map((suffix) => join(directory, name + suffix)))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
