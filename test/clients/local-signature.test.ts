import { CreateRoleCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { signHeader } from '../support/sign-any.ts'
import type { RawAnswer, RawRequest, TwoAccounts } from '../support/two-accounts.ts'
import { policyText, sendRaw, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let user: Keys
let session: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  user = await world.newUser(world.home, 'ana')
  const iam = world.iam(world.root(world.home))
  const trust = { Effect: 'Allow', Principal: { AWS: world.home }, Action: 'sts:AssumeRole' }
  await iam.send(
    new CreateRoleCommand({ RoleName: 'own', AssumeRolePolicyDocument: policyText(trust) }),
  )
  const allow = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'ana',
      PolicyName: 'assume',
      PolicyDocument: policyText(allow),
    }),
  )
  session = await world.assume(user, { RoleArn: `arn:aws:iam::${world.home}:role/own` })
})
afterAll(() => world.stop())

interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/** What the SDK would have sent: signed, and then held back. */
async function signed(keys: Keys): Promise<RawRequest> {
  let held: SdkRequest | undefined
  const client = new STSClient({
    endpoint: world.aws.url,
    region: 'eu-west-1',
    credentials: keys,
    maxAttempts: 1,
    systemClockOffset: world.nowMs() - Date.now(),
    requestHandler: {
      handle(request: SdkRequest) {
        held = request
        return Promise.reject(new Error('held back'))
      },
    },
  })
  await client.send(new GetCallerIdentityCommand({})).catch(() => undefined)
  if (held === undefined) throw new Error('the SDK sent nothing')
  const { method, path, headers, body } = held
  return { method, path, headers, body: String(body) }
}

function changed(request: RawRequest, headers: RawRequest['headers']): RawRequest {
  return { ...request, headers: { ...request.headers, ...headers } }
}

function authorization(request: RawRequest, from: string | RegExp, to: string): RawRequest {
  const before = String(request.headers.authorization)
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  return changed(request, { authorization: after })
}

function without(request: RawRequest, name: string): RawRequest {
  const { [name]: _, ...headers } = request.headers
  return { ...request, headers }
}

function flipLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
}

function codeOf(answer: RawAnswer): string {
  return /<Code>(\w+)<\/Code>/.exec(answer.body)?.[1] ?? ''
}

test('the untouched request is answered', async () => {
  const answer = await sendRaw(world.aws, await signed(user))
  expect(answer.status).toBe(200)
  expect(answer.body).toContain(`arn:aws:iam::${world.home}:user/ana`)
})

