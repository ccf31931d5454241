import { expect, test } from 'vitest'
import { runStile } from '../support/run-stile.ts'

const policies = 'docs/explain/policies'
const deployer = 'arn:aws:iam::222222222222:role/team/deployer'
const runner = '111111111111:role/gitlab-runner'

async function json(argv: readonly string[], stdin = '') {
  const { stdout, stderr, exitCode } = await runStile([...argv, '--json'], { stdin })
  expect(stderr).not.toContain('bug:')
  return { exitCode, ...JSON.parse(stdout) }
}

test('the change that a directory’s answer names, made, turns it around', async () => {
  const question = ['explain', runner, 'sts:AssumeRole', deployer, '--policies', policies]
  const before = await json(question)
  expect(before.exitCode).toBe(1)
  const [change] = before.explanations[0].flip.changes
  expect(change).toMatchObject({ kind: 'sendContext', key: 'sts:ExternalId', value: 'deploy-7' })
  const after = await json([...question, '-c', `${change.key}=${change.value}`])
  expect(after.exitCode).toBe(0)
  expect(after.explanations[0].flip).toMatchObject({ to: 'deny' })
})

test('a refusal from standard input is explained with the time of its event', async () => {
  const event = JSON.stringify({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    eventTime: '2026-05-01T10:00:00Z',
    errorCode: 'AccessDenied',
    userIdentity: { arn: 'arn:aws:sts::111111111111:assumed-role/gitlab-runner/job' },
    requestParameters: { roleArn: deployer, externalId: 'deploy-8' },
  })
  const { explanations } = await json(['explain', '--denied', '-', '--policies', policies], event)
  expect(explanations[0].request.context).toMatchObject({
    'aws:CurrentTime': '2026-05-01T10:00:00Z',
    'sts:ExternalId': 'deploy-8',
  })
  expect(explanations[0].cause.text).toContain('demands sts:ExternalId `deploy-7`')
})

test('what a refusal leaves out can be given, and what the source lacks is said', async () => {
  const denied = ['explain', '--denied', '-', '--policies', policies]
  const bare = await runStile(denied, { stdin: 'Access Denied' })
  expect(bare.exitCode).toBe(2)
  expect(bare.stderr).toContain('the message does not say')
  const whole = await json(
    [...denied, runner, 's3:GetObject', 'arn:aws:s3:::artifacts/k'],
    'Access Denied',
  )
  expect(whole.explanations[0].flip.changes.map(({ kind }: { kind: string }) => kind)).toEqual([
    'addStatement',
    'addStatement',
  ])
  const stranger = 'arn:aws:iam::333333333333:user/eve'
  const outside = await json([
    'explain',
    stranger,
    'sts:AssumeRole',
    deployer,
    '--policies',
    policies,
  ])
  expect(outside.explanations[0].notes[0]).toContain('not read: the account 333333333333')
})

test('an allow that AWS refused is told apart', async () => {
  const text = `User: arn:aws:iam::222222222222:user/ana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::artifacts/k with an explicit deny in a service control policy`
  const mfa = ['-c', 'aws:MultiFactorAuthPresent=true']
  const { explanations } = await json(
    ['explain', '--denied', '-', '--policies', policies, ...mfa],
    text,
  )
  expect(explanations[0].decision.kind).toBe('allow')
  expect(explanations[0].notes[0]).toMatch(
    /^AWS says: an explicit deny in a service control policy, and/,
  )
})

test('an encoded message is sent to AWS’s decoder', async () => {
  const { stderr, exitCode } = await runStile(
    ['explain', '--denied', '-', '--policies', policies],
    {
      stdin: 'x'.repeat(120),
    },
  )
  expect(exitCode).toBe(2)
  expect(stderr).toContain('aws sts decode-authorization-message')
})

test('who-can streams one object a line and agrees with explain', async () => {
  const question = ['s3:PutObject', 'arn:aws:s3:::artifacts/k', '--policies', policies]
  const { stdout, exitCode } = await runStile(['who-can', ...question, '--ndjson'])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(exitCode).toBe(0)
  expect(lines.map(({ who, route }) => [who, route.length])).toEqual([
    [deployer, 0],
    ['arn:aws:iam::222222222222:root', 0],
    ['arn:aws:iam::111111111111:role/gitlab-runner', 1],
    ['999999999999', 1],
    ['ec2.amazonaws.com', 2],
  ])
  const direct = lines.filter(({ route }) => route.length === 0)
  for (const { who } of direct) {
    const { explanations } = await json(['explain', who, ...question])
    expect(explanations[0].decision.kind).toBe('allow')
  }
})

test('nobody is an answer of its own', async () => {
  const role = 'arn:aws:iam::222222222222:role/none'
  const asked = ['who-can', 'sts:AssumeRole', role, '--policies', policies]
  const { stdout, stderr, exitCode } = await runStile(asked)
  expect(exitCode).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain('nobody that is known here')
})

test.each([
  [['who-can', 's3:*', '*', '--policies', policies], 'is no action'],
  [
    ['who-can', 's3:GetObject', 'arn:aws:s3:::unknown/k', '--policies', policies],
    '--resource-account',
  ],
  [['who-can', 's3:GetObject', '*', '--policies', 'docs'], 'holds no account'],
  [
    ['what-can', '222222222222:role/nobody', '--policies', policies],
    'is nobody that is known here',
  ],
  [['explain', 'a', 'b', 'c', '--policies', policies, '--live'], 'two sources'],
])('%j ends with exit 2 and says why', async (argv, words) => {
  const { stderr, exitCode } = await runStile(argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(words)
})
