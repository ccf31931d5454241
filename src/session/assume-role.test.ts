import { afterEach, expect, test } from 'vitest'
import { type AnsweringServer, startAnsweringServer } from '../../test/support/answering-server.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './caller-identity.ts'

const source = {
  accessKeyId: 'ASIASOURCEKEY',
  secretAccessKey: 'source-secret-of-forty-characters-length',
  sessionToken: 'source-session-token-of-some-length-0123',
}
const roleArn = 'arn:aws:iam::222222222222:role/reader'

let server: AnsweringServer | undefined
afterEach(() => server?.stop())

async function answering(status: number, body: string): Promise<AnsweringServer> {
  server = await startAnsweringServer(() => ({ status, body }))
  return server
}

function endpointOf({ url }: AnsweringServer): { readonly region: string; endpointUrl: string } {
  return { region: 'eu-west-1', endpointUrl: url }
}

const session = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/reader/me</Arn><AssumedRoleId>AROA:me</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIANEW</AccessKeyId><SecretAccessKey>new-secret</SecretAccessKey>
<SessionToken>new-token</SessionToken><Expiration>2027-01-02T03:04:05Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`

function refusal(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}

test('the whole request reaches STS, and its session comes back', async () => {
  const sts = await answering(200, session)
  const outcome = await assumeRole(
    source,
    {
      roleArn,
      sessionName: 'me',
      durationSeconds: 900,
      externalId: 'some key',
      mfa: { serialNumber: 'arn:aws:iam::111111111111:mfa/ana', tokenCode: '123456' },
      tags: { team: 'platform' },
      transitiveTagKeys: ['team'],
      sourceIdentity: 'ana',
      policy: '{"Version":"2012-10-17"}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    },
    endpointOf(sts),
  )
  expect(outcome).toEqual({
    kind: 'credentials',
    credentials: {
      accessKeyId: 'ASIANEW',
      secretAccessKey: 'new-secret',
      sessionToken: 'new-token',
      expiresAtMs: Date.UTC(2027, 0, 2, 3, 4, 5),
    },
    sessionArn: 'arn:aws:sts::222222222222:assumed-role/reader/me',
  })
  expect(Object.fromEntries(new URLSearchParams(sts.received[0]?.body))).toEqual({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'me',
    DurationSeconds: '900',
    ExternalId: 'some key',
    SerialNumber: 'arn:aws:iam::111111111111:mfa/ana',
    TokenCode: '123456',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'platform',
    'TransitiveTagKeys.member.1': 'team',
    SourceIdentity: 'ana',
    Policy: '{"Version":"2012-10-17"}',
    'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  })
})

test('what is left out is not sent', async () => {
  const sts = await answering(200, session)
  await assumeRole(source, { roleArn, sessionName: 'me' }, endpointOf(sts))
  expect([...new URLSearchParams(sts.received[0]?.body).keys()].sort()).toEqual([
    'Action',
    'RoleArn',
    'RoleSessionName',
    'Version',
  ])
})

test.each([
  [403, 'AccessDenied', 'denied'],
  [403, 'ExpiredToken', 'failed'],
  [403, 'InvalidClientTokenId', 'failed'],
  [400, 'ValidationError', 'failed'],
])('HTTP %s %s is %s', async (status, code, kind) => {
  const sts = await answering(status, refusal(code, 'because'))
  const outcome = await assumeRole(source, { roleArn, sessionName: 'me' }, endpointOf(sts))
  expect(outcome).toEqual({ kind, code, message: 'because' })
})

test('secrets that AWS quotes do not come through', async () => {
  const quoted = `canonical: x-amz-security-token:${source.sessionToken} ${source.secretAccessKey}`
  const sts = await answering(403, refusal('SignatureDoesNotMatch', quoted))
  const outcome = await assumeRole(source, { roleArn, sessionName: 'me' }, endpointOf(sts))
  expect(outcome).toMatchObject({
    code: 'SignatureDoesNotMatch',
    message: 'canonical: x-amz-security-token:…0123 …ngth',
  })
})

test('an endpoint that is down is an error that names it', async () => {
  const sts = await answering(200, '')
  await sts.stop()
  await expect(
    assumeRole(source, { roleArn, sessionName: 'me' }, endpointOf(sts)),
  ).rejects.toMatchObject({
    code: 'endpoint-unreachable',
    message: expect.stringContaining(`cannot reach STS at \`${sts.url}\`: `),
  })
})

test('an answer without credentials is an error', async () => {
  const empty = '<AssumeRoleResponse><AssumeRoleResult></AssumeRoleResult></AssumeRoleResponse>'
  const sts = await answering(200, empty)
  await expect(
    assumeRole(source, { roleArn, sessionName: 'me' }, endpointOf(sts)),
  ).rejects.toMatchObject({ code: 'incomplete-answer' })
})

test('the caller is told who it is', async () => {
  const sts = await answering(
    200,
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/ana</Arn>
    <UserId>AIDA</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  )
  expect(await getCallerIdentity(source, endpointOf(sts))).toEqual({
    kind: 'identity',
    arn: 'arn:aws:iam::111111111111:user/ana',
    accountId: '111111111111',
    userId: 'AIDA',
  })
})
