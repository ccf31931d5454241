import type { LintFinding, LintSeverity } from '../catalog/index.ts'
import type { PolicyType } from '../core/index.ts'
import type { Output, Style } from './output.ts'

export interface LintedFile {
  readonly kind: 'linted'
  /** As it was named on the command line. */
  readonly name: string
  readonly type: PolicyType
  /** Present where the type was guessed. */
  readonly guessedBecause?: string
  readonly findings: readonly LintFinding[]
}

export interface UnreadableFile {
  readonly kind: 'unreadable'
  readonly name: string
  readonly reason: string
}

export interface LintReport {
  readonly files: readonly LintedFile[]
  readonly unreadable: readonly UnreadableFile[]
}

const styles: Readonly<Record<LintSeverity, Style>> = {
  error: 'bad',
  security: 'warning',
  suggestion: 'dim',
}

/** One block per finding, and a line that counts them. */
export function printLintText({ files }: LintReport, output: Output): void {
  for (const { name, type, guessedBecause, findings } of files) {
    if (guessedBecause !== undefined) {
      output.say(`${name}: taken as ${type}, since ${guessedBecause}; \`--type\` says otherwise`)
    }
    for (const finding of findings) {
      for (const line of renderFinding(name, finding, output)) output.print(line)
    }
  }
  output.print(summarize(files))
}

function renderFinding(file: string, finding: LintFinding, { paint }: Output): readonly string[] {
  const { severity, code, path, position, message, remedy, link } = finding
  const place = paint('bold', `${file}:${position.line}:${position.column}`)
  const where = path === '' ? '' : `${path}: `
  return [
    `${place} ${paint(styles[severity], severity)} ${code}`,
    `  ${where}${message}`,
    ...(remedy === undefined ? [] : [`  → ${remedy}`]),
    paint('dim', `  ${link}`),
  ]
}

function summarize(files: readonly LintedFile[]): string {
  const findings = files.flatMap((file) => file.findings)
  const count = (severity: LintSeverity) =>
    findings.filter((finding) => finding.severity === severity).length
  const counts = [
    plural(count('error'), 'error'),
    plural(count('security'), 'security warning'),
    plural(count('suggestion'), 'suggestion'),
  ]
  return `${plural(files.length, 'document')}: ${counts.join(', ')}`
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
