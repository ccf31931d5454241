import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { root } from '../support/run-stile.ts'

interface Row {
  readonly name: string
  readonly minimum: number
  readonly median: number
  readonly maximum: number
  readonly ratio: Readonly<Record<string, number>>
}

const operations = [
  'AssumeRole',
  'GetCallerIdentity',
  'CreateRole',
  'PutObject 1 KiB',
  'GetObject 1 KiB',
]

const transfers = ['PutObject 1 MiB', 'GetObject 1 MiB', 'ECR push of 1 MiB']

/** What every benchmark prints, in its order; the first row is what the others are compared with, except of `local`. */
const rows: Readonly<Record<string, readonly string[]>> = {
  engine: [
    'JSON copy of the request',
    'across accounts',
    'across accounts, each time another caller',
    'across accounts, three conditions',
    '10 × 20 statements, all match the action',
    '10 × 20 statements of other actions',
    'the same request asked of Cedar',
    ...[
      'other actions',
      'other action patterns',
      'other resources',
      'other objects',
      'other variables',
      'other resources, any action',
      'other roles of the account',
      'resources that differ after a star',
    ].flatMap((what) => ['10', '100'].map((count) => `${count} statements of ${what}`)),
    '10 × 20 statements: parse and compile',
    'parse and compile 100 statements',
    'parse and compile 1,000 statements',
    ...[
      '1 star on',
      '4 stars on',
      '13 stars on',
      '13 stars and a question mark on',
      '13 stars, 10 characters between, on',
    ].flatMap((what) => ['1,000', '10,000'].map((size) => `${what} ${size} characters`)),
  ],
  'who-can': ['20 accounts', '100 accounts'].flatMap((size) => [
    `every role, ${size}`,
    `sts:AssumeRole on one role, ${size}`,
    `s3:GetObject on one bucket, ${size}`,
  ]),
  access: [10, 20].flatMap((size) =>
    ['YAML', 'parse', 'compile', 'check'].map((step) => `${step}, ${size} grants`),
  ),
  cli: ['node -e 0', '`stile --version`', '`stile --help`', '`stile check` of an example'],
  session: [
    'node -e 0',
    '`credential-process`, kept',
    '`stile --help`',
    '`exec` of a kept session',
  ],
  local: [
    '`stile local` ready',
    '`stile local` resident',
    ...[...operations, ...transfers].flatMap((name) =>
      ['1 connection', '8 connections', '64 connections'].map((count) => `${name}, ${count}`),
    ),
  ],
  apply: ['one call of the AWS SDK', 'per account, 2 accounts', 'per account, 4 accounts'],
}

/** Rows of programs that not every machine has. */
const dependsOnMachine = /^`aws |^first paint of the picker$/

// Several servers and processes start here, one after the other.
const timeout = 90_000

test.each(Object.entries(rows))(
  'bench %s measures all that it is for',
  { timeout },
  async (name, expected) => {
    const { exitCode, stdout, stderr } = await bench([name, '--json', ...short])
    expect(stderr).toBe(`measuring ${name}…\n`)
    expect(exitCode).toBe(0)
    const [measured] = JSON.parse(stdout).benchmarks as { readonly rows: readonly Row[] }[]
    const names = measured?.rows
      .map((row) => row.name)
      .filter((each) => !dependsOnMachine.test(each))
    expect(names).toEqual(expected)
    for (const row of measured?.rows ?? []) {
      expect(row.minimum).toBeGreaterThan(0)
      expect(row.median).toBeGreaterThanOrEqual(row.minimum)
      expect(row.maximum).toBeGreaterThanOrEqual(row.median)
      for (const ratio of Object.values(row.ratio)) expect(ratio).toBeGreaterThan(0)
    }
  },
)

test('bench prints a table for people', async () => {
  const { exitCode, stdout } = await bench(['engine', ...short])
  expect(exitCode).toBe(0)
  const names = rows.engine ?? []
  const lines = stdout.split('\n').filter((line) => names.some((each) => line.startsWith(each)))
  expect(lines.length).toBe(names.length)
  for (const line of lines.filter((each) => each.includes('  /s  '))) {
    expect(line).toMatch(/ × JSON copy of the request/)
  }
  expect(lines.some((line) => /allocates \d+ bytes/.test(line))).toBe(true)
})

test.each([
  [
    ['nothing'],
    'no benchmark `nothing`; there are engine, who-can, access, cli, session, local, apply\n',
  ],
  [['engine', '--seconds', 'x'], /^--seconds takes a number above 0/],
])('bench %j is a mistake', async (argv, message) => {
  const { exitCode, stderr } = await bench(argv)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(message)
})

const short = ['--small', '--seconds', '0.01', '--runs', '1']

async function bench(argv: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'bench/run.js'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr }
}
