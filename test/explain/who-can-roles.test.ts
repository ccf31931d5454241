import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runStile } from '../support/run-stile.ts'

const hub = '111111111111'
const others = ['222222222222', '333333333333']
let directory = ''

const service = {
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
}
const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }

async function save(path: string, statement: object): Promise<void> {
  const whole = join(directory, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-who-can-'))
  await save(`${hub}/roles/registry/trust.json`, {
    ...service,
    Principal: '*',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-example0000' } },
  })
  await save(`${hub}/roles/partner/trust.json`, { ...service, Principal: { AWS: others[0] } })
  await save(`${hub}/roles/closed/trust.json`, { ...service, Effect: 'Deny' })
  for (const account of others) {
    for (const name of ['one', 'two']) {
      await save(`${account}/roles/${name}/trust.json`, service)
      await save(`${account}/roles/${name}/inline/assume.json`, assume)
    }
  }
})

afterAll(() => rm(directory, { recursive: true, force: true }))

function ask(pattern: string, ...more: readonly string[]) {
  return runStile(['who-can', 'sts:AssumeRole', pattern, '--policies', directory, ...more])
}

test('every role comes with sets of those who may assume it', async () => {
  const { stdout, exitCode } = await ask(`arn:aws:iam::${hub}:role/*`)
  expect(exitCode).toBe(0)
  const one = `arn:aws:iam::${others[0]}:role/one`
  expect(stdout).toBe(
    [
      `arn:aws:iam::${hub}:role/partner`,
      `  2 of ${others[0]} under the same policies, as ${one}`,
      `arn:aws:iam::${hub}:role/registry`,
      `  3 of ${hub} under the same policies, as arn:aws:iam::${hub}:role/closed, if aws:PrincipalOrgID \`o-example0000\``,
      `  4 of any account under the same policies (assume), as ${one}, if aws:PrincipalOrgID \`o-example0000\``,
      '  everybody, if aws:PrincipalOrgID `o-example0000`',
      '',
    ].join('\n'),
  )
})

test('for machines each set of one account has its members', async () => {
  const { stdout } = await ask(`arn:aws:iam::*:role/partner`, '--ndjson')
  const members = ['one', 'two'].map((name) => `arn:aws:iam::${others[0]}:role/${name}`)
  expect(JSON.parse(stdout)).toEqual({
    role: `arn:aws:iam::${hub}:role/partner`,
    whoCan: [
      {
        kind: 'role',
        who: members[0],
        account: others[0],
        size: 2,
        members,
        provisos: [],
        certainty: 'documented',
      },
    ],
  })
})

test('a condition that is given is decided, and nobody is no answer', async () => {
  const { stdout } = await ask(
    `arn:aws:iam::${hub}:role/reg*`,
    '--json',
    '-c',
    'aws:PrincipalOrgID=o-other000000',
  )
  expect(JSON.parse(stdout).roles).toEqual([])
  const closed = await ask(`arn:aws:iam::${hub}:role/clos*`)
  expect(closed.exitCode).toBe(1)
  expect(closed.stderr).toContain('nobody that is known here may assume a role')
})
