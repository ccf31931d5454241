import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { root, runStile, withFiles } from '../support/run-stile.ts'

const allowS3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const request = {
  principal: 'arn:aws:iam::111111111111:user/ana' as unknown,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  resourceAccount: '111111111111',
}
const policy = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})
const scenario = (id: string, parts: object = {}) => ({
  id,
  request,
  policies: { identity: [policy(allowS3)] },
  ...parts,
})
const line = (id: string, parts: object = {}): string => JSON.stringify(scenario(id, parts))

function answersOf(stdout: string) {
  return stdout
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each))
}

/** One scenario from standard input. */
async function answer(given: object) {
  const { stdout, stderr, exitCode } = await runStile(['evaluate', '-'], {
    stdin: JSON.stringify(given),
  })
  return { exitCode, stderr, ...answersOf(stdout)[0] }
}

test('a file of lines, a list, a single one, and a directory with what is below it, in order', async () => {
  const files = {
    'b.ndjson': `${line('b1')}\r\n\n${line('b2')}\n`,
    'a.json': JSON.stringify([scenario('a1'), scenario('a2')], null, 2),
    'c.json': `\ufeff${JSON.stringify(scenario('c'), null, 2)}`,
    'd.json': `${line('d1')}\n${line('d2')}\n`,
    'notes.txt': 'not read',
  }
  await withFiles(files, async (cwd) => {
    await mkdir(join(cwd, 'e', 'f'), { recursive: true })
    await writeFile(join(cwd, 'e', 'f', 'g.jsonl'), line('g'))
    const ids = async (...argv: readonly string[]) => {
      const { stdout, stderr, exitCode } = await runStile(['evaluate', ...argv], { cwd })
      expect([exitCode, stderr]).toEqual([0, ''])
      return answersOf(stdout).map(({ id }) => id)
    }
    expect(await ids('.')).toEqual(['a1', 'a2', 'b1', 'b2', 'c', 'd1', 'd2', 'g'])
    expect(await ids('c.json', 'b.ndjson', 'e')).toEqual(['c', 'b1', 'b2', 'g'])
  })
})

test('each malformed one is told by its place, and the others are answered', async () => {
  const unknown = { ...scenario('two'), policys: {} }
  const files = {
    's.ndjson': `${line('one')}\n{\n${JSON.stringify(unknown)}\n[]\n${line('last')}\n`,
    't.json': JSON.stringify([7, scenario('t')]),
  }
  await withFiles(files, async (cwd) => {
    const { stdout, stderr, exitCode } = await runStile(['evaluate', 's.ndjson', 't.json'], { cwd })
    expect(exitCode).toBe(2)
    const answers = answersOf(stdout)
    const told = answers.map(({ id, error }) => [id, error?.file, error?.line])
    expect(told).toEqual([
      ['one', undefined, undefined],
      [undefined, 's.ndjson', 2],
      ['two', 's.ndjson', 3],
      [undefined, 's.ndjson', 4],
      ['last', undefined, undefined],
      [undefined, 't.json', 1],
      ['t', undefined, undefined],
    ])
    expect(answers[2].error.problems).toEqual([
      'policys: there is no element `policys` here; did you mean `policies`?',
    ])
    expect(stderr.trim().split('\n')).toHaveLength(4)
    expect(stderr).toContain('s.ndjson:2: not JSON')
  })
})

test.each([
  ['an allow that is expected', { expect: { decision: 'allow' } }, 0],
  ['an allow that is not', { expect: { decision: 'implicitDeny' } }, 1],
  ['a denial nobody spoke of', { policies: {} }, 0],
  ['a denial that is expected', { policies: {}, expect: { decision: 'implicitDeny' } }, 0],
  [
    'a denial in another layer',
    { policies: {}, expect: { decision: 'implicitDeny', missing: 'scp' } },
    1,
  ],
  ['an expectation of a word that is none', { expect: { decision: 'deny' } }, 2],
  [
    'a policy that AWS would not take',
    { policies: { identity: [policy({ Effect: 'Allow' })] } },
    2,
  ],
  ['a misspelt layer', { policies: { identities: [] } }, 2],
  ['no id', { id: undefined }, 2],
])('%s', async (_, parts, exitCode) => {
  expect((await answer(scenario('s', parts))).exitCode).toBe(exitCode)
})

