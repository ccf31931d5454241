import {
  followProfiles,
  loadProfiles,
  type ProfileSettings,
  profileNamesInside,
  readConfigFile,
  sharedConfigPaths,
} from '../session/index.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { createOutput } from './output.ts'
import type { TargetRequest } from './session-target.ts'

interface ListedProfile {
  readonly name: string
  /** How it comes by its credentials, in words. */
  readonly how: string
  readonly roleArn?: string
  readonly region?: string
  readonly isWrittenByStile: boolean
  /** Why it gives nothing. */
  readonly fault?: string
}

/** Every profile of both shared files, and how it comes by its credentials. No secret. */
export async function listProfiles({ context, options }: TargetRequest): Promise<ExitCode> {
  const { environment } = context
  const profiles = await loadProfiles(environment)
  const own = new Set(
    profileNamesInside(await readConfigFile(sharedConfigPaths(environment).config)),
  )
  const listed = [...profiles].map(([name, settings]): ListedProfile => {
    const chain = followProfiles(profiles, name)
    const roleArn = settings.get('role_arn')
    const region = settings.get('region')
    return {
      name,
      how: howOf(settings),
      ...(roleArn === undefined ? {} : { roleArn }),
      ...(region === undefined ? {} : { region }),
      isWrittenByStile: own.has(name),
      ...(chain.kind === 'broken' ? { fault: chain.message } : {}),
    }
  })
  const output = createOutput(context, options)
  if (options.json === true) {
    output.json({ version: 1, profiles: listed })
    return exitCodes.done
  }
  if (listed.length === 0) output.say('there are no profiles')
  const width = Math.max(0, ...listed.map(({ name }) => name.length))
  for (const { name, how, isWrittenByStile, fault } of listed) {
    const mark = isWrittenByStile ? ' (Stile)' : ''
    output.print(`${name.padEnd(width)}  ${how}${mark}`)
    if (fault !== undefined) output.print(`${' '.repeat(width)}  ${output.paint('bad', fault)}`)
  }
  return exitCodes.done
}

/** The first that holds says it. */
function howOf(settings: ProfileSettings): string {
  const roleArn = settings.get('role_arn')
  const source = settings.get('source_profile') ?? settings.get('credential_source')
  if (roleArn !== undefined && source !== undefined) return `${roleArn} from ${source}`
  if (roleArn !== undefined) return roleArn
  if (settings.has('credential_process')) return 'a credential_process'
  if (settings.has('sso_session') || settings.has('sso_start_url')) return 'Identity Center'
  const key = settings.get('aws_access_key_id')
  return key === undefined ? 'settings alone' : `the key …${key.slice(-4)}`
}
