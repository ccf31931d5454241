import { expect, test } from 'vitest'
import { parseRefusals } from './explain-denied.ts'
import { isEncoded, parseDenial } from './explain-denied-message.ts'

const ana = 'arn:aws:iam::111111111111:user/ana'
const session = 'arn:aws:sts::111111111111:assumed-role/runner/job'
const object = 'arn:aws:s3:::logs/a'

const messages: readonly (readonly [string, object])[] = [
  [
    `User: ${ana} is not authorized to perform: s3:GetObject on resource: "${object}" because no identity-based policy allows the s3:GetObject action`,
    {
      principal: ana,
      action: 's3:GetObject',
      resource: object,
      stated: { kind: 'implicitDeny', policy: 'identity-based policy' },
    },
  ],
  [
    `User: ${session} is not authorized to perform: codecommit:ListRepositories with an explicit deny in a service control policy`,
    {
      principal: session,
      action: 'codecommit:ListRepositories',
      stated: { kind: 'explicitDeny', policy: 'service control policy' },
    },
  ],
  [
    `User: ${ana} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111111111111:role/x with an explicit deny in an identity-based policy: arn:aws:iam::111111111111:policy/guard`,
    {
      resource: 'arn:aws:iam::111111111111:role/x',
      stated: {
        kind: 'explicitDeny',
        policy: 'identity-based policy',
        arn: 'arn:aws:iam::111111111111:policy/guard',
      },
    },
  ],
  ...[
    'permissions boundary',
    'session policy',
    'resource-based policy',
    'VPC endpoint policy',
    'service control policy',
    'role trust policy',
  ].map(
    (policy) =>
      [
        `User: ${ana} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:222222222222:q because no ${policy} allows the sqs:SendMessage action`,
        { stated: { kind: 'implicitDeny', policy } },
      ] as const,
  ),
  ...[
    'the role trust policy',
    'a permissions boundary',
    'a session policy',
    'a VPC endpoint policy',
    'a resource control policy',
  ].map(
    (policy) =>
      [
        `User: ${ana} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/r with an explicit deny in ${policy}`,
        { stated: { kind: 'explicitDeny', policy: policy.replace(/^(the|a) /, '') } },
      ] as const,
  ),
  [
    `An error occurred (AccessDeniedException) when calling the Decrypt operation: User: ${session} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no resource-based policy allows the kms:Decrypt action`,
    {
      principal: session,
      action: 'kms:Decrypt',
      stated: { kind: 'implicitDeny', policy: 'resource-based policy' },
    },
  ],
  [
    'User: anonymous is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"',
    { principal: 'anonymous' },
  ],
  [
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    { action: 'sts:AssumeRoleWithWebIdentity' },
  ],
]

test.each(messages)('%s', (text, expected) => {
  expect(parseDenial(text)).toMatchObject(expected)
})

test('what a message leaves out is said', () => {
  expect(parseDenial('Access Denied')?.lost).toHaveLength(1)
  expect(
    parseDenial(
      'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
    )?.lost[0],
  ).toContain('GetObject')
  expect(parseDenial('NoSuchKey: it is gone')).toBeUndefined()
})

const event = {
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  eventTime: '2026-05-01T10:00:00Z',
  sourceIPAddress: '203.0.113.9',
  errorCode: 'AccessDenied',
  errorMessage: 'no text that anybody knows',
  userIdentity: { type: 'AssumedRole', arn: session },
  requestParameters: {
    roleArn: 'arn:aws:iam::222222222222:role/r',
    roleSessionName: 'job',
    externalId: 'x',
    tags: [{ key: 'team', value: 'platform' }],
  },
}
const fromEvent = {
  principal: session,
  action: 'sts:AssumeRole',
  resource: 'arn:aws:iam::222222222222:role/r',
  context: {
    'sts:ExternalId': 'x',
    'sts:RoleSessionName': 'job',
    'aws:SourceIp': '203.0.113.9',
    'aws:CurrentTime': '2026-05-01T10:00:00Z',
    'aws:RequestTag/team': 'platform',
    'aws:TagKeys': ['team'],
  },
}

