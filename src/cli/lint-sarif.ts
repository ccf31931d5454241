import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type LintFinding, type LintSeverity, lintRules } from '../catalog/index.ts'
import type { LintReport } from './lint-report.ts'
import { readVersion } from './version.ts'

const levels: Readonly<Record<LintSeverity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  security: 'warning',
  suggestion: 'note',
}

/**
 * The report as a SARIF log, which code hosts show beside the lines of a change.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function lintSarif({ files, unreadable }: LintReport): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'stile lint',
            version: readVersion(),
            rules: lintRules.map(({ code, severity, summary, link }) => ({
              id: code,
              shortDescription: { text: summary },
              helpUri: link,
              defaultConfiguration: { level: levels[severity] },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: unreadable.length === 0,
            toolExecutionNotifications: unreadable.map(({ name, reason }) => ({
              level: 'error',
              message: { text: `${name}: ${reason}` },
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: files.flatMap(({ name, findings }) =>
          findings.map((finding) => renderResult(name, finding)),
        ),
      },
    ],
  }
}

function renderResult(file: string, finding: LintFinding): object {
  const { code, severity, path, position, message, remedy } = finding
  return {
    ruleId: code,
    ruleIndex: lintRules.findIndex((rule) => rule.code === code),
    level: levels[severity],
    message: { text: remedy === undefined ? message : `${message}: ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: position.line, startColumn: position.column },
        },
        ...(path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
  }
}

/** A relative name stays relative: code hosts resolve it against the repository. */
function uriOf(file: string): string {
  if (file === '-') return 'stdin'
  if (isAbsolute(file)) return pathToFileURL(file).href
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}
