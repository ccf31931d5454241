import { expect, test } from 'vitest'
import { deriveContext } from './derive-context.ts'
import { parsePrincipal } from './parse-principal.ts'

const session = 'arn:aws:sts::111111111111:assumed-role/app/s1'

test.each([
  ['arn:aws:iam::111111111111:root', { kind: 'root', accountId: '111111111111' }],
  ['arn:aws:iam::111111111111:user/team/ana', { kind: 'user' }],
  ['arn:aws:sts::111111111111:federated-user/kim', { kind: 'federatedUser' }],
  [
    session,
    {
      kind: 'roleSession',
      roleArn: 'arn:aws:iam::111111111111:role/app',
      roleArnIsDerived: true,
      sessionName: 's1',
    },
  ],
  [
    { arn: session, roleArn: 'arn:aws:iam::111111111111:role/team/app', uniqueId: 'AROAX' },
    { roleArn: 'arn:aws:iam::111111111111:role/team/app', roleArnIsDerived: false },
  ],
  [{ type: 'Anonymous' }, { kind: 'anonymous' }],
  [{ type: 'Service', service: 'ec2.amazonaws.com' }, { kind: 'service' }],
  [{ type: 'Federated', arn: 'accounts.google.com' }, { kind: 'federated' }],
])('%j is a caller', (value, principal) => {
  expect(parsePrincipal(value)).toMatchObject(principal)
})

test.each([
  undefined,
  null,
  7,
  [],
  '',
  '111111111111',
  'arn:aws:iam::111111111111:role/app',
  'arn:aws:iam::111111111111:group/devs',
  'arn:aws:iam::11111111111:user/ana',
  'arn:aws:iam::111111111111:user/',
  'arn:aws:sts::111111111111:assumed-role/app',
  'arn:aws:sts::111111111111:assumed-role/a/b/c',
  { arn: session, roleArn: 'arn:aws:iam::111111111111:role/other' },
  { arn: session, roleArn: 'arn:aws:iam::222222222222:role/app' },
  { arn: session, path: '/team/' },
  { type: 'anonymous' },
  { type: 'Service' },
  { type: 'Service', service: 7 },
  { type: 'toString' },
])('%j is no caller', (value) => {
  expect(parsePrincipal(value)).toBeUndefined()
})

test('what does not follow from the principal is left out', () => {
  const derive = (value: unknown): unknown => {
    const principal = parsePrincipal(value)
    return principal && deriveContext(principal)
  }
  expect(derive(session)).toEqual({
    'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/app',
    'aws:PrincipalAccount': '111111111111',
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': false,
  })
  expect(derive({ arn: 'arn:aws:iam::111111111111:user/team/ana', uniqueId: 'AIDAX' })).toEqual({
    'aws:PrincipalArn': 'arn:aws:iam::111111111111:user/team/ana',
    'aws:PrincipalAccount': '111111111111',
    'aws:PrincipalType': 'User',
    'aws:username': 'ana',
    'aws:userid': 'AIDAX',
    'aws:PrincipalIsAWSService': false,
  })
  expect(derive({ type: 'Anonymous' })).toEqual({ 'aws:PrincipalType': 'Anonymous' })
})
