import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type ExportFormat, renderExports } from './render-exports.ts'

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'sec/ret+',
  sessionToken: 'to/ken==',
  expiresAtMs: Date.UTC(2027, 0, 2, 3, 4, 5),
}

test.each<[ExportFormat, string]>([
  ['bash', "export AWS_SECRET_ACCESS_KEY='sec/ret+'\n"],
  ['fish', "set -gx AWS_SECRET_ACCESS_KEY 'sec/ret+'\n"],
  ['powershell', "$Env:AWS_SECRET_ACCESS_KEY = 'sec/ret+'\n"],
  ['env', 'AWS_SECRET_ACCESS_KEY=sec/ret+\n'],
  ['dotenv', 'AWS_SECRET_ACCESS_KEY=sec/ret+\n'],
])('%s lines', (format, line) => {
  expect(renderExports({ credentials }, format)).toContain(line)
})

test.each<[ExportFormat, string]>([
  ['bash', 'unset '],
  ['fish', 'set -e '],
  ['powershell', 'Remove-Item '],
])('%s first removes a profile that would win over the keys', (format, start) => {
  const first = renderExports({ credentials }, format).split('\n')[0]
  expect(first?.startsWith(start)).toBe(true)
  expect(first).toContain('AWS_PROFILE')
  expect(first).not.toMatch(/AWS_ACCESS_KEY_ID\b/)
})

test('json is the answer of a credential process', () => {
  expect(JSON.parse(renderExports({ credentials, region: 'eu-west-1' }, 'json'))).toEqual({
    Version: 1,
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'sec/ret+',
    SessionToken: 'to/ken==',
    Expiration: '2027-01-02T03:04:05Z',
  })
})

const nasty = `it's "a" $(touch x) \`y\` \\ ’z‘`

test('a shell that evaluates the lines sets the very values, whatever they hold', () => {
  const script = renderExports({ credentials, endpointUrl: nasty }, 'bash')
  const shell = spawnSync('sh', ['-c', `${script}printf '%s' "$AWS_ENDPOINT_URL$AWS_PROFILE"`], {
    env: { PATH: '/usr/bin:/bin', AWS_PROFILE: 'other' },
    encoding: 'utf8',
  })
  expect(shell.stdout).toBe(nasty)
})

test.each<[ExportFormat, string]>([
  ['fish', `'it\\'s "a" $(touch x) \`y\` \\\\ ’z‘'`],
  ['powershell', `('it''s "a" $(touch x) \`y\` \\ ' + [char]0x2019 + 'z' + [char]0x2018)`],
  ['dotenv', `"it's \\"a\\" \\$(touch x) \\\`y\\\` \\\\ ’z‘"`],
])('%s quotes what its readers would take for syntax', (format, quoted) => {
  expect(renderExports({ credentials, endpointUrl: nasty }, format)).toContain(quoted)
})

test('PowerShell lines are assignments of verbatim text, whatever the values hold', () => {
  const settings = { credentials, region: nasty, endpointUrl: nasty }
  const [first = '', ...lines] = renderExports(settings, 'powershell').trimEnd().split('\n')
  expect(first).toMatch(/^Remove-Item -ErrorAction SilentlyContinue Env:[A-Z_]+(, Env:[A-Z_]+)*$/)
  const literal = "'(?:[^']|'')*'"
  const value = `(?:${literal}|\\(${literal}(?: \\+ (?:${literal}|\\[char\\]0x[0-9a-f]+))+\\))`
  for (const line of lines) expect(line).toMatch(new RegExp(`^\\$Env:[A-Z_]+ = ${value}$`))
  expect(lines).toHaveLength(7)
})

test('a value with a line end is refused, without being shown', () => {
  const hostile = { ...credentials, sessionToken: 'abc\nexport X=1' }
  expect(() => renderExports({ credentials: hostile }, 'env')).toThrow(
    expect.objectContaining({
      code: 'unprintable-value',
      message: 'AWS_SESSION_TOKEN holds a control character',
    }),
  )
})
