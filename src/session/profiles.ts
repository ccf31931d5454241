import { SessionError } from './session-error.ts'

/** A profile of `~/.aws` that Stile writes. */
export type Profile = RoleProfile | KeysProfile | ProcessProfile

export interface RoleProfile {
  readonly kind: 'role'
  readonly name: string
  readonly roleArn: string
  readonly source: ProfileSource
  readonly externalId?: string
  readonly sessionName?: string
  readonly mfaSerial?: string
  readonly durationSeconds?: number
  readonly region?: string
  readonly endpointUrl?: string
}

/** Who assumes the role: exactly one of the two that the SDKs know. */
export type ProfileSource =
  | { readonly kind: 'profile'; readonly name: string }
  | {
      readonly kind: 'credentialSource'
      readonly name: 'Ec2InstanceMetadata' | 'EcsContainer' | 'Environment'
    }

export interface KeysProfile {
  readonly kind: 'keys'
  readonly name: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly region?: string
  readonly endpointUrl?: string
}

/** Another program gives the credentials. */
export interface ProcessProfile {
  readonly kind: 'process'
  readonly name: string
  /** A program and its arguments. */
  readonly command: readonly string[]
  readonly region?: string
  readonly endpointUrl?: string
}

/** `config` heads a profile `[profile NAME]`, `credentials` heads it `[NAME]`. */
export type ProfileFile = 'config' | 'credentials'

/** The profile as canonical lines, each ended. Throws a `SessionError` for a value that the format cannot hold. */
export function renderProfile(profile: Profile, file: ProfileFile = 'config'): string {
  const lines = settingsOf(profile).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${requireValue(key, String(value))}`],
  )
  const nested = file === 'config' && profile.endpointUrl !== undefined ? signedLinks : []
  return [renderHeader(profile.name, file), ...lines, ...nested].map((line) => `${line}\n`).join('')
}

/** AWS: version 1 of the CLI makes links of Signature Version 2 for an endpoint of its own, unless it is told. */
const signedLinks = ['s3 =', '  signature_version = s3v4']

/**
 * The file's text with these profiles in Stile's own block, which is replaced where it stands or added at the end. Every
 * byte outside the block stays; with no profiles the block goes. New lines end as the file's do.
 */
export function upsertProfiles(
  text: string,
  profiles: readonly Profile[],
  file: ProfileFile = 'config',
): string {
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n'
  const rendered = profiles.map((profile) => renderProfile(profile, file)).join('\n')
  const block = rendered === '' ? '' : `${beginMark}\n${rendered}${endMark}\n`
  const ended = block.replaceAll('\n', lineEnd)
  const { before, after, isFound } = splitAtBlock(text)
  if (isFound) return before + (ended === '' ? '' : ended) + after
  if (ended === '') return text
  const gap = text === '' || text.endsWith('\n') ? '' : lineEnd
  return text + gap + ended
}

/**
 * The file's text without these profiles of Stile's block: every other byte stays, outside and inside. Names of no
 * profile in the block change nothing; with its last profile the block goes.
 */
export function withoutProfiles(
  text: string,
  names: readonly string[],
  file: ProfileFile = 'config',
): string {
  const { before, after, isFound } = splitAtBlock(text)
  if (!isFound) return text
  const block = text.slice(before.length, text.length - after.length)
  const [begin = '', ...lines] = block.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const end = lines.pop() ?? ''
  const sections = sectionsOf(lines, file)
  const kept = sections.filter(({ name }) => name === undefined || !names.includes(name))
  if (kept.length === sections.length) return text
  if (kept.every(({ name }) => name === undefined)) return before + after
  const body = kept.map((section) => section.text).join('')
  // The gap between two profiles goes with the second.
  const isLastGone = kept.at(-1) !== sections.at(-1)
  return before + begin + (isLastGone ? body.replace(/(\r?\n)(\r?\n)+$/, '$1') : body) + end + after
}

interface Section {
  /** Undefined above the first header. */
  readonly name: string | undefined
  readonly text: string
}

function sectionsOf(lines: readonly string[], file: ProfileFile): readonly Section[] {
  const sections: Section[] = []
  for (const line of lines) {
    const last = sections.at(-1)
    const isHeader = /^\s*\[/.test(line)
    if (isHeader || last === undefined) {
      sections.push({ name: isHeader ? parseHeader(line, file) : undefined, text: line })
    } else {
      sections.splice(-1, 1, { ...last, text: last.text + line })
    }
  }
  return sections
}

/** Names of profiles that the file holds outside Stile's block: theirs is not for Stile to write. */
export function profileNamesOutside(text: string, file: ProfileFile = 'config'): readonly string[] {
  const { before, after } = splitAtBlock(text)
  return namesIn(`${before}\n${after}`, file)
}

/** Names of the profiles in Stile's block. */
export function profileNamesInside(text: string, file: ProfileFile = 'config'): readonly string[] {
  const { before, after, isFound } = splitAtBlock(text)
  if (!isFound) return []
  return namesIn(text.slice(before.length, text.length - after.length), file)
}

function namesIn(text: string, file: ProfileFile): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const name = parseHeader(line, file)
    return name === undefined ? [] : [name]
  })
}

/** The profile's name in a header line of that kind of file; undefined for any other line. */
export function parseHeader(line: string, file: ProfileFile): string | undefined {
  const section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line.replace(/^\uFEFF/, ''))?.[1]
  if (section === undefined || file === 'credentials' || section === 'default') return section
  const name = /^profile\s+(.+)$/.exec(section)?.[1]
  return name?.replace(/^(["'])(.*)\1$/, '$2')
}

const beginMark = '# >>> stile: written by `stile profiles`, changes between these marks are lost'
const endMark = '# <<< stile'

interface BlockPlace {
  readonly before: string
  readonly after: string
  readonly isFound: boolean
}

function splitAtBlock(text: string): BlockPlace {
  const begin = /^\uFEFF?# >>> stile[^\n]*\n/m.exec(text)
  if (begin === null) return { before: text, after: '', isFound: false }
  const rest = text.slice(begin.index)
  const end = /^# <<< stile[^\n]*(\n|$)/m.exec(rest)
  const body = rest.slice(begin[0].length, end?.index)
  if (end === null || /^# >>> stile/m.test(body)) {
    // INVARIANT: what may be the user's own is never cut away.
    const line = text.slice(0, begin.index).split('\n').length
    const what = `line ${line} begins Stile's block, and no line \`${endMark}\` ends it`
    throw new SessionError(`${what}; put that line back, or remove the first`, {
      code: 'damaged-block',
    })
  }
  const marker = begin[0].startsWith('\uFEFF') ? 1 : 0
  return {
    before: text.slice(0, begin.index + marker),
    after: rest.slice(end.index + end[0].length),
    isFound: true,
  }
}

