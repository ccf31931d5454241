import {
  credentialVariables,
  renderExpiration,
  type SessionSettings,
  sessionVariables,
} from './child-environment.ts'
import { type QuotingShell, quoteForShell } from './quote-for-shell.ts'
import { SessionError } from './session-error.ts'
import { type Assumption, assumptionVariables, type Leaving } from './shell-assumption.ts'

export type ExportFormat = QuotingShell | 'env' | 'dotenv' | 'json'

/** Formats that a shell evaluates. */
export type ShellFormat = 'bash' | 'fish' | 'powershell'

export function isShellFormat(format: ExportFormat): format is ShellFormat {
  return format === 'bash' || format === 'fish' || format === 'powershell'
}

/**
 * The session as lines to evaluate or to keep, with a final line end. For shells, variables that would win over these
 * (such as `AWS_PROFILE`) are removed first, and what is Stile's `own` is set as well. `env` is for `docker --env-file`, which reads no
 * quotes; `json` is the answer of a `credential_process`.
 */
export function renderExports(
  settings: SessionSettings,
  format: ExportFormat,
  own: Assumption = { set: {}, removed: [] },
): string {
  if (format === 'json') return `${renderCredentialProcess(settings)}\n`
  const session = sessionVariables(settings)
  if (!isShellFormat(format)) return renderLines(format, [], session)
  const removed = [...credentialVariables, ...assumptionVariables, ...own.removed]
  return renderLines(format, removed, { ...session, ...own.set })
}

/** What a shell evaluates to leave what it assumed. */
export function renderLeaving({ removed, restored }: Leaving, format: ShellFormat): string {
  return renderLines(format, removed, restored)
}

function renderLines(
  format: keyof typeof formats,
  removed: readonly string[],
  set: Readonly<Record<string, string>>,
): string {
  const variables = Object.entries(set)
  requirePrintable(variables)
  const row = formats[format]
  const gone = removed.filter((name) => set[name] === undefined)
  const lines = [...row.remove(gone), ...variables.map(([name, value]) => row.set(name, value))]
  return lines.map((line) => `${line}\n`).join('')
}

interface FormatRow {
  readonly set: (name: string, value: string) => string
  readonly remove: (names: readonly string[]) => readonly string[]
}

const formats = {
  bash: {
    set: (name, value) => `export ${name}=${quoteForShell('bash', value)}`,
    remove: (names) => [`unset ${names.join(' ')}`],
  },
  fish: {
    set: (name, value) => `set -gx ${name} ${quoteForShell('fish', value)}`,
    // Erasing a variable that is not set fails, and says so only by the status.
    remove: (names) => [`set -e ${names.join(' ')}`],
  },
  powershell: {
    set: (name, value) => `$Env:${name} = ${quoteForShell('powershell', value)}`,
    remove: (names) => [
      `Remove-Item -ErrorAction SilentlyContinue ${names.map((name) => `Env:${name}`).join(', ')}`,
    ],
  },
  env: { set: (name, value) => `${name}=${value}`, remove: () => [] },
  dotenv: { set: (name, value) => `${name}=${quoteForDotenv(value)}`, remove: () => [] },
} as const satisfies Readonly<Record<Exclude<ExportFormat, 'json'>, FormatRow>>

function quoteForDotenv(value: string): string {
  if (/^[\w+/=:.@,-]*$/.test(value)) return value
  return `"${value.replace(/["\\$`]/g, '\\$&')}"`
}

function renderCredentialProcess({ credentials }: SessionSettings): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: renderExpiration(credentials),
  })
}

/** A line end inside a value would become a command of its own in some format. */
function requirePrintable(variables: readonly (readonly [string, string])[]): void {
  const bad = variables.find(([, value]) => /\p{Cc}/u.test(value))
  if (bad === undefined) return
  throw new SessionError(`${bad[0]} holds a control character`, { code: 'unprintable-value' })
}
