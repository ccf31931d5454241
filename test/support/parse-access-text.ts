import type { AccessFile } from '../../src/access/index.ts'
import { parseAccessFile } from '../../src/access/index.ts'

const accounts = `accounts:
  build: { id: "111111111111" }
  ourthing: { id: "222222222222" }
  data: { id: "333333333333" }
  logs: { id: "444444444444" }
`

/**
 * An access file from the text of its `grants:` and `expect:`, over four accounts: `build` (111111111111),
 * `ourthing`, `data` and `logs`. Throws with every problem where the text is no sound file.
 */
export function parseAccessText(text: string): AccessFile {
  const source = /^accounts:/m.test(text) ? text : accounts + text
  const parsed = parseAccessFile([{ file: 'access.yaml', text: source }])
  if (parsed.ok) return parsed.access
  const problems = parsed.problems.map(({ path, message }) => `${path}: ${message}`)
  throw new Error(`the test's access file has errors:\n${problems.join('\n')}\n${source}`)
}

/** One grant `work` to the role `Worker` of `ourthing`, as YAML in flow style; parts replace the usual ones. */
export function grantText(parts: Readonly<Record<string, string>>): string {
  const usual = {
    from: '{ account: build, principals: [role/runner] }',
    to: '{ accounts: [ourthing], role: Worker }',
    allow: '[{ actions: [s3:GetObject], resources: ["arn:aws:s3:::cache/*"] }]',
  }
  const lines = Object.entries({ ...usual, ...parts }).map(([key, value]) => `    ${key}: ${value}`)
  return `grants:\n  work:\n${lines.join('\n')}\n`
}
