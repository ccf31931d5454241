import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from './environment.ts'

/** How other programs call Stile: by its name where the search path has it, else by the path of this very program. */
export function ownCommand(environment: Environment): string {
  const directories = (environment.PATH ?? '').split(delimiter).filter((each) => each !== '')
  if (directories.some((directory) => isProgram(join(directory, 'stile')))) return 'stile'
  const binary = fileURLToPath(new URL('../../bin/stile.js', import.meta.url))
  return `"${process.execPath}" "${binary}"`
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
