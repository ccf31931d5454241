import type { ConformanceCase } from './cases.ts'

const head = `# Conformance

Every rule of AWS that the engine follows, and the cases that show it. A case is a scenario of \`stile evaluate\` with a
\`claim\` and the page that makes it (\`source\`); its \`mutation\` edits it by JSON pointers and says what then holds.
Each rule is shown by a case that allows, one that denies, and a mutation that turns one into the other.
A case is marked with its decision: ✓ allow, ✗ deny, ? where AWS leaves the answer open or the request does not tell;
⇄ marks a mutation.

\`conformance.test.ts\` checks this table; \`npx vitest run test/conformance/conformance.test.ts -u\` writes it.
`

/** The README of this folder, from the rules and the cases. */
export function renderRules(
  rules: Readonly<Record<string, { readonly says: string }>>,
  cases: readonly ConformanceCase[],
): string {
  const rows = Object.entries(rules).map(([rule, { says }]) => {
    const own = cases.filter((each) => each.rule === rule)
    return `| \`${rule}\` | ${says} | ${own.map(renderCase).join('<br>')} |`
  })
  const count = `${cases.length} cases and ${cases.filter((each) => each.mutation).length} mutations of ${rows.length} rules.`
  return `${[head, count, '', '| rule | says | cases |', '| --- | --- | --- |', ...rows].join('\n')}\n`
}

function renderCase({ id, expect, certainty, mutation }: ConformanceCase): string {
  const decision = expect.decision === 'allow' ? '✓' : '✗'
  return `${decision}${certainty === undefined ? '' : '?'}${mutation === undefined ? '' : '⇄'} ${id}`
}
