import { expect, test } from 'vitest'
import { startAnsweringServer } from '../../test/support/answering-server.ts'
import { consoleDestination, federationLink, switchRoleLink } from './console-link.ts'

const role = { accountId: '222222222222', roleName: 'role-in-accountb', partition: 'aws' } as const

test.each([
  [role, 'https://signin.aws.amazon.com/switchrole?account=222222222222&roleName=role-in-accountb'],
  [
    { ...role, roleName: '/teams/a/reader', displayName: 'reader @ b' },
    'https://signin.aws.amazon.com/switchrole?account=222222222222&roleName=teams%2Fa%2Freader&displayName=reader+%40+b',
  ],
  [
    { ...role, partition: 'aws-cn' },
    'https://signin.amazonaws.cn/switchrole?account=222222222222&roleName=role-in-accountb',
  ],
  [
    { ...role, partition: 'aws-us-gov' },
    'https://signin.amazonaws-us-gov.com/switchrole?account=222222222222&roleName=role-in-accountb',
  ],
] as const)('%j is switched to by %s', (wanted, url) => {
  expect(switchRoleLink(wanted)).toEqual({ kind: 'link', url })
})

test.each([
  [{ ...role, externalId: 'some_key' }, 'external id'],
  [{ ...role, isChained: true }, 'never from another role'],
])('%j cannot be switched to', (wanted, because) => {
  expect(switchRoleLink(wanted)).toEqual({
    kind: 'unavailable',
    because: expect.stringContaining(because),
  })
})

test.each([
  [{ partition: 'aws' }, 'https://console.aws.amazon.com/console/home'],
  [
    { partition: 'aws', service: 's3', region: 'eu-west-1' },
    'https://console.aws.amazon.com/s3/home?region=eu-west-1',
  ],
  [{ partition: 'aws-cn', service: 'ecr' }, 'https://console.amazonaws.cn/ecr/home'],
] as const)('%j lands at %s', (place, url) => {
  expect(consoleDestination(place)).toBe(url)
})

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'sec/ret',
  sessionToken: 'to+ken==',
}
const destination = 'https://console.aws.amazon.com/s3/home'

test('the sign-in token is asked for with the session and becomes a login link', async () => {
  const server = await startAnsweringServer(() => ({ status: 200, body: '{"SigninToken":"a b"}' }))
  try {
    const signIn = { partition: 'aws', destination, signInUrl: server.url } as const
    const link = await federationLink(credentials, { ...signIn, issuer: 'https://example.com' })
    const asked = new URL(server.received[0]?.url ?? '', server.url)
    expect(asked.pathname).toBe('/federation')
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      Action: 'getSigninToken',
      Session: JSON.stringify({
        sessionId: 'ASIAEXAMPLE',
        sessionKey: 'sec/ret',
        sessionToken: 'to+ken==',
      }),
    })
    const url = new URL(link.kind === 'link' ? link.url : 'unavailable:')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'login',
      Issuer: 'https://example.com',
      Destination: destination,
      SigninToken: 'a b',
    })
    await federationLink(credentials, { ...signIn, sessionDurationSeconds: 43_200 })
    expect(server.received[1]?.url).toContain('SessionDuration=43200')
  } finally {
    await server.stop()
  }
})

test('long-term keys cannot sign in, and nothing is sent', async () => {
  const longTerm = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'sec/ret' }
  expect(await federationLink(longTerm, { partition: 'aws', destination })).toMatchObject({
    kind: 'unavailable',
  })
})

test.each([
  [400, 'bad', { kind: 'unavailable' }],
  [500, 'broken', { name: 'SessionError', code: 'sign-in-failed' }],
  [200, 'hello', { name: 'SessionError', code: 'sign-in-failed' }],
  [200, '{"SigninToken":""}', { name: 'SessionError', code: 'sign-in-failed' }],
])('HTTP %s %j is %j', async (status, body, expected) => {
  const server = await startAnsweringServer(() => ({ status, body }))
  try {
    const signIn = { partition: 'aws', destination, signInUrl: server.url } as const
    const outcome = await federationLink(credentials, signIn).catch((error: unknown) => error)
    expect(outcome).toMatchObject(expected)
    expect(JSON.stringify(outcome) + String(outcome)).not.toMatch(/sec.{1,3}ret|to.{1,3}ken/)
  } finally {
    await server.stop()
  }
})

test('a sign-in service that is down is named, without the session', async () => {
  const server = await startAnsweringServer(() => ({ status: 200, body: '' }))
  await server.stop()
  const signIn = { partition: 'aws', destination, signInUrl: server.url } as const
  await expect(federationLink(credentials, signIn)).rejects.toMatchObject({
    code: 'endpoint-unreachable',
    message: `cannot reach the sign-in service at ${server.url}/federation`,
  })
})
