import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteForShell } from './quote-for-shell.ts'

const nasty = [
  `it's "a" $(touch x) \`y\` \\ ’z‘ ${'\u2011'} 😀`,
  "'",
  "''",
  '',
  '’',
  'a’',
  '$Env:Path',
  '; Remove-Item x',
  "' + $(x) + '",
  "\\'",
  '\\',
  '-Path',
  '@args',
  '%PATH%',
  '!!',
]

const shells = [
  { shell: 'bash', argv: ['sh', '-c'] },
  { shell: 'bash', argv: ['bash', '--norc', '-c'] },
  { shell: 'bash', argv: ['zsh', '-f', '-c'] },
  { shell: 'fish', argv: ['fish', '--no-config', '-c'] },
] as const

for (const { shell, argv } of shells) {
  const [program, ...flags] = argv
  const isThere = spawnSync(program, ['-c', 'true']).status === 0
  const reason = isThere ? '' : ` (skipped: ${program} is not installed)`
  test.skipIf(!isThere)(`${program} reads the very words${reason}`, () => {
    const words = nasty.map((text) => quoteForShell(shell, text)).join(' ')
    const { stdout } = spawnSync(program, [...flags, `printf '%s\\n' ${words}`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    })
    expect(stdout.split('\n').slice(0, -1)).toEqual(nasty)
  })
}

/**
 * What PowerShell makes of an expression of verbatim strings and characters, by its language specification; an error for
 * whatever else stands there. There is none on most machines to ask.
 */
function readPowerShell(code: string): string {
  const expression = /^\((.*)\)$/s.exec(code)?.[1] ?? code
  const term = /'((?:[^'‘’‚‛]|['‘’‚‛]{2})*)'(?!['‘’‚‛])|\[char\]0x([0-9a-f]{1,4})(?![\w.])/gy
  const texts: string[] = []
  for (;;) {
    const [, literal, unit] = term.exec(expression) ?? expect.fail(`not verbatim: ${code}`)
    texts.push(
      literal === undefined
        ? String.fromCharCode(Number.parseInt(unit ?? '', 16))
        : literal.replace(/['‘’‚‛]{2}/g, (pair) => pair.slice(0, 1)),
    )
    if (term.lastIndex === expression.length) break
    expect(expression.slice(term.lastIndex, term.lastIndex + 3)).toBe(' + ')
    term.lastIndex += 3
  }
  expect(expression.startsWith("'"), 'an addition of characters would be one of numbers').toBe(true)
  return texts.join('')
}

test('PowerShell reads the very words, too', () => {
  const text = fc.string({ unit: fc.constantFrom(...`'"\`$(){}@;|&\\ ‘’‚‛a1é\u2011😀`) })
  fc.assert(
    fc.property(fc.oneof(text, fc.constantFrom(...nasty)), (word) => {
      const quoted = quoteForShell('powershell', word)
      expect(quoted).toMatch(/^[ -~]+$/)
      expect(readPowerShell(quoted)).toBe(word)
    }),
  )
})

test.each([
  ['plain', "'plain'"],
  ["it's", "'it''s'"],
  ['$x `y "z"', `'$x \`y "z"'`],
  ['é', "('' + [char]0xe9)"],
  ['a’b', "('a' + [char]0x2019 + 'b')"],
  ['😀', "('' + [char]0xd83d + [char]0xde00)"],
])('for PowerShell %s is %s', (text, quoted) => {
  expect(quoteForShell('powershell', text)).toBe(quoted)
})
