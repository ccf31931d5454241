import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProfileHome, type ProfileHome } from '../../test/support/aws-under-test.ts'
import { anAccount } from '../../test/support/cloud-world.ts'
import { type CloudError, closeAll, connect, connectAll } from './index.ts'

const account = anAccount('ourthing', '222222222222')
const secretAccessKey = 'a-very-secret-key-that-nobody-may-see'

/** Answers STS by the access key of the call: an account id for a good one, an error code for a bad one. */
const answers: Readonly<Record<string, readonly [status: number, body: string]>> = {
  GOOD: [200, identity('222222222222')],
  OTHER: [200, identity('333333333333')],
  EXPIRED: [403, failure('ExpiredToken', 'The security token included in the request is expired')],
  UNKNOWN: [403, failure('InvalidClientTokenId', 'The security token is invalid.')],
  WRONG: [403, failure('SignatureDoesNotMatch', 'The request signature does not match')],
  DENIED: [403, failure('AccessDenied', 'not authorized to perform: sts:GetCallerIdentity')],
  BUSY: [400, failure('Throttling', 'Rate exceeded')],
  BROKEN: [500, failure('InternalFailure', 'oops')],
}

let server: Server
let url: string
let home: ProfileHome
let calls: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    calls.push(key)
    const [status, body] = answers[key] ?? [403, failure('AccessDenied', 'no such key')]
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const profiles = Object.keys(answers).map((key) => [key, { accessKeyId: key, secretAccessKey }])
  home = await makeProfileHome(
    Object.fromEntries(profiles),
    [
      '[profile GOOD]',
      'services = here',
      '[services here]',
      'sts =',
      `  endpoint_url = ${url}`,
      '[profile chained]',
      'role_arn = arn:aws:iam::222222222222:role/x',
      'source_profile = nobody',
      `endpoint_url = ${url}`,
    ].join('\n'),
  )
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await home.remove()
})

const retry = { attempts: 3, firstDelayMs: 1, longestDelayMs: 1, propagationMs: 1 }

function signIn(profile: string, environment: Readonly<Record<string, string>> = {}) {
  calls = []
  return connect(
    { ...account, profile },
    { environment: { ...home.environment, ...environment }, retry },
  )
}

async function failureOf(attempt: Promise<unknown>): Promise<CloudError> {
  return attempt.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: CloudError) => error,
  )
}

test('signs in by the profile, at the endpoint that its services section names', async () => {
  const connection = await signIn('GOOD')
  expect(connection.callerArn).toBe('arn:aws:iam::222222222222:user/admin')
  expect(connection.endpoint).toBeUndefined()
  connection.close()
})

test('the environment decides over the profile where calls go, the option over both', async () => {
  const dead = 'http://127.0.0.1:1'
  const byEnvironment = await failureOf(signIn('GOOD', { AWS_ENDPOINT_URL: dead }))
  expect(byEnvironment.code).toBe('endpoint-down')
  expect(byEnvironment.message).toContain(dead)
  const environment = { ...home.environment, AWS_ENDPOINT_URL: dead, AWS_ENDPOINT_URL_STS: dead }
  const options = { environment, endpointUrl: url, retry }
  const connection = await connect({ ...account, profile: 'GOOD' }, options)
  expect(connection.endpoint).toBe(url)
  connection.close()
})

test.each([
  ['OTHER', 'wrong-account', '333333333333'],
  ['EXPIRED', 'expired-credentials', 'sign in again'],
  ['UNKNOWN', 'bad-credentials', 'check the profile'],
  ['WRONG', 'bad-credentials', 'the secret key is wrong'],
  ['DENIED', 'access-denied', 'sts:GetCallerIdentity'],
  ['BUSY', 'throttled', 'kept throttling'],
  ['BROKEN', 'refused', 'run again later'],
])('%s is told as %s', async (profile, code, words) => {
  const error = await failureOf(signIn(profile, { AWS_ENDPOINT_URL: url }))
  expect(error.code).toBe(code)
  expect(error.message).toContain('ourthing (222222222222)')
  expect(error.message).toContain(words)
  expect(JSON.stringify([error.message, error.call])).not.toContain(secretAccessKey)
})

test('only what may pass by itself is tried again', async () => {
  await failureOf(signIn('BUSY', { AWS_ENDPOINT_URL: url }))
  expect(calls).toEqual(['BUSY', 'BUSY', 'BUSY'])
  await failureOf(signIn('DENIED', { AWS_ENDPOINT_URL: url }))
  expect(calls).toEqual(['DENIED'])
})

test('a profile that is in no file is named, with the files', async () => {
  const error = await failureOf(signIn('nowhere'))
  expect(error.code).toBe('missing-profile')
  expect(error.message).toContain('`nowhere`')
  expect(error.message).toContain(home.environment.AWS_CONFIG_FILE)
})

test('a profile that rests on one without credentials says so', async () => {
  expect((await failureOf(signIn('chained'))).code).toBe('no-credentials')
})

test('keys in the environment are used where the account names no profile', async () => {
  const { profile: _, ...bare } = account
  const environment = {
    ...home.environment,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'GOOD',
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_PROFILE: 'OTHER',
  }
  const connection = await connect(bare, { environment, retry })
  connection.close()
  expect(connection.callerArn).toContain('222222222222')
})

test('of many accounts those that fail do not stop the others', async () => {
  const connections = await connectAll(
    [
      { ...account, profile: 'GOOD' },
      { ...anAccount('third', '333333333333'), profile: 'UNKNOWN' },
    ],
    { environment: { ...home.environment, AWS_ENDPOINT_URL: url }, retry },
  )
  expect([...connections.open.keys()]).toEqual(['222222222222'])
  expect(connections.failed.get('333333333333')?.code).toBe('bad-credentials')
  closeAll(connections)
})

function identity(id: string): string {
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${id}:user/admin</Arn><UserId>AIDAEXAMPLE</UserId><Account>${id}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
}

function failure(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}
