import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../child-environment.ts'

/**
 * Where sessions are kept between runs: `STILE_CACHE_DIR`, else the user's cache directory. On Windows that is
 * `%LOCALAPPDATA%`, elsewhere XDG's.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheDirectory(environment: Environment): string {
  const named = environment.STILE_CACHE_DIR
  if (named) return named
  const base = environment.LOCALAPPDATA || environment.XDG_CACHE_HOME
  return join(base || join(homeDirectory(environment), '.cache'), 'stile')
}

/** Where what the user told Stile is kept, such as aliases: `STILE_CONFIG_DIR`, else the user's configuration directory. */
export function configDirectory(environment: Environment): string {
  const named = environment.STILE_CONFIG_DIR
  if (named) return named
  const base = environment.APPDATA || environment.XDG_CONFIG_HOME
  return join(base || join(homeDirectory(environment), '.config'), 'stile')
}

function homeDirectory(environment: Environment): string {
  return environment.HOME || environment.USERPROFILE || homedir()
}
