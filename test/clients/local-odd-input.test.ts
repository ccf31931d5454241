import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadService } from '../../src/local/protocol/load-service.ts'
import type { Shape } from '../../src/local/protocol/service-model.ts'
import { operationNames } from '../../src/local/protocol/service-model.ts'
import { signPost } from '../support/sign-request.ts'
import type { RawAnswer, TwoAccounts } from '../support/two-accounts.ts'
import { sendRaw, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

async function post(service: string, body: string): Promise<RawAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const host = `127.0.0.1:${world.aws.port}`
  const place = { service, host, nowMs: world.nowMs() }
  return await sendRaw(world.aws, signPost(world.root(world.home), { headers, body }, place))
}

const versions = { sts: '2011-06-15', iam: '2010-05-08' } as const

const oddities = [
  '',
  'x',
  '__proto__',
  '-1',
  '3600',
  'true',
  '/',
  '{}',
  'arn:aws:iam::111111111111:policy/x',
  'arn:aws:iam::222222222222:role/x',
  'arn:aws:iam::aws:policy/None',
  '\u{1f600}\u0000',
]

const operations = (['sts', 'iam'] as const).flatMap((service) =>
  operationNames(loadService(service)).map((name) => ({ service, name })),
)

const anyone = (statement: string): string =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",${statement}}]}`

/** Members that are checked so strictly that an oddity in them would hide all others. */
const fitting: Readonly<Record<string, string>> = {
  Path: '/',
  NewPath: '/',
  PathPrefix: '/',
  Status: 'Active',
  AssumeRolePolicyDocument: anyone('"Principal":"*","Action":"sts:AssumeRole"'),
  PolicyDocument: anyone('"Action":"*","Resource":"*"'),
}

/** The form of an input in which every text is the oddity, and everything else is what it should be. */
function fill(form: URLSearchParams, place: { path: string; shape: Shape }, oddity: string): void {
  const { path, shape } = place
  if (shape.kind === 'structure') {
    for (const member of shape.members) {
      if (member.name === 'Marker') continue
      const inner = path === '' ? member.wireName : `${path}.${member.wireName}`
      fill(form, { path: inner, shape: member.shape }, oddity)
    }
  } else if (shape.kind === 'list') {
    fill(form, { path: `${path}.member.1`, shape: shape.item.shape }, oddity)
  } else if (shape.kind === 'number') form.append(path, '3600')
  else if (shape.kind === 'boolean') form.append(path, 'true')
  else if (shape.kind === 'string') form.append(path, fitting[path] ?? oddity)
}

test('no operation breaks down whatever its texts are', async () => {
  const broken: string[] = []
  let readings = 0
  for (const { service, name } of operations) {
    const shape = loadService(service).operations.get(name)?.input
    for (const oddity of oddities) {
      const form = new URLSearchParams({ Action: name, Version: versions[service] })
      if (shape !== undefined) fill(form, { path: '', shape }, oddity)
      const { status, body } = await post(service, form.toString())
      if (status === 200 || status === 404 || status === 409) readings += 1
      if (status === 500) broken.push(`${name} ${oddity}: ${body}`)
    }
  }
  expect(broken).toEqual([])
  // Else the inputs would be refused before any handler saw them, and the test would prove nothing.
  expect(readings).toBeGreaterThan(100)
}, 60_000)

test.each([
  ['no action', '', 400],
  ['an unknown action', 'Action=Nonsense', 400],
  ['an action of the other service', 'Action=CreateUser', 400],
  ['two actions', 'Action=GetCallerIdentity&Action=GetSessionToken', 400],
  ['a broken encoding', 'Action=%zz', 400],
])('%s', async (_name, body, status) => {
  expect((await post('sts', body)).status).toBe(status)
})
