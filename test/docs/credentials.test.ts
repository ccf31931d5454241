import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { profileRules } from '../../src/session/profile-lint-rules.ts'

const page = await readFile(new URL('../../docs/credentials.md', import.meta.url), 'utf8')

test('the table of findings is what `stile profiles check` says', () => {
  const rows = Object.entries(profileRules).map(
    ([code, { severity, botocore, javascript, remedy }]) =>
      `| \`${code}\` | ${severity} | ${botocore} | ${javascript} | ${remedy} |`,
  )
  expect(page).toContain(rows.join('\n'))
})

test('every command that the page names exists, with the flags that it names', async () => {
  const named = new Set([...page.matchAll(/`stile ([a-z-]+)/g)].map(([, name]) => name))
  const known = new Map(commands.map((row) => [row.name, row]))
  expect([...named].filter((name) => name === undefined || !known.has(name))).toEqual([])
  const rows = [...named].flatMap((name) => known.get(name ?? '') ?? [])
  const loaded = await Promise.all(rows.map((row) => row.load()))
  const flags = loaded.flatMap(({ command }) => command.options.map((option) => option.flags))
  const all = [...flags.join(' ').matchAll(/--[a-z-]+/g)].map(([flag]) => flag)
  const used = new Set([...page.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([flag]) => flag))
  expect([...used].filter((flag) => !all.includes(flag) && flag !== '--quiet')).toEqual([])
})
