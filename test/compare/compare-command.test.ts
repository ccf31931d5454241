import { expect, test } from 'vitest'
import { runStile, withFiles } from '../support/run-stile.ts'

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }
const more = { ...read, Action: ['s3:GetObject', 's3:DeleteObject'] }
const files = {
  'old.json': policy(read),
  'new.json': policy(more),
  'same.json': policy(read, read),
}

test('compare shows what is new with a request, and fails where it is told to', async () => {
  await withFiles(files, async (cwd) => {
    const plain = await runStile(['compare', 'old.json', 'new.json'], { cwd })
    expect(plain).toMatchObject({ exitCode: 0, stderr: '' })
    expect(plain.stdout).toContain('the new policy also allows s3:DeleteObject\n')
    expect(plain.stdout).toMatch(/for example: .*: s3:DeleteObject on arn:aws:s3:::b\/example\n/)
    const codes: Readonly<Record<string, number>> = {
      'old.json new.json --fail-on broader': 1,
      'old.json new.json --fail-on any': 1,
      'new.json old.json --fail-on broader': 0,
      'new.json old.json --fail-on any': 1,
      'old.json same.json --fail-on any': 0,
      'old.json new.json --fail-on all': 2,
      'old.json none.json': 2,
      'old.json new.json --type trust': 2,
    }
    for (const [argv, exitCode] of Object.entries(codes)) {
      expect(await runStile(['compare', ...argv.split(' ')], { cwd }), argv).toMatchObject({
        exitCode,
      })
    }
  })
})

test('compare and prove print one JSON object', async () => {
  await withFiles(files, async (cwd) => {
    const compared = await runStile(['compare', 'old.json', 'new.json', '--json'], { cwd })
    expect(JSON.parse(compared.stdout)).toMatchObject({
      version: 1,
      verdict: 'broader',
      gained: { differences: [{ statement: 0, witness: { action: 's3:DeleteObject' } }] },
    })
    const argv = ['prove', 'new.json', '--never', 'principal can s3:Delete*', '--json']
    const proved = await runStile(argv, { cwd })
    expect(proved.exitCode).toBe(1)
    expect(JSON.parse(proved.stdout)).toMatchObject({
      version: 1,
      answers: [{ source: 'new.json', proof: { kind: 'refuted', statement: 0 } }],
    })
  })
})

test('prove answers for every policy', async () => {
  await withFiles(files, async (cwd) => {
    const argv = ['prove', '--never', 'principal can s3:DeleteObject', 'old.json', 'new.json']
    const { exitCode, stdout } = await runStile(argv, { cwd })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^proved old\.json\nrefuted new\.json, Statement\[0\]\n {2}arn:/)
    const one = await runStile(argv.slice(0, -1), { cwd })
    expect(one.exitCode).toBe(0)
    const wrong = await runStile(['prove', 'old.json', '--never', 'nobody'], { cwd })
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' })
  })
})
