import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Environment variables as the CLI was started with. */
export type Environment = Readonly<Record<string, string | undefined>>

type Settings = Readonly<Record<string, string>>

/** The parts of `~/.aws` that decide where a call goes; credentials are the SDK's business. */
export interface SharedConfig {
  readonly configPath: string
  readonly credentialsPath: string
  readonly hasProfile: (profile: string) => boolean
  readonly profileSetting: (profile: string, key: string) => string | undefined
  /** The `endpoint_url` for one service (`iam`) in the profile's `services` section. */
  readonly serviceEndpoint: (profile: string, service: string) => string | undefined
}

/** Reads the files that the environment names, else those of the home directory; a missing file is an empty one. */
export async function loadSharedConfig(environment: Environment): Promise<SharedConfig> {
  const home = environment.HOME ?? environment.USERPROFILE ?? homedir()
  const configPath = environment.AWS_CONFIG_FILE ?? join(home, '.aws', 'config')
  const credentialsPath =
    environment.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws', 'credentials')
  const config = parseSections(await textOf(configPath))
  const credentials = parseSections(await textOf(credentialsPath))
  const inConfig = (profile: string): Settings | undefined =>
    config.get(`profile ${profile}`) ?? (profile === 'default' ? config.get('default') : undefined)
  const profileSetting = (profile: string, key: string): string | undefined =>
    credentials.get(profile)?.[key] ?? inConfig(profile)?.[key]
  return {
    configPath,
    credentialsPath,
    hasProfile: (profile) => inConfig(profile) !== undefined || credentials.has(profile),
    profileSetting,
    serviceEndpoint: (profile, service) => {
      const section = profileSetting(profile, 'services')
      if (section === undefined) return undefined
      return config.get(`services ${section}`)?.[`${service}.endpoint_url`]
    },
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

/** Sections by name; an indented key is written `parent.key`. Later sections of one name add to earlier ones. */
export function parseSections(text: string): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Record<string, string>>()
  let current: Record<string, string> = {}
  let parent = ''
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (header !== undefined) {
      const name = header.replace(/\s+/g, ' ').replace(/"/g, '')
      current = sections.get(name) ?? {}
      sections.set(name, current)
      continue
    }
    const setting = /^(\s*)([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
    if (setting === null) continue
    const [, indent = '', key = '', value = ''] = setting
    if (indent === '') parent = key
    current[indent === '' ? key : `${parent}.${key}`] = value.replace(/\s+[#;].*$/, '')
  }
  return sections
}
