import { openKeychainSessions, openSessionCache, type SessionCache } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { OptionValues } from './command.ts'
import type { Environment } from './environment.ts'

/** Where sessions are kept: `--cache`, else `STILE_CACHE`, else files. */
export function cacheKind(options: OptionValues, environment: Environment): 'files' | 'keychain' {
  const chosen = options.cache ?? (environment.STILE_CACHE || 'files')
  if (chosen === 'files' || chosen === 'keychain') return chosen
  throw new CliError(`sessions cannot be kept in \`${chosen}\``, {
    remedy: '--cache and STILE_CACHE are files or keychain',
  })
}

export function chooseCache(options: OptionValues, environment: Environment): SessionCache {
  return cacheKind(options, environment) === 'keychain'
    ? openKeychainSessions(environment)
    : openSessionCache(environment)
}