test('a malformed one outranks a failed expectation, whatever their order', async () => {
  const failed = line('failed', { expect: { decision: 'implicitDeny' } })
  for (const lines of [
    ['{', failed],
    [failed, '{'],
  ]) {
    const { exitCode } = await runStile(['evaluate', '-'], { stdin: lines.join('\n') })
    expect(exitCode).toBe(2)
  }
})

test('the account that owns the resource is asked for, not guessed', async () => {
  const { resourceAccount: _, ...open } = request
  const found = await answer(scenario('s', { request: open }))
  expect(found.exitCode).toBe(2)
  expect(found.error.problems[0]).toMatch(/^request\.resourceAccount: /)
  const role = 'arn:aws:iam::111111111111:role/r'
  const told = { ...open, action: 'iam:GetRole', resource: role }
  expect((await answer(scenario('s', { request: told }))).decision).toBe('implicitDeny')
  const wrong = { ...told, resourceAccount: '222222222222' }
  expect((await answer(scenario('s', { request: wrong }))).exitCode).toBe(2)
})

const session = 'arn:aws:sts::111111111111:assumed-role/r/s1'

test.each([
  ['an ARN', session, 'allow'],
  ['an object', { arn: session, roleArn: 'arn:aws:iam::111111111111:role/team/r' }, 'allow'],
  ['nobody at all', { type: 'Anonymous' }, 'implicitDeny'],
  ['a service', { type: 'Service', service: 'ec2.amazonaws.com' }, 'implicitDeny'],
  ['a provider', { type: 'Federated', arn: 'accounts.google.com' }, 'implicitDeny'],
])('who calls as %s', async (_, principal, decision) => {
  const found = await answer(scenario('s', { request: { ...request, principal } }))
  expect(found).toMatchObject({ exitCode: 0, decision })
})

test.each([
  'arn:aws:iam::111111111111:role/r',
  { arn: session, roleArn: 'arn:aws:iam::111111111111:role/other' },
  { type: 'Stranger' },
  null,
])('%j is no caller', async (principal) => {
  const found = await answer(scenario('s', { request: { ...request, principal } }))
  expect(found.exitCode).toBe(2)
  expect(found.error.problems[0]).toMatch(/^request\.principal: /)
})

test('what rests on a path that the ARN does not tell says so', async () => {
  const Condition = { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/r' } }
  const policies = { identity: [policy({ ...allowS3, Condition })] }
  const by = (principal: unknown) =>
    answer(scenario('s', { request: { ...request, principal }, policies }))
  expect(await by(session)).toMatchObject({ decision: 'allow', certainty: 'assumed' })
  const roleArn = 'arn:aws:iam::111111111111:role/team/r'
  expect(await by({ arn: session, roleArn })).toMatchObject({
    decision: 'implicitDeny',
    certainty: 'documented',
  })
})

test.each([
  ['missing.json', 'does not exist'],
  ['.', 'holds no scenarios'],
])('%s is a mistake, not nothing to do', async (path, words) => {
  await withFiles({ 'notes.txt': '' }, async (cwd) => {
    const { exitCode, stdout, stderr } = await runStile(['evaluate', path], { cwd })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(words)
  })
})

test('each answer comes before the next question is asked', async () => {
  const child = spawn(process.execPath, [join(root, 'bin/stile.js'), 'evaluate', '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  for (const id of ['first', 'second']) {
    child.stdin.write(`${line(id)}\n`)
    const { value } = await answers.next()
    expect(JSON.parse(String(value))).toMatchObject({ id, decision: 'allow' })
  }
  child.stdin.end()
  expect(await once(child, 'close')).toEqual([0, null])
})
