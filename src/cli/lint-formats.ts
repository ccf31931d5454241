import { type LintReport, printLintText } from './lint-report.ts'
import { lintSarif } from './lint-sarif.ts'
import type { Output } from './output.ts'

/** How each `--format` prints a report. */
export const lintFormats = {
  text: printLintText,
  json: ({ files, unreadable }: LintReport, output: Output) =>
    output.json({
      version: 1,
      files: files.map(({ kind: _, name, ...rest }) => ({ file: name, ...rest })),
      unreadable: unreadable.map(({ name, reason }) => ({ file: name, reason })),
    }),
  sarif: (report: LintReport, output: Output) => output.json(lintSarif(report)),
} as const satisfies Readonly<Record<string, (report: LintReport, output: Output) => void>>
