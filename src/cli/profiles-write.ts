import {
  loadProfiles,
  type Profile,
  profileNamesInside,
  profileNamesOutside,
  readConfigFile,
  renderProfile,
  replaceConfigFile,
  sharedConfigPaths,
  upsertProfiles,
  withoutProfiles,
} from '../session/index.ts'
import { CliError } from './cli-error.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { profilesOfGrants } from './grant-profiles.ts'
import { accessPath, requireAccess } from './load-access.ts'
import { createOutput, type Output } from './output.ts'
import { ownWords } from './own-command.ts'
import type { TargetRequest } from './session-target.ts'

/** Puts a profile for every grant into Stile's own block of the config file. */
export async function writeProfiles(request: TargetRequest): Promise<ExitCode> {
  const { context, options } = request
  const access = await requireAccess(options, context)
  const { profiles, remarks } = profilesOfGrants(access, {
    options,
    known: await loadProfiles(context.environment),
    accessPath: accessPath(options.file, context),
    ownCommand: ownWords(context.environment),
    region: textOf(options.region),
    endpointUrl: textOf(options.endpointUrl) ?? context.environment.AWS_ENDPOINT_URL,
  })
  const output = createOutput(context, options)
  for (const remark of remarks) output.say(remark)
  if (profiles.length === 0) {
    throw new CliError('no grant can be written as a profile; nothing was changed', {
      remedy: 'name the profile that you are with --profile',
    })
  }
  return changeBlock(profiles, request, (before) => {
    refuseTaken(profiles, before)
    return upsertProfiles(before, profiles)
  })
}

/** Takes these profiles out of Stile's block of the config file; without names the whole block. */
export async function removeProfiles(
  request: TargetRequest,
  names: readonly string[],
): Promise<ExitCode> {
  return changeBlock([], request, (before) => {
    requireInside(names, before)
    return names.length === 0 ? upsertProfiles(before, []) : withoutProfiles(before, names)
  })
}

function requireInside(names: readonly string[], text: string): void {
  const inside = profileNamesInside(text)
  const others = names.filter((name) => !inside.includes(name))
  if (others.length === 0) return
  const isOwn = profileNamesOutside(text).includes(others[0] ?? '')
  const all = inside.length === 0 ? 'it has written none' : `it has written: ${inside.join(', ')}`
  throw new CliError(`Stile has written no profile called ${others.join(', ')}`, {
    remedy: isOwn ? 'one of that name is your own: take it out of the file by hand' : all,
  })
}

async function changeBlock(
  profiles: readonly Profile[],
  { context, options }: TargetRequest,
  change: (before: string) => string,
): Promise<ExitCode> {
  const output = createOutput(context, options)
  const path = sharedConfigPaths(context.environment).config
  const before = await readConfigFile(path)
  const after = change(before)
  const left = profileNamesInside(after)
  const gone = profileNamesInside(before).filter((name) => !left.includes(name))
  if (options.dryRun === true) {
    sayDryRun({ path, profiles, gone }, { output, options })
    return exitCodes.done
  }
  const copy = await replaceConfigFile(path, { before, after })
  const written = profiles.map(({ name }) => name)
  if (options.json === true) output.json({ version: 1, path, written, removed: gone, copy })
  else sayChange({ path, written, gone, copy, isChanged: before !== after }, output)
  return exitCodes.done
}

/** AWS: the same header twice makes the file unreadable for boto3. */
function refuseTaken(profiles: readonly Profile[], text: string): void {
  const outside = new Set(profileNamesOutside(text))
  const taken = profiles.map(({ name }) => name).filter((name) => outside.has(name))
  if (taken.length === 0) return
  throw new CliError(`there are profiles of your own called ${taken.join(', ')}`, {
    remedy: 'give those of Stile another beginning with --prefix',
  })
}

interface Change {
  readonly path: string
  readonly written: readonly string[]
  readonly gone: readonly string[]
  readonly copy: string | undefined
  readonly isChanged: boolean
}

function sayChange({ path, written, gone, copy, isChanged }: Change, output: Output): void {
  if (!isChanged) {
    output.print(`${path} is as it should be; nothing was changed`)
    return
  }
  for (const name of written) output.print(`wrote profile ${name}`)
  for (const name of gone) output.print(`removed profile ${name}`)
  output.say(`in ${path}${copy === undefined ? '' : `; what it was is in ${copy}`}`)
}

function sayDryRun(
  change: {
    readonly path: string
    readonly profiles: readonly Profile[]
    readonly gone: readonly string[]
  },
  { output, options }: { readonly output: Output; readonly options: TargetRequest['options'] },
): void {
  const { path, profiles, gone } = change
  const text = profiles.map((profile) => renderProfile(profile)).join('\n')
  if (options.json === true) output.json({ version: 1, path, profiles: text, removed: gone })
  else if (text !== '') output.print(text.trimEnd())
  if (options.json !== true) for (const name of gone) output.print(`# profile ${name} would go`)
  output.say(`nothing was changed; without --dry-run this goes into ${path}`)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
