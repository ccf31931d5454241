import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from './environment.ts'

/**
 * How other programs call Stile, in words that are not quoted yet: by its name where the search path has it, else by the
 * path of this very program.
 */
export function ownWords(environment: Environment): readonly string[] {
  if (findProgram('stile', environment) !== undefined) return ['stile']
  const paths = [process.execPath, fileURLToPath(new URL('../../bin/stile.js', import.meta.url))]
  // Readers of `~/.aws` differ over backslashes, and Windows takes both.
  return process.platform === 'win32' ? paths.map((path) => path.replaceAll('\\', '/')) : paths
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
