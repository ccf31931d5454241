// @ts-check
// Writes docs/lint.md: every code of `stile lint` from the table of rules (src/catalog/lint/lint-rules.ts), each with the
// documents that the tests run (test/lint/examples.json), and how that compares with AWS's own check (test/lint/access-analyzer.json).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importSource } from './import-source.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @returns {Promise<Map<string, string>>} */
export async function generate() {
  const { lintRules } = await importSource('catalog/lint/lint-rules.ts')
  const examples = JSON.parse(readFileSync(join(root, 'test/lint/examples.json'), 'utf8'))
  const parts = sections.flatMap(({ severity, title, text }) => [
    `## ${title}`,
    text,
    ...lintRules
      .filter((/** @type {any} */ rule) => rule.severity === severity)
      .flatMap((/** @type {any} */ rule) => renderRule(rule, examples[rule.code])),
  ])
  const analyzer = JSON.parse(readFileSync(join(root, 'test/lint/access-analyzer.json'), 'utf8'))
  const text = [head, ...parts, ...renderAnalyzer(analyzer)].join('\n\n')
  return new Map([['docs/lint.md', `${text}\n`]])
}

/** @param {{ source: string, found: any[], notFound: any[] }} checks */
function renderAnalyzer({ source, found, notFound }) {
  const rows = found.map(({ kind, check, code }) => `| ${check} | ${kind} | \`${code}\` |`)
  const missing = notFound.map(({ check, because }) => `- ${check}: ${because}.`)
  return [
    '## Beside the check that AWS offers online',
    `IAM Access Analyzer checks policies too, [by a list of its own](${source}). These of its checks are found here; a document for each is among the tests.`,
    ['| AWS calls it | and ranks it | found as |', '| --- | --- | --- |', ...rows].join('\n'),
    'These are not:',
    missing.join('\n'),
  ]
}

const head = `# What \`stile lint\` finds

<!-- generated from src/catalog/lint/lint-rules.ts and test/lint by scripts/generate-lint-docs.js -->

\`stile lint FILE…\` reads policy documents as JSON and needs no account and no network. \`--type\` says what a document is:
\`identity\`, \`resource\`, \`trust\`, \`boundary\`, \`session\`, \`scp\`, \`rcp\` or \`vpce\`; without it the type is guessed from
principals, resources and actions, and the guess is said. \`--account\` says whose document it is: then principals of
other accounts are known to be foreign. \`--format sarif\` is for code hosts, \`json\` for programs.

The exit code is 1 where something is found at or above \`--fail-on\` (\`error\` if left out), 2 where a file cannot be
read, else 0. Codes are stable.

What is known of actions, resources and condition keys are AWS's published tables of one day, which have gaps: what rests
on them is a suggestion and never an error.`

const sections = [
  { severity: 'error', title: 'Errors', text: 'AWS refuses the document.' },
  {
    severity: 'security',
    title: 'Security warnings',
    text: 'AWS takes the document, and it allows more than it seems to.',
  },
  {
    severity: 'suggestion',
    title: 'Suggestions',
    text: 'AWS takes the document, and part of it has no effect, or another than it seems to.',
  },
]

/**
 * @param {{ code: string, summary: string, link: string }} rule
 * @param {any} example
 */
function renderRule({ code, summary, link }, example) {
  const { type, bad, good, accountId, manyResources } = example
  const owner = accountId === undefined ? '' : ` of account ${accountId}`
  const many =
    manyResources === undefined
      ? ''
      : `, with ${manyResources.toLocaleString('en-US')} resources of this kind in its statement`
  return [
    `### ${code}`,
    `${summary[0].toUpperCase()}${summary.slice(1)}. [AWS on it](${link}).`,
    `Found in this document (\`--type ${type}\`)${owner}${many}:`,
    block(bad),
    'and not in this one:',
    block(good),
  ]
}

/** @param {any} document */
function block(document) {
  return `\`\`\`json\n${typeof document === 'string' ? document : render(document)}\n\`\`\``
}

/** One line per statement. @param {any} document */
function render(document) {
  if (!Array.isArray(document.Statement)) return inline(document)
  const { Statement: statements, ...rest } = document
  const start = inline({ ...rest, Statement: 0 }).slice(0, -3)
  return `${start}[\n${statements.map((/** @type {any} */ each) => `  ${inline(each)}`).join(',\n')}\n] }`
}

/** @param {any} value @returns {string} */
function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${inline(each)}`,
  )
  return `{ ${members.join(', ')} }`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of await generate()) writeFileSync(join(root, file), text)
}
