import { type LintReport, printLintText } from './lint-report.ts'
import { lintSarif } from './lint-sarif.ts'
import type { Output } from './output.ts'

type PrintReport = (
  report: LintReport,
  output: Output,
  place: { /** Relative names of files are taken from here. */ readonly cwd: string },
) => void

/** How each `--format` prints a report. */
export const lintFormats: Readonly<Record<'text' | 'json' | 'sarif', PrintReport>> = {
  text: printLintText,
  json: ({ files, unreadable }, output) =>
    output.json({
      version: 1,
      files: files.map(({ kind: _, name, ...rest }) => ({ file: name, ...rest })),
      unreadable: unreadable.map(({ name, reason }) => ({ file: name, reason })),
    }),
  sarif: (report, output, { cwd }) => output.json(lintSarif(report, cwd)),
}