type Settings = readonly (readonly [key: string, value: string | number | undefined])[]

function settingsOf(profile: Profile): Settings {
  if (profile.kind === 'role') return roleSettings(profile)
  if (profile.kind === 'keys') return keysSettings(profile)
  return [
    ['credential_process', renderCommand(profile.command)],
    ['region', profile.region],
    ['endpoint_url', profile.endpointUrl],
  ]
}

/**
 * The value of a `credential_process`. AWS: some SDKs hand the line to a shell, others split it at blanks and quotes: a
 * `SessionError` for words that they do not read alike.
 */
export function renderCommand(command: readonly string[]): string {
  return command
    .map((word) => {
      if (/^[\w@+=:,./-]+$/.test(word)) return word
      if (word !== '' && !/["'`$%!\\\p{Cc}]/u.test(word)) return `"${word}"`
      throw new SessionError(`\`${word}\` cannot stand in a \`credential_process\` line`, {
        code: 'bad-profile-value',
      })
    })
    .join(' ')
}

function roleSettings(profile: RoleProfile): Settings {
  const { source } = profile
  return [
    ['role_arn', profile.roleArn],
    [source.kind === 'profile' ? 'source_profile' : 'credential_source', source.name],
    ['external_id', profile.externalId],
    ['role_session_name', profile.sessionName],
    ['mfa_serial', profile.mfaSerial],
    ['duration_seconds', profile.durationSeconds],
    ['region', profile.region],
    ['endpoint_url', profile.endpointUrl],
  ]
}

function keysSettings(profile: KeysProfile): Settings {
  return [
    ['aws_access_key_id', profile.accessKeyId],
    ['aws_secret_access_key', profile.secretAccessKey],
    ['aws_session_token', profile.sessionToken],
    ['region', profile.region],
    ['endpoint_url', profile.endpointUrl],
  ]
}

function renderHeader(name: string, file: ProfileFile): string {
  if (!/^[^\s[\]#;"']+$/.test(name)) {
    const remedy = 'use letters, digits and `-_.@:/+`'
    throw new SessionError(`\`${name}\` cannot name a profile; ${remedy}`, {
      code: 'bad-profile-name',
    })
  }
  return file === 'config' && name !== 'default' ? `[profile ${name}]` : `[${name}]`
}

/** AWS: readers differ over inline comments and blanks at the ends, so values that hold any are refused. */
function requireValue(key: string, value: string): string {
  const isReadAlike = value !== '' && value === value.trim() && !/\p{Cc}|\s[#;]|^[#;]/u.test(value)
  if (isReadAlike) return value
  throw new SessionError(`the value of \`${key}\` cannot stand in a profile`, {
    code: 'bad-profile-value',
  })
}
