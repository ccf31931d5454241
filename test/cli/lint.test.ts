import { expect, test } from 'vitest'
import { runStile, withFiles } from '../support/run-stile.ts'

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cache/*' }
const clean = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)
const everybody = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ ...statement, Principal: '*' }],
})
const twice = clean.replace('"s3:GetObject"', '["s3:GetObject", "s3:Get*"]')
const wrong = clean.replace('"Allow"', '"allow"')
const files = {
  'clean.json': clean,
  'everybody.json': everybody,
  'twice.json': twice,
  'wrong.json': wrong,
  'broken.json': '{',
}

test.each([
  [['clean.json'], 0],
  [['everybody.json'], 0],
  [['everybody.json', '--fail-on', 'security'], 1],
  [['twice.json', '--fail-on', 'security'], 0],
  [['twice.json', '--fail-on', 'suggestion'], 1],
  [['wrong.json'], 1],
  [['wrong.json', '--fail-on', 'suggestion'], 1],
  [['clean.json', 'wrong.json'], 1],
  [['broken.json'], 1],
  [['missing.json', 'wrong.json'], 2],
  [['.'], 2],
  [['clean.json', '--type', 'idntity'], 2],
  [['clean.json', '--format', 'xml'], 2],
  [['clean.json', '--fail-on', 'warning'], 2],
  [['clean.json', '--account', '12'], 2],
])('lint %j ends with %i', async (argv, wanted) => {
  await withFiles(files, async (cwd) => {
    const { exitCode, stdout, stderr } = await runStile(['lint', ...argv], { cwd })
    expect(exitCode, stdout + stderr).toBe(wanted)
    expect(stdout + stderr).not.toMatch(/\n\s+at /)
  })
})

test('text names file, line, column, code, path, remedy and link', async () => {
  await withFiles(files, async (cwd) => {
    const { stdout, stderr } = await runStile(['lint', 'wrong.json'], { cwd })
    expect(stdout).toContain('wrong.json:5:7 error bad-effect')
    expect(stdout).toContain('Statement[0].Effect: the effect is')
    expect(stdout).toContain('https://docs.aws.amazon.com/')
    expect(stdout).toContain('1 document: 1 error, 0 security warnings, 0 suggestions')
    expect(stderr).toContain('taken as identity')
    const told = await runStile(['lint', '--type', 'boundary', 'wrong.json'], { cwd })
    expect(told.stderr).toBe('')
  })
})

test('what can be read is linted although something else cannot', async () => {
  await withFiles(files, async (cwd) => {
    const { stdout, stderr } = await runStile(['lint', 'missing.json', 'wrong.json'], { cwd })
    expect(stdout).toContain('wrong.json:5:7')
    expect(stderr).toContain('`missing.json`: does not exist')
  })
})

test('reads standard input, and prints JSON', async () => {
  const { exitCode, stdout } = await runStile(['lint', '-', '--format', 'json'], {
    stdin: everybody,
  })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    files: [
      {
        file: '-',
        type: 'resource',
        findings: [
          {
            code: 'wildcard-principal',
            severity: 'security',
            path: 'Statement[0].Principal',
            position: { line: 1 },
          },
        ],
      },
    ],
    unreadable: [],
  })
})

test.each([
  ['no principal', { ...statement }, 'identity'],
  ['a principal and a resource', { ...statement, Principal: '*' }, 'resource'],
  [
    'a principal, no resource, sts alone',
    { Effect: 'Allow', Principal: '*', Action: ['sts:AssumeRole', 'sts:TagSession'] },
    'trust',
  ],
  [
    'a principal, no resource, other actions',
    { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' },
    'resource',
  ],
])('guesses the type: %s', async (_, given, type) => {
  const stdin = JSON.stringify({ Version: '2012-10-17', Statement: given })
  const { stdout } = await runStile(['lint', '-', '--format', 'json'], { stdin })
  expect(JSON.parse(stdout).files[0]).toMatchObject({ type })
})
