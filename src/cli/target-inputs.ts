import { dirname, join, resolve } from 'node:path'
import type { AccessFile } from '../access/index.ts'
import { aliasesPath, sharedConfigPaths } from '../session/index.ts'
import type { CommandContext, OptionValues } from './command.ts'

/**
 * Every path that has a say in what a name stands for and how it is asked for. INVARIANT: when one of them changes,
 * comes to be or goes, a kept answer no longer counts.
 */
export function targetInputs(
  access: AccessFile | undefined,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): readonly string[] {
  const { environment, cwd } = context
  const own = [...Object.values(sharedConfigPaths(environment)), aliasesPath(environment)]
  const policy = typeof options.policy === 'string' ? [resolve(cwd, options.policy)] : []
  const sources = (access?.sources ?? []).map((source) => resolve(source))
  // A folder's own state tells of files that come and go.
  const folders = sources.map(dirname).filter(() => typeof options.file === 'string')
  return [...new Set([...accessPlaces(cwd, options), ...sources, ...folders, ...own, ...policy])]
}

/** The access file that was named, or every `access.yaml` that would count if it came to be. */
export function accessPlaces(cwd: string, { file }: OptionValues): readonly string[] {
  if (typeof file === 'string') return [resolve(cwd, file)]
  return directoriesUpwards(resolve(cwd)).map((directory) => join(directory, 'access.yaml'))
}

function directoriesUpwards(directory: string): readonly string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [directory, ...directoriesUpwards(parent)]
}
