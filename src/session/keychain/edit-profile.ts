import { type ProfileFile, parseHeader } from '../profiles.ts'
import { SessionError } from '../session-error.ts'

/** One line of a profile, as it stands in the file. */
interface ProfileLine {
  readonly text: string
  /** Its profile; undefined above the first header and in sections of other kinds. */
  readonly profile: string | undefined
  readonly isHeader: boolean
  /** Undefined for comments, blank lines and what belongs to the setting above. */
  readonly key: string | undefined
}

/** The file's text without these settings of a profile, with the lines that belong to them; all else stays. */
export function withoutSettings(
  text: string,
  place: { readonly file: ProfileFile; readonly profile: string },
  keys: readonly string[],
): string {
  let isInside = false
  return linesOf(text, place.file)
    .filter((line) => {
      const isIndented = /^\s+\S/.test(line.text) && !line.isHeader
      if (!isIndented) {
        isInside = line.profile === place.profile && keys.includes(line.key ?? '')
      }
      return !isInside
    })
    .map((line) => line.text)
    .join('')
}

/**
 * The text of `config` with a setting in a profile: first in the profile's section where there is one, else in a new
 * section at the end. A value that the profile had for it is replaced.
 */
export function withSetting(
  text: string,
  profile: string,
  setting: { readonly key: string; readonly value: string },
): string {
  if (/\p{Cc}/u.test(setting.value)) {
    throw new SessionError(`the value of \`${setting.key}\` cannot stand in a profile`, {
      code: 'bad-profile-value',
    })
  }
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n'
  const line = `${setting.key} = ${setting.value}${lineEnd}`
  const lines = linesOf(withoutSettings(text, { file: 'config', profile }, [setting.key]), 'config')
  const at = lines.findIndex((each) => each.isHeader && each.profile === profile)
  const whole = lines.map((each) => each.text).join('')
  if (at >= 0) {
    const before = lines.slice(0, at + 1).map((each) => each.text)
    const after = lines.slice(at + 1).map((each) => each.text)
    return [...ended(before, lineEnd), line, ...after].join('')
  }
  const gap = whole === '' ? '' : `${whole.endsWith('\n') ? '' : lineEnd}${lineEnd}`
  const header = profile === 'default' ? '[default]' : `[profile ${profile}]`
  return `${whole}${gap}${header}${lineEnd}${line}`
}

function ended(lines: readonly string[], lineEnd: string): readonly string[] {
  const last = lines.at(-1) ?? ''
  return last.endsWith('\n') ? lines : [...lines.slice(0, -1), `${last}${lineEnd}`]
}

function linesOf(text: string, file: ProfileFile): readonly ProfileLine[] {
  let profile: string | undefined
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    const isHeader = /^\s*\[/.test(line.replace(/^\uFEFF/, ''))
    if (isHeader) profile = parseHeader(line, file)
    const [, key] = /^([^\s#;=[][^=]*?)\s*=/.exec(line) ?? []
    return { text: line, profile, isHeader, key: isHeader ? undefined : key }
  })
}
