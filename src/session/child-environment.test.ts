import { expect, test } from 'vitest'
import { childEnvironment, credentialVariables } from './child-environment.ts'

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiresAtMs: Date.UTC(2027, 0, 2, 3, 4, 5, 678),
}

test('the child gets the session, and keeps what is not about credentials', () => {
  const environment = { PATH: '/bin', UNSET: undefined, AWS_PAGER: '', AWS_REGION: 'us-east-1' }
  expect(childEnvironment(environment, { credentials })).toEqual({
    PATH: '/bin',
    AWS_PAGER: '',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_CREDENTIAL_EXPIRATION: '2027-01-02T03:04:05Z',
  })
})

test('no variable that could name other credentials survives, in any case', () => {
  const hostile = Object.fromEntries([
    ...credentialVariables.map((name) => [name, 'hostile']),
    ['Aws_Profile', 'hostile'],
  ])
  const longTerm = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  expect(childEnvironment(hostile, { credentials: longTerm })).toEqual({
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  })
})

test('a region and an endpoint replace the inherited ones, those of single services too', () => {
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://elsewhere',
    AWS_ENDPOINT_URL_S3: 'http://elsewhere',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  }
  const settings = { credentials, region: 'eu-west-1', endpointUrl: 'http://127.0.0.1:4566' }
  const child = childEnvironment(environment, settings)
  expect(Object.values(child)).not.toContain('http://elsewhere')
  expect(child).toMatchObject({
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
  })
  expect(child).not.toHaveProperty('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')
})
