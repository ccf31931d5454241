import { expect, test } from 'vitest'
import { startLocalAws } from '../../local/index.ts'
import { parseSeedFile } from './seed-file.ts'

const everything = `
accounts:
  build:
    id: "111111111111"
    rootKey: { accessKeyId: any, secretAccessKey: text }
    policies:
      listing: &listing
        Version: 2012-10-17
        Statement: [{ Effect: Allow, Action: "s3:ListBucket", Resource: "*" }]
    users:
      ana:
        path: /team/
        keys: [{ accessKeyId: ana, secretAccessKey: secret }]
        managedPolicies: [AdministratorAccess, listing]
        inlinePolicies: { own: *listing }
        boundary: listing
        tags: { team: build }
        mfa: { name: phone, seed: JBSWY3DPEHPK3PXP }
      ben:
    roles:
      runner:
        trust:
          Version: 2012-10-17
          Statement:
            - Effect: Allow
              Principal: { AWS: "arn:aws:iam::222222222222:role/deploy" }
              Action: sts:AssumeRole
  target:
    id: "222222222222"
    roles:
      deploy:
        trust:
          Version: 2012-10-17
          Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: sts:AssumeRole }]
organization:
  managementAccount: build
  units: { Workloads: { units: { Production: { accounts: [target] } }, accounts: [] } }
  policies:
    no-buckets:
      type: SERVICE_CONTROL_POLICY
      document:
        Version: 2012-10-17
        Statement: [{ Effect: Deny, Action: "s3:CreateBucket", Resource: "*" }]
      targets: [Root, Workloads/Production, target]
`

test('a file with everything in it is a seed that a server takes', async () => {
  const parsed = parseSeedFile({ file: 'seed.yaml', text: everything })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const [build] = parsed.seed.accounts
  expect(build?.users).toMatchObject([
    {
      name: 'ana',
      boundaryArn: 'arn:aws:iam::111111111111:policy/listing',
      managedPolicyArns: [
        'arn:aws:iam::aws:policy/AdministratorAccess',
        'arn:aws:iam::111111111111:policy/listing',
      ],
    },
    { name: 'ben' },
  ])
  expect(parsed.seed.organization?.policies?.[0]?.targets).toEqual([
    'Root',
    'Workloads/Production',
    '222222222222',
  ])
  const local = await startLocalAws({ seed: parsed.seed })
  try {
    expect(local.userCredentials('111111111111', 'ana').accessKeyId).toBe('ana')
    expect(local.rootCredentials('111111111111').secretAccessKey).toBe('text')
  } finally {
    await local.stop()
  }
})

test('JSON is read too', () => {
  const text = '{"accounts": {"one": {"id": "111111111111"}}}'
  const parsed = parseSeedFile({ file: 'seed.json', text })
  expect(parsed).toMatchObject({ ok: true, seed: { accounts: [{ id: '111111111111' }] } })
})

const trust =
  '{ Version: 2012-10-17, Statement: [{ Effect: Allow, Principal: "*", Action: "sts:*" }] }'

test.each([
  ['', '1:1 missing-key'],
  ['accounts: [', '1:12 yaml'],
  ['accounts:\n  one: { id: 111111111111 }', '2:14 wrong-type'],
  ['accounts:\n  one: { id: "1" }', '2:14 account-id'],
  [
    'accounts:\n  one: { id: "111111111111" }\n  two: { id: "111111111111" }',
    '3:14 duplicate-account',
  ],
  ['accounts:\n  one: { id: "111111111111", user: {} }', '2:30 unknown-key'],
  ['accounts:\n  one:\n    id: "111111111111"\n    users: { "a b": }', '4:14 iam-name'],
  [
    'accounts:\n  one:\n    id: "111111111111"\n    users: { ana: { managedPolicies: [AdminAccess] } }',
    '4:39 unknown-policy',
  ],
  [
    'accounts:\n  one:\n    id: "111111111111"\n    roles: { r: { trust: { Version: 2012-10-17 } } }',
    '4:19 missing-element',
  ],
  [
    `accounts:\n  one:\n    id: "111111111111"\n    roles: { r: { trust: ${trust}, boundary: none } }`,
    '4:126 unknown-policy',
  ],
  [
    'accounts: { one: { id: "111111111111" } }\norganization: { managementAccount: two }',
    '2:36 unknown-account',
  ],
  [
    'accounts: { one: { id: "111111111111" } }\norganization: { managementAccount: one, accounts: [one] }',
    '2:52 duplicate-member',
  ],
])('%j has its problem at its place', (text, problem) => {
  const parsed = parseSeedFile({ file: 'seed.yaml', text })
  if (parsed.ok) throw new Error('it was taken')
  const told = parsed.problems.map(
    ({ position, code }) => `${position.line}:${position.column} ${code}`,
  )
  expect(told).toContain(problem)
})

test('every problem is told, in order', () => {
  const text = 'accounts:\n  one: { id: "1" }\n  two: { id: "2" }'
  const parsed = parseSeedFile({ file: 'seed.yaml', text })
  expect(parsed.ok ? [] : parsed.problems.map(({ position }) => position.line)).toEqual([2, 3])
})
