import { type ProfileFile, parseHeader } from './profiles.ts'

/** One of the shared files with the place of everything in it. Lines and columns count from 1. */
export interface ConfigText {
  readonly file: ProfileFile
  readonly sections: readonly ConfigSection[]
  /** Lines that are neither header, setting, comment nor blank, and settings above the first header. */
  readonly strays: readonly Place[]
}

export interface Place {
  readonly line: number
  readonly column: number
}

export interface ConfigSection extends Place {
  /** Between the brackets, as written. */
  readonly title: string
  /** The profile's name; undefined for a section that is none, as `[sso-session x]`. */
  readonly profile: string | undefined
  readonly settings: readonly ConfigSetting[]
}

export interface ConfigSetting extends Place {
  readonly key: string
  /** As written, without blanks at its ends. */
  readonly value: string
  readonly valueColumn: number
  readonly separator: '=' | ':'
  /** The line begins with blanks: below the section's first setting, readers differ on what that means. */
  readonly isIndented: boolean
}

/** Never fails: what means nothing is among the strays. */
export function parseConfigText(text: string, file: ProfileFile): ConfigText {
  const sections: (ConfigSection & { readonly settings: ConfigSetting[] })[] = []
  const strays: Place[] = []
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1
    const column = raw.length - raw.trimStart().length + 1
    if (/^\s*([#;]|$)/.test(raw)) continue
    const title = /^\s*\[([^\]]*)\]/.exec(raw)?.[1]
    const current = sections.at(-1)
    if (title !== undefined) {
      sections.push({ line, column, title, profile: parseHeader(raw, file), settings: [] })
      continue
    }
    const setting = parseSetting(raw, { line, column })
    if (setting === undefined || current === undefined) strays.push({ line, column })
    else current.settings.push(setting)
  }
  return { file, sections, strays }
}

function parseSetting(raw: string, place: Place): ConfigSetting | undefined {
  const [, before = '', key, gap = '', separator, after = '', value] =
    /^(\s*)([^\s=:][^=:]*?)(\s*)([=:])(\s*)(.*?)\s*$/.exec(raw) ?? []
  if (key === undefined || value === undefined) return undefined
  return {
    ...place,
    key,
    value,
    valueColumn: before.length + key.length + gap.length + 1 + after.length + 1,
    separator: separator === ':' ? ':' : '=',
    isIndented: before !== '',
  }
}