describe('a request changed after it was signed is refused', () => {
  type Change = (request: RawRequest) => RawRequest
  const mismatches: Readonly<Record<string, Change>> = {
    body: (r) => ({
      ...r,
      body: `${String(r.body)}&X=1`,
      headers: { ...r.headers, 'content-length': String(String(r.body).length + 4) },
    }),
    method: (r) => ({ ...r, method: 'PUT' }),
    path: (r) => ({ ...r, path: '/x' }),
    query: (r) => ({ ...r, path: '/?Action=GetSessionToken' }),
    'content type': (r) => changed(r, { 'content-type': 'application/x-www-form-urlencoded; a=b' }),
    host: (r) => changed(r, { host: `localhost:${world.aws.port}` }),
    'signature bit': (r) => authorization(r, /Signature=(\w+)$/, `Signature=${'0'.repeat(64)}`),
    'short signature': (r) => authorization(r, /Signature=\w+$/, 'Signature=ab'),
    region: (r) => authorization(r, '/eu-west-1/', '/us-east-1/'),
    'signed headers': (r) => authorization(r, 'amz-sdk-request;', ''),
    'upper-case signed headers': (r) => authorization(r, ';host;', ';Host;'),
    'host left unsigned': (r) => authorization(r, ';host;', ';'),
    'a signed header gone': (r) => without(r, 'amz-sdk-request'),
    'an unsigned header of AWS': (r) => changed(r, { 'x-amz-extra': '1' }),
  }
  test.each(Object.entries(mismatches))('%s', async (_name, change) => {
    const answer = await sendRaw(world.aws, change(await signed(user)))
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  const others: Readonly<Record<string, readonly [number, string, Change]>> = {
    'another key': [403, 'InvalidClientTokenId', (r) => authorization(r, /AKIA\w{4}/, 'AKIAAAAA')],
    'no authorization': [403, 'MissingAuthenticationToken', (r) => without(r, 'authorization')],
    'no signature': [400, 'IncompleteSignature', (r) => authorization(r, /, Signature.*/, '')],
    'no date': [400, 'IncompleteSignature', (r) => without(r, 'x-amz-date')],
    'a scope of four': [400, 'IncompleteSignature', (r) => authorization(r, '/sts/', '/')],
    'another day': [
      403,
      'SignatureDoesNotMatch',
      (r) => authorization(r, /\/\d{8}\//, '/20200101/'),
    ],
    'another terminator': [
      403,
      'SignatureDoesNotMatch',
      (r) => authorization(r, 'aws4_request', 'aws5_request'),
    ],
    'another algorithm': [
      403,
      'MissingAuthenticationToken',
      (r) => authorization(r, 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA512'),
    ],
    'a token that is none': [
      403,
      'InvalidClientTokenId',
      (r) => changed(r, { 'x-amz-security-token': 'abc' }),
    ],
  }
  test.each(Object.entries(others))('%s', async (_name, [status, code, change]) => {
    const answer = await sendRaw(world.aws, change(await signed(user)))
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  test('another service', async () => {
    const answer = await sendRaw(world.aws, authorization(await signed(user), '/sts/', '/iam/'))
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  test.each(['authorization', 'x-amz-date', 'host', 'x-amz-content-sha256'])(
    '%s given twice',
    async (name) => {
      const request = await signed(user)
      const value = String(request.headers[name])
      const answer = await sendRaw(world.aws, changed(request, { [name]: [value, value] }))
      expect(answer.status).toBe(400)
    },
  )
})

describe('session tokens', () => {
  test('the untouched session is answered', async () => {
    expect((await sendRaw(world.aws, await signed(session))).status).toBe(200)
  })

  test('a token with any byte changed is none', async () => {
    const token = session.sessionToken ?? ''
    for (let at = 0; at < token.length; at += 17) {
      const letter = token[at] === 'A' ? 'B' : 'A'
      const forged = { ...session, sessionToken: token.slice(0, at) + letter + token.slice(at + 1) }
      const answer = await sendRaw(world.aws, await signed(forged))
      expect([answer.status, codeOf(answer)]).toEqual([403, 'InvalidClientTokenId'])
    }
  })

  test.each([
    [
      'without its token',
      () => ({ accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey }),
    ],
    ['under another key id', () => ({ ...session, accessKeyId: flipLast(session.accessKeyId) })],
    ['with a user’s key', () => ({ ...user, sessionToken: session.sessionToken ?? '' })],
  ])('%s', async (_name, keys) => {
    const answer = await sendRaw(world.aws, await signed(keys()))
    expect([answer.status, codeOf(answer)]).toEqual([403, 'InvalidClientTokenId'])
  })

  test('under another secret', async () => {
    const other = { ...session, secretAccessKey: user.secretAccessKey }
    const answer = await sendRaw(world.aws, await signed(other))
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch'])
  })
})

test.each([
  ['an hour old', 3600],
  ['an hour ahead', -3600],
])('a request %s is refused with the server’s time', async (_name, seconds) => {
  const request = await signed(user)
  world.passSeconds(seconds)
  const answer = await sendRaw(world.aws, request)
  world.passSeconds(-seconds)
  expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch'])
  expect(answer.body).toMatch(/Signature (expired|not yet current): \d{8}T\d{6}Z is .* 15 min\.\)/)
})

describe('presigned requests', () => {
  interface Presigner {
    presign(request: object, options: object): Promise<{ query: Record<string, string> }>
  }

  async function presigned(keys: Keys, expiresIn: number, key = 'a b+c'): Promise<string> {
    const client = new S3Client({ region: 'eu-west-1', credentials: keys })
    // The signer is the SDK's own; its type is not public.
    const config = client.config as unknown as { signer: (scheme: object) => Promise<Presigner> }
    const signer = await config.signer({
      name: 'sigv4',
      signingName: 's3',
      signingRegion: 'eu-west-1',
      properties: {},
    })
    const path = `/bucket-of-nobody/${encodeURIComponent(key)}`
    const host = `127.0.0.1:${world.aws.port}`
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: world.aws.port,
      path,
      query: { 'x-id': 'GetObject' },
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    }
    const signingDate = new Date(world.nowMs())
    const { query } = await signer.presign(request, { expiresIn, signingDate })
    return `${path}?${Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&')}`
  }

  const get = (path: string) =>
    sendRaw(world.aws, { method: 'GET', path, headers: { host: `127.0.0.1:${world.aws.port}` } })

  test('one that holds reaches S3', async () => {
    const answer = await get(await presigned(user, 60))
    expect([answer.status, codeOf(answer)]).toEqual([404, 'NoSuchBucket'])
  })

  test('one with a session token reaches S3', async () => {
    const answer = await get(await presigned(session, 60))
    expect([answer.status, codeOf(answer)]).toEqual([404, 'NoSuchBucket'])
  })

  const changes: Readonly<Record<string, readonly [number, string, (path: string) => string]>> = {
    path: [403, 'SignatureDoesNotMatch', (p) => p.replace('/bucket-of', '/bucket-off')],
    'longer life': [403, 'SignatureDoesNotMatch', (p) => p.replace('Expires=60', 'Expires=61')],
    'over a week': [
      400,
      'AuthorizationQueryParametersError',
      (p) => p.replace('Expires=60', 'Expires=604801'),
    ],
    'no expiry': [
      400,
      'AuthorizationQueryParametersError',
      (p) => p.replace(/&X-Amz-Expires=60/, ''),
    ],
    'a negative life': [
      400,
      'AuthorizationQueryParametersError',
      (p) => p.replace('Expires=60', 'Expires=-60'),
    ],
    'a parameter more': [403, 'SignatureDoesNotMatch', (p) => `${p}&versionId=x`],
    'no signature': [
      400,
      'AuthorizationQueryParametersError',
      (p) => p.replace(/X-Amz-Signature=\w+&?/, ''),
    ],
    'two expiries': [400, 'AuthorizationQueryParametersError', (p) => `${p}&X-Amz-Expires=60`],
  }
  test.each(Object.entries(changes))('changed: %s', async (_name, [status, code, change]) => {
    const path = await presigned(user, 60)
    const after = change(path)
    expect(after).not.toBe(path)
    const answer = await get(after)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  test('one past its time', async () => {
    const path = await presigned(user, 60)
    world.passSeconds(61)
    const answer = await get(path)
    world.passSeconds(-61)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied'])
    expect(answer.body).toContain('Request has expired')
  })

  test('one from the future', async () => {
    world.passSeconds(3600)
    const path = await presigned(user, 60)
    world.passSeconds(-3600)
    const answer = await get(path)
    expect(answer.body).toContain('Request is not yet valid')
  })

  test('one of signature version 2, as old tools make them, is no anonymous request', async () => {
    const path = `/bucket-of-nobody/k?AWSAccessKeyId=${user.accessKeyId}&Signature=c2ln&Expires=4102444800`
    const answer = await get(path)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'InvalidRequest'])
    expect(answer.body).toContain('Please use AWS4-HMAC-SHA256.')
  })

  test('one beside an Authorization header', async () => {
    const path = await presigned(user, 60)
    const headers = { host: `127.0.0.1:${world.aws.port}`, authorization: 'AWS4-HMAC-SHA256 x' }
    const answer = await sendRaw(world.aws, { method: 'GET', path, headers })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'InvalidArgument'])
  })
})

describe('the other services word a refusal in their own way', () => {
  const today = (): string => new Date(world.nowMs()).toISOString().replace(/[-:]|\.\d+/g, '')

  /** A signature that cannot hold, in the right form. */
  function forged(service: string, more: Readonly<Record<string, string>>): RawRequest['headers'] {
    const time = today()
    const scope = `${user.accessKeyId}/${time.slice(0, 8)}/eu-west-1/${service}/aws4_request`
    const names = ['host', 'x-amz-date', ...Object.keys(more)].sort().join(';')
    return {
      host: `127.0.0.1:${world.aws.port}`,
      'x-amz-date': time,
      ...more,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=${'0'.repeat(64)}`,
    }
  }

  const json = { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' }
  const unknown = (headers: RawRequest['headers']): RawRequest['headers'] => ({
    ...headers,
    authorization: String(headers.authorization).replace(user.accessKeyId, 'AKIAUNKNOWN'),
  })

  test.each([
    ['a wrong secret', (h: RawRequest['headers']) => h, 400, 'InvalidSignatureException'],
    ['an unknown key', unknown, 400, 'UnrecognizedClientException'],
  ] as const)('ECR: %s', async (...[, change, status, code]) => {
    const headers = change(forged('ecr', json))
    const answer = await sendRaw(world.aws, { method: 'POST', path: '/', headers, body: '{}' })
    expect([answer.status, JSON.parse(answer.body).__type]).toEqual([status, code])
  })

  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  test.each([
    ['sts', 15],
    ['iam', 15],
    ['ecr', 5],
    ['organizations', 5],
    ['cloudtrail', 5],
    ['s3', 15],
  ] as const)('%s takes clocks that are %i minutes off, and no more', async (service, minutes) => {
    const target = service === 'sts' || service === 'iam' ? {} : json
    const more = service === 's3' ? unsigned : target
    const host = `127.0.0.1:${world.aws.port}`
    const refusalAt = async (seconds: number): Promise<string> => {
      const request = { service, method: 'GET', path: '/', headers: { host, ...more } }
      const { headers } = signHeader(user, request, world.nowMs() + seconds * 1000)
      const raw = { method: 'GET', path: '/', headers: Object.fromEntries(headers) }
      return (await sendRaw(world.aws, raw)).body
    }
    const words = /RequestTimeTooSkewed|Signature (?:expired|not yet current): .* [-+] (?:5|15) min/
    const near = minutes * 60 - 20
    const far = minutes * 60 + 20
    for (const seconds of [-near, near]) expect(await refusalAt(seconds)).not.toMatch(words)
    for (const seconds of [-far, far]) expect(await refusalAt(seconds)).toMatch(words)
  })

  test.each([
    ['a wrong secret', forged, 403, 'SignatureDoesNotMatch'],
    [
      'an unknown key',
      (s: string, m: typeof unsigned) => unknown(forged(s, m)),
      403,
      'InvalidAccessKeyId',
    ],
    ['no payload hash', (s: string) => forged(s, {}), 400, 'InvalidRequest'],
    [
      'a token that is none',
      (s: string, m: typeof unsigned) => forged(s, { ...m, 'x-amz-security-token': 'abc' }),
      400,
      'InvalidToken',
    ],
  ] as const)('S3: %s', async (...[, make, status, code]) => {
    const headers = make('s3', unsigned)
    const answer = await sendRaw(world.aws, { method: 'GET', path: '/bucket/key', headers })
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })
})

describe('the body of an upload', () => {
  const Bucket = 'body-bucket'

  async function heldUpload(body: string): Promise<RawRequest> {
    let held: (SdkRequest & { readonly query?: Record<string, string> }) | undefined
    const client = new S3Client({
      endpoint: world.aws.url,
      forcePathStyle: true,
      region: 'eu-west-1',
      credentials: world.root(world.home),
      maxAttempts: 1,
      systemClockOffset: world.nowMs() - Date.now(),
      requestHandler: {
        handle(request: SdkRequest) {
          held = request
          return Promise.reject(new Error('held back'))
        },
      },
    })
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body })).catch(() => undefined)
    if (held === undefined) throw new Error('the SDK sent nothing')
    const { method, path, headers, query } = held
    const search = new URLSearchParams(query).toString()
    return { method, path: `${path}?${search}`, headers, body }
  }

  test('is the one that was signed, or nothing is kept', async () => {
    const s3 = new S3Client({
      endpoint: world.aws.url,
      forcePathStyle: true,
      region: 'eu-west-1',
      credentials: world.root(world.home),
    })
    await s3.send(new CreateBucketCommand({ Bucket }))
    const upload = await heldUpload('hello')
    const changed = await sendRaw(world.aws, { ...upload, body: 'hallo' })
    expect([changed.status, codeOf(changed)]).toEqual([400, 'XAmzContentSHA256Mismatch'])
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    })
    expect((await sendRaw(world.aws, upload)).status).toBe(200)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    expect(await Body?.transformToString()).toBe('hello')
  })
})
