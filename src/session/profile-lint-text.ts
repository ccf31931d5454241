import type { ConfigSection, ConfigSetting, ConfigText, Place } from './config-text.ts'
import type { ProfileRuleCode } from './profile-lint-rules.ts'

/** What is found in one file. */
export interface TextFinding extends Place {
  readonly code: ProfileRuleCode
  readonly message: string
}

/** All on which readers of the file differ, whatever the profiles mean. Shows no value: it could be a secret. */
export function lintConfigText(text: string, parsed: ConfigText): readonly TextFinding[] {
  return [
    ...lintBytes(text),
    ...parsed.strays.map((place) => ({
      ...place,
      code: 'stray-line' as const,
      message: 'the line is no setting of any section',
    })),
    ...lintHeaders(parsed),
    ...parsed.sections.flatMap(lintSettings),
  ]
}

function lintBytes(text: string): readonly TextFinding[] {
  const findings: TextFinding[] = []
  const start = { line: 1, column: 1 }
  if (text.startsWith('\uFEFF')) {
    const message = 'the file begins with a byte order mark'
    findings.push({ ...start, code: 'byte-order-mark', message })
  }
  const replaced = text.indexOf('\uFFFD')
  if (replaced >= 0) {
    const message = 'the file holds bytes that are no UTF-8'
    findings.push({ ...placeAt(text, replaced), code: 'not-utf-8', message })
  }
  const carriageReturn = text.indexOf('\r\n')
  if (carriageReturn >= 0) {
    const message = 'lines end in carriage return and line feed'
    findings.push({ ...placeAt(text, carriageReturn), code: 'line-ends', message })
  }
  return findings
}

function placeAt(text: string, index: number): Place {
  const lines = text.slice(0, index).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function lintHeaders({ file, sections }: ConfigText): readonly TextFinding[] {
  const titles = new Set<string>()
  const profiles = new Set<string>()
  return sections.flatMap((section) => {
    const { line, column, title, profile } = section
    const found = (code: ProfileRuleCode, message: string) => [{ line, column, code, message }]
    if (titles.has(title)) return found('duplicate-section', `\`[${title}]\` is there already`)
    titles.add(title)
    const form = faultOfHeader(section, file)
    if (form !== undefined) return found(form, `\`[${title}]\` heads no profile that all can read`)
    if (profile === undefined) return []
    const isSecond = profiles.has(profile)
    profiles.add(profile)
    return isSecond
      ? found('same-profile-twice', `profile \`${profile}\` is there already under another header`)
      : []
  })
}

/** Sections of `config` that are something else than a profile. */
const otherSections = /^(sso-session\s|services\s|plugins$|preview$)/

function faultOfHeader(
  { title, profile }: ConfigSection,
  file: ConfigText['file'],
): ProfileRuleCode | undefined {
  if (file === 'credentials') {
    return /^profile\s/.test(title) || title !== title.trim() ? 'ignored-section' : undefined
  }
  if (title !== title.trim()) return 'ignored-section'
  if (profile === undefined) return otherSections.test(title) ? undefined : 'ignored-section'
  if (!/\s/.test(profile)) return undefined
  return /^profile\s+["']/.test(title) ? 'quoted-name' : 'ignored-section'
}

function lintSettings({ settings }: ConfigSection): readonly TextFinding[] {
  const seen = new Set<string>()
  return settings.flatMap((setting, index) => {
    const above = settings[index - 1]
    if (setting.isIndented && above !== undefined) {
      return isNested(settings, index) ? [] : [findingAt(setting, 'indented-setting')]
    }
    const code = codeOfSetting(setting, seen)
    seen.add(setting.key.toLowerCase())
    return code === undefined ? [] : [findingAt(setting, code)]
  })
}

/** Below a setting without a value, as `s3 =`. */
function isNested(settings: readonly ConfigSetting[], index: number): boolean {
  return settings.slice(0, index).findLast(({ isIndented }) => !isIndented)?.value === ''
}

function codeOfSetting(
  { key, value, separator }: ConfigSetting,
  seen: ReadonlySet<string>,
): ProfileRuleCode | undefined {
  if (seen.has(key.toLowerCase())) return 'duplicate-setting'
  if (separator === ':') return 'colon-separator'
  if (/(^|\s)[#;]/.test(value)) return 'inline-comment'
  return key === key.toLowerCase() ? undefined : 'upper-case-setting'
}

const messages: Partial<Readonly<Record<ProfileRuleCode, (key: string) => string>>> = {
  'duplicate-setting': (key) => `\`${key}\` is set already in this section`,
  'colon-separator': (key) => `\`${key}\` is set with a colon`,
  'inline-comment': (key) => `the line of \`${key}\` ends in a comment`,
  'upper-case-setting': (key) => `\`${key}\` has capital letters`,
  'indented-setting': (key) => `\`${key}\` begins with blanks, below a setting that has a value`,
}

function findingAt(setting: ConfigSetting, code: ProfileRuleCode): TextFinding {
  const { line, column, key, valueColumn, value } = setting
  const message = messages[code]?.(key) ?? `\`${key}\``
  const comment = code === 'inline-comment' ? value.search(/(^|\s)[#;]/) : 0
  const at = code === 'inline-comment' ? valueColumn + comment + (comment > 0 ? 1 : 0) : column
  return { line, column: at, code, message }
}
