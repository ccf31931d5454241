import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderShellInit } from './shell-init-lines.ts'

// Stile in a folder whose name every shell would run, were it not quoted.
let folder: string
let words: readonly string[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stile-init-'))
  const odd = join(folder, `it's "a" $(touch run) \`touch run\` \\ ’ ;`)
  mkdirSync(odd)
  const program = join(odd, 'own.sh')
  writeFileSync(
    program,
    'case "$*" in *--names*) echo name-one; exit;; *fish*) echo "set -gx MADE $2";; *) echo "export MADE=$2";; esac\n',
  )
  words = ['sh', program]
})
afterAll(() => rmSync(folder, { recursive: true }))

const shells = {
  bash: {
    argv: ['bash', '--norc', '-c'],
    names: 'COMP_LINE="assume n"; COMP_POINT=8; _stile_assume; echo $COMPREPLY',
  },
  zsh: { argv: ['zsh', '-f', '-c'], names: 'compadd() { echo $stile_names }; _stile_assume' },
  fish: { argv: ['fish', '--no-config', '-c'], names: 'complete -C "assume n"' },
} as const

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  const { argv, names } = shells[shell]
  const [program, ...flags] = argv
  const isThere = spawnSync(program, ['--version']).status === 0
  const reason = isThere ? '' : ` (skipped: ${program} is not installed)`
  test.skipIf(!isThere)(`${shell} finds Stile wherever it is${reason}`, () => {
    const script = `${renderShellInit(shell, words)}assume reader; echo "$MADE"; ${names}`
    const { stdout, stderr } = spawnSync(program, [...flags, script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8' },
    })
    expect(stdout, stderr).toBe('reader\nname-one\n')
    expect(readdirSync(folder, { recursive: true }).some((name) => `${name}`.endsWith('run'))).toBe(
      false,
    )
  })
}

test('PowerShell is given Stile’s path as verbatim text', () => {
  const odd = `C:\\it's $(x) ’\\stile.js`
  const script = renderShellInit('powershell', ['node', odd])
  const quoted = `('C:\\it''s $(x) ' + [char]0x2019 + '\\stile.js')`
  expect(script.split(`& node ${quoted} `)).toHaveLength(4)
  expect(script).not.toContain(odd)
})

test('plain words stay plain', () => {
  expect(renderShellInit('powershell', ['stile'])).toContain('& stile assume @args')
  expect(renderShellInit('bash', ['stile'])).toContain('command stile assume "$@" --format bash')
})
