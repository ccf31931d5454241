import { isAbsolute, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type LintFinding, type LintSeverity, lintRules, type RuleFacts } from '../catalog/index.ts'
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
export function lintSarif({ files, unreadable }: LintReport, cwd: string): object {
  return {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'stile lint',
            version: readVersion(),
            rules: lintRules.map(renderRule),
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
          findings.map((finding) => renderResult(uriOf(name, cwd), finding)),
        ),
      },
    ],
  }
}

/** What each severity says of every finding that has it. */
const meanings: Readonly<Record<LintSeverity, string>> = {
  error: 'AWS refuses a document that has this.',
  security: 'AWS takes a document that has this, and it allows more than it seems to.',
  suggestion: 'AWS takes a document that has this, and it does less than it seems to.',
}

function renderRule({ code, severity, summary, link }: RuleFacts): object {
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
  const meaning = meanings[severity]
  // Code hosts show a score only beside rules that have the tag `security`.
  const rank =
    severity === 'security' ? { tags: ['iam', 'security'], 'security-severity': '7.0' } : {}
  return {
    id: code,
    name: code,
    shortDescription: { text: summary },
    fullDescription: { text: `${sentence} ${meaning}` },
    help: {
      text: `${sentence} ${meaning} AWS on it: ${link}`,
      markdown: `${sentence} ${meaning}\n\n[AWS on it](${link})`,
    },
    helpUri: link,
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['iam'], precision: 'high', ...rank },
  }
}

function renderResult(uri: string, finding: LintFinding): object {
  const { code, severity, path, position, message, remedy } = finding
  return {
    ruleId: code,
    ruleIndex: ruleIndexes.get(code) ?? -1,
    level: levels[severity],
    message: { text: remedy === undefined ? message : `${message}: ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri },
          region: { startLine: position.line, startColumn: position.column },
        },
        ...(path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    // A finding stays the same one when lines above it come and go.
    partialFingerprints: { 'codeAndPath/v1': `${code}:${path}` },
  }
}

const ruleIndexes: ReadonlyMap<string, number> = new Map(
  lintRules.map(({ code }, index) => [code, index]),
)

/** Code hosts resolve a relative name against the repository, and show nothing for an absolute one. */
function uriOf(file: string, cwd: string): string {
  if (file === '-') return 'stdin'
  const path = resolve(cwd, file)
  const inside = relative(cwd, path)
  if (/^\.\.([\\/]|$)/.test(inside) || isAbsolute(inside)) return pathToFileURL(path).href
  return inside.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}