test.each([
  ['bare', event],
  ['of EventBridge', { 'detail-type': 'AWS API Call via CloudTrail', detail: event }],
  ['of lookup-events', { Events: [{ EventId: 'e', CloudTrailEvent: JSON.stringify(event) }] }],
  [
    'of a log file, among others',
    { Records: [{ ...event, errorCode: undefined, errorMessage: undefined }, event] },
  ],
])('a CloudTrail event %s', (_, value) => {
  expect(parseRefusals(JSON.stringify(value))).toMatchObject([fromEvent])
})

test('a call whose permission has another name, and an address that is a service', () => {
  const listing = {
    ...event,
    eventSource: 's3.amazonaws.com',
    eventName: 'ListObjectsV2',
    sourceIPAddress: 'athena.amazonaws.com',
    requestParameters: { bucketName: 'logs' },
  }
  const [found] = parseRefusals(JSON.stringify(listing))
  expect(found).toMatchObject({ action: 's3:ListBucket', resource: 'arn:aws:s3:::logs' })
  expect(found?.context).not.toHaveProperty('aws:SourceIp')
})

const decoded = {
  allowed: false,
  explicitDeny: false,
  matchedStatements: { items: [] },
  failures: { items: [] },
  context: {
    principal: { id: 'AIDA', name: 'ana', arn: ana },
    action: 'ec2:RunInstances',
    resource: 'arn:aws:ec2:eu-west-1:111111111111:instance/*',
    conditions: {
      items: [
        { key: 'ec2:InstanceType', values: { items: [{ value: 't3.micro' }] } },
        { key: 'aws:Account', values: { items: [{ value: '111111111111' }] } },
      ],
    },
  },
}

test.each([
  ['as AWS prints it', { DecodedMessage: JSON.stringify(decoded) }],
  ['the JSON inside', decoded],
])('a decoded authorization message, %s', (_, value) => {
  const [found] = parseRefusals(JSON.stringify(value))
  expect(found).toMatchObject({ principal: ana, action: 'ec2:RunInstances' })
  expect(found?.context).toEqual({ 'ec2:InstanceType': ['t3.micro'] })
})

test('a message that is still encoded is known for one', () => {
  const encoded = 'A-b_9'.repeat(30)
  expect(isEncoded(encoded)).toBe(true)
  expect(
    isEncoded(`You are not authorized. Encoded authorization failure message: ${encoded}`),
  ).toBe(true)
  expect(isEncoded('Access Denied')).toBe(false)
})

test('events one a line, as log tools print them, and a line that is none', () => {
  const lines = ['--- log begins', JSON.stringify(event), '', JSON.stringify(event), '{"other": 1}']
  expect(parseRefusals(lines.join('\n'))).toMatchObject([fromEvent, fromEvent])
})

test('a list of events', () => {
  const allowed = { ...event, errorCode: undefined, errorMessage: undefined }
  expect(parseRefusals(JSON.stringify([allowed, event, event]))).toHaveLength(2)
})

test('every refusal in a log, also where a terminal broke the lines', () => {
  const refusal = (action: string) =>
    `User: ${ana} is not authorized to perform: ${action} on resource: ${object} because no identity-based policy allows the ${action} action`
  const log = `12:01 ${refusal('s3:GetObject')}\n12:02 fine\n12:03 ${refusal('s3:PutObject')}\n`
  for (const text of [log, log.replaceAll(' is not ', '\n  is not\n  ')]) {
    const found = parseRefusals(text)
    expect(found.map(({ action }) => action)).toEqual(['s3:GetObject', 's3:PutObject'])
    for (const { stated } of found) expect(stated?.policy).toBe('identity-based policy')
  }
})

test('a long text that is no refusal is read in no time', () => {
  const noise = `${'a.b-'.repeat(20_000)} arn:${'x'.repeat(50_000)} is not authorized to perform nothing`
  expect(parseRefusals(noise)).toEqual([])
})
