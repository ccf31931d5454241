import { readFile, stat } from 'node:fs/promises'
import process from 'node:process'
import type { Environment } from './child-environment.ts'
import { parseConfigText } from './config-text.ts'
import { type FilePlace, type LocatedFile, locateProfiles } from './located-profile.ts'
import { lintProfiles, type ProfileFinding } from './profile-lint-profiles.ts'
import { type LintSeverity, type ProfileRuleCode, profileRules } from './profile-lint-rules.ts'
import { lintConfigText } from './profile-lint-text.ts'
import type { ProfileFile } from './profiles.ts'
import { SessionError } from './session-error.ts'
import { sharedConfigPaths } from './shared-config.ts'

/** Something about `~/.aws` on which tools differ, or that stops them. */
export interface SharedConfigFinding {
  readonly code: ProfileRuleCode
  readonly severity: LintSeverity
  /** Where; undefined for the environment. */
  readonly place: FilePlace | undefined
  /** The profile that it is about, where it is about one. */
  readonly profile: string | undefined
  readonly message: string
  /** What each reader does. */
  readonly botocore: string
  readonly javascript: string
  readonly remedy: string
}

/** Reads both shared files and says all that is wrong with them, in the order of the files. Calls nobody. */
export async function lintSharedConfig(
  environment: Environment,
): Promise<readonly SharedConfigFinding[]> {
  const paths = sharedConfigPaths(environment)
  const kinds: readonly ProfileFile[] = ['config', 'credentials']
  const files = await Promise.all(kinds.map((kind) => readLocated(paths[kind], kind)))
  const perFile = files.flatMap(({ path, text, parsed, mode }) => [
    ...lintMode(path, text, mode),
    ...lintConfigText(text, parsed).map(({ code, message, line, column }) => ({
      code,
      message,
      place: { path, line, column },
    })),
  ])
  const findings = [...perFile, ...lintProfiles(locateProfiles(files), environment)]
  const order = [paths.config, paths.credentials]
  return findings.map(toFinding).toSorted((a, b) => compare(a.place, b.place, order))
}

/** A finding with what its rule says. */
export function toFinding({ code, place, profile, message }: ProfileFinding): SharedConfigFinding {
  return { code, place, profile, message, ...profileRules[code] }
}

interface ReadFile extends LocatedFile {
  readonly text: string
  readonly mode: number
}

async function readLocated(path: string, kind: ProfileFile): Promise<ReadFile> {
  try {
    const [text, facts] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    return { path, text, mode: facts.mode, parsed: parseConfigText(text, kind) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return { path, text: '', mode: 0, parsed: parseConfigText('', kind) }
    }
    const message = `cannot read \`${path}\`: ${code}`
    throw new SessionError(message, { code: 'unreadable-file', cause: error })
  }
}

const secretSetting = /^\s*(aws_secret_access_key|aws_session_token)\s*[=:]/m

/** Others may read where Stile is: what holds no secret may be open. Windows keeps no such modes. */
function lintMode(path: string, text: string, mode: number): readonly ProfileFinding[] {
  if (process.platform === 'win32' || (mode & 0o077) === 0 || !secretSetting.test(text)) return []
  const octal = (mode & 0o777).toString(8).padStart(3, '0')
  const message = `the file holds secrets, and its mode ${octal} lets others at it`
  return [{ code: 'open-to-others', place: { path, line: 1, column: 1 }, message }]
}

/** The environment comes last. */
function compare(
  a: FilePlace | undefined,
  b: FilePlace | undefined,
  order: readonly string[],
): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const byFile = order.indexOf(a.path) - order.indexOf(b.path)
  return byFile || a.line - b.line || a.column - b.column
}
