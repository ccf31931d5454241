import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLocalAws } from '../../src/local/index.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { bitFlipper } from '../support/flip-bits.ts'
import type { Send } from '../support/injected-connections.ts'
import { injectConnections } from '../support/injected-connections.ts'
import type { Signed } from '../support/sign-any.ts'
import { basicTime, renderRequest, sendBytes, signHeader, signQuery } from '../support/sign-any.ts'
import type { SignedKind } from '../support/signed-kinds.ts'
import { forgedKey, signedKinds } from '../support/signed-kinds.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let root: Keys
let session: Keys
let host: string
let inject: Send
let tokens: { readonly other: Keys; readonly foreign: Keys }

beforeAll(async () => {
  world = await startTwoAccounts()
  root = world.root(world.home)
  host = `127.0.0.1:${world.aws.port}`
  const ana = await world.newUser(world.home, 'ana')
  const iam = world.iam(root)
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${world.home}:user/ana` } }
  const AssumeRolePolicyDocument = policyText({ ...trust, Action: 'sts:AssumeRole' })
  await iam.send(new CreateRoleCommand({ RoleName: 'everything', AssumeRolePolicyDocument }))
  const PolicyDocument = policyText({ Effect: 'Allow', Action: '*', Resource: '*' })
  const policy = { RoleName: 'everything', PolicyName: 'all', PolicyDocument }
  await iam.send(new PutRolePolicyCommand(policy))
  const RoleArn = `arn:aws:iam::${world.home}:role/everything`
  session = await world.assume(ana, { RoleArn })
  const other = await world.assume(ana, { RoleArn, RoleSessionName: 'other' })
  tokens = { other, foreign: await sessionOfAnotherServer() }
  inject = await injectConnections(world.aws)
  await accepted(s3('PUT', '/forged-bucket'))
  await accepted(s3('PUT', '/forged-bucket/a%20b/%C3%A9%2Fc', { body: 'kept' }))
})
afterAll(() => world.stop())

/** Keys that hold, on a server with the same accounts. */
async function sessionOfAnotherServer(): Promise<Keys> {
  const elsewhere = await startTwoAccounts()
  try {
    const bo = await elsewhere.newUser(elsewhere.home, 'bo')
    const { sts } = elsewhere
    const { Credentials } = await sts(bo).send(new GetSessionTokenCommand({}))
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
  } finally {
    await elsewhere.stop()
  }
}

interface S3Options {
  readonly keys?: Keys
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: string
}

function s3(method: string, path: string, options: S3Options = {}): Signed {
  const { keys = session, headers = {}, ...rest } = options
  const length = { 'content-length': String(Buffer.byteLength(options.body ?? '', 'latin1')) }
  const own = method === 'PUT' ? length : {}
  const request = { service: 's3', method, path, ...rest, headers: { host, ...own, ...headers } }
  return signHeader(keys, request, world.nowMs())
}

function link(method: string, path: string, keys: Keys): Signed {
  const request = { service: 's3', method, path, headers: { host } }
  return signQuery(keys, request, { nowMs: world.nowMs(), expires: 300 })
}

async function statusOf(request: Signed): Promise<number> {
  return (await sendBytes(world.aws.port, renderRequest(request))).status
}

async function accepted(request: Signed): Promise<void> {
  const answer = await sendBytes(world.aws.port, renderRequest(request))
  expect(answer.text).toMatch(/^HTTP\/1\.1 2/)
}

function form(keys: Keys): Signed {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' }
  const request = { service: 'sts', method: 'POST', path: '/', headers, body }
  const signed = signHeader(keys, request, world.nowMs())
  return { ...signed, headers: [...signed.headers, ['content-length', String(body.length)]] }
}

const kindNames = signedKinds({
  user: { accessKeyId: '', secretAccessKey: '' },
  session: { accessKeyId: '', secretAccessKey: '' },
  host: '',
  nowMs: () => 0,
}).map(({ name }) => name)

function kindOf(name: string): SignedKind {
  const { nowMs } = world
  const found = signedKinds({ user: root, session, host, nowMs }).find((one) => one.name === name)
  if (found === undefined) throw new Error(`no kind \`${name}\``)
  return found
}

function chunked(): Signed {
  return kindOf('S3: signed chunks with a signed trailer').make()
}

/** Changes one bit so many times; gives what was let in, and what broke down. */
async function flip(kind: SignedKind, send: Send, times: number): Promise<readonly string[]> {
  const bytes = renderRequest(kind.make())
  const next = bitFlipper(bytes, kind, 20_260_101 + times)
  const holes: string[] = []
  const one = async (): Promise<void> => {
    const changed = next()
    const { status, text } = await send(changed)
    // 501 is for a service that is none any more.
    const isRefused = status === 0 || (status >= 400 && status < 500) || status === 501
    if (!isRefused) holes.push(`${shownFlip(bytes, changed)} ${text.slice(0, 12)}`)
  }
  for (let done = 0; done < times; done += 20) {
    await Promise.all(Array.from({ length: Math.min(20, times - done) }, one))
  }
  return holes
}

function shownFlip(before: Buffer, after: Buffer): string {
  const at = before.findIndex((byte, index) => byte !== after[index])
  return JSON.stringify(after.toString('latin1', Math.max(at - 30, 0), at + 10))
}

const flips = 100_000
const flipped = new Map<string, number>()

describe('no bit that the signature covers can be changed', () => {
  const share = Math.ceil(flips / kindNames.length)

  test.each(kindNames)('%s', async (name) => {
    const kind = kindOf(name)
    const clean = s3('DELETE', forgedKey)
    const accepts = async (): Promise<void> => {
      const { text } = await inject(renderRequest(kind.make()))
      expect(text).toMatch(/^HTTP\/1\.1 2/)
      await accepted(clean)
    }
    await accepts()
    expect(await flip(kind, inject, share)).toEqual([])
    expect(await statusOf(s3('HEAD', forgedKey))).toBe(404)
    await accepts()
    flipped.set(name, share)
  })

  test('so many times for each kind', () => {
    const counts = [...flipped.values()]
    expect(counts).toHaveLength(20)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(flips)
  })

  test.each(kindNames)('%s, over sockets', async (name) => {
    const kind = kindOf(name)
    const socket: Send = (bytes) => sendBytes(world.aws.port, bytes)
    const { text } = await socket(renderRequest(kind.make()))
    expect(text).toMatch(/^HTTP\/1\.1 2/)
    await accepted(s3('DELETE', forgedKey))
    expect(await flip(kind, socket, 200)).toEqual([])
    expect(await statusOf(s3('HEAD', forgedKey))).toBe(404)
  })
})

/** The same request with a header put in, in place of one of the same name or beside it. */
function withHeader(request: Signed, name: string, value: string): Signed {
  const others = request.headers.filter(([known]) => known !== name)
  return { ...request, headers: [...others, [name, value]] }
}

function beside(request: Signed, name: string, value: string): Signed {
  return { ...request, headers: [...request.headers, [name, value]] }
}

const key = '/forged-bucket/a%20b/%C3%A9%2Fc'
const read = (): Signed => s3('GET', key)
const upload = (): Signed => s3('PUT', '/forged-bucket/forged', { body: 'as signed' })

/** Signed once, then sent as something else. */
const games: Readonly<Record<string, () => Signed>> = {
  'a slash decoded': () => ({ ...read(), target: '/forged-bucket/a%20b/%C3%A9/c' }),
  'a space as plus': () => ({ ...read(), target: key.replace('%20', '+') }),
  'dots in front': () => ({ ...read(), target: `/x/..${key}` }),
  'encoded dots': () => ({ ...read(), target: `/%2e${key}` }),
  'a slash more': () => ({ ...read(), target: `/${key}` }),
  'a slash behind': () => ({ ...read(), target: `${key}/` }),
  'another key': () => ({ ...read(), target: '/forged-bucket/other' }),
  'a query added': () => ({ ...read(), target: `${key}?versionId=null` }),
  'a sub-resource added': () => ({ ...read(), target: `${key}?acl` }),
  'a broken encoding': () => ({ ...read(), target: `${key}%` }),
  'an absolute target': () => ({ ...read(), target: `http://${host}${key}` }),
  'an asterisk': () => ({ ...read(), target: '*' }),
  'the head of a read': () => ({ ...read(), method: 'HEAD' }),
  'a read for a deletion': () => ({ ...read(), method: 'DELETE' }),
  'the method in lower case': () => ({ ...read(), method: 'get' }),
  'a bucket in front of the host': () => withHeader(read(), 'host', `forged-bucket.${host}`),
  'another name of the host': () => withHeader(read(), 'host', `localhost:${world.aws.port}`),
  'two hosts': () => beside(read(), 'host', `forged-bucket.${host}`),
  'two dates': () => beside(read(), 'x-amz-date', basicTime(world.nowMs())),
  'two signatures': () => beside(read(), 'authorization', 'AWS4-HMAC-SHA256 Credential=a'),
  'an ACL nobody signed': () => beside(upload(), 'x-amz-acl', 'public-read'),
  'tags nobody signed': () => beside(upload(), 'x-amz-tagging', 'a=b'),
  'a source nobody signed': () => beside(upload(), 'x-amz-copy-source', 'other-bucket/key'),
  'the same with odd case': () => beside(upload(), 'X-AMZ-Copy-Source', 'other-bucket/key'),
  'a target nobody signed': () =>
    beside(form(session), 'x-amz-target', 'AmazonEC2ContainerRegistry_V20150921.PutImage'),
  'another content type': () => withHeader(form(session), 'content-type', 'text/plain'),
  'another body': () => ({ ...upload(), body: 'as forged' }),
  'another form': () => {
    const request = form(session)
    return { ...request, body: request.body.replace('GetCallerIdentity', 'GetAccessKeyInfoo') }
  },
  'no body at all': () => withHeader({ ...upload(), body: '' }, 'content-length', '0'),
  'a line folded': () => {
    const request = read()
    return withHeader(request, 'x-amz-date', `${basicTime(world.nowMs())}\r\n folded`)
  },
  'two framings': () => beside(upload(), 'transfer-encoding', 'chunked'),
  'a framing hidden': () => beside(upload(), 'transfer-encoding', 'xchunked'),
  'two lengths': () => beside(upload(), 'content-length', '3'),
  'both ways to sign': () => {
    const { target } = link('GET', key, session)
    return { ...read(), target }
  },
  'a link with another expiry': () => {
    const request = link('GET', key, session)
    return { ...request, target: request.target.replace('Expires=300', 'Expires=3000') }
  },
  'a link with two expiries': () => {
    const request = link('GET', key, session)
    return { ...request, target: `${request.target}&X-Amz-Expires=3000` }
  },
  'a link with a header of AWS': () => beside(link('GET', key, session), 'x-amz-acl', 'private'),
  'a link for a read, written to': () => ({ ...link('GET', key, session), method: 'PUT' }),
  'a link without its token': () => {
    const request = link('GET', key, session)
    return { ...request, target: request.target.replace(/X-Amz-Security-Token=[^&]*&/, '') }
  },
  'the token of another session': () => {
    const token = tokens.other.sessionToken ?? ''
    return withHeader(read(), 'x-amz-security-token', token)
  },
  'the token of another server': () => s3('GET', key, { keys: tokens.foreign }),
  "another session's key": () => {
    const request = read()
    const [, authorization = ''] = request.headers.find(([name]) => name === 'authorization') ?? []
    const swapped = authorization.replace(session.accessKeyId, tokens.other.accessKeyId)
    return withHeader(request, 'authorization', swapped)
  },
  "a user's key with a session's token": () =>
    s3('GET', key, { keys: { ...root, sessionToken: session.sessionToken ?? '' } }),
  "a session's key without its token": () =>
    s3('GET', key, {
      keys: { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey },
    }),
  'a request of yesterday': () => {
    const request = { service: 's3', method: 'GET', path: key, headers: { host } }
    return signHeader(session, request, world.nowMs() - 86_400_000)
  },
}

test.each(Object.entries(games))('refused: %s', async (_name, make) => {
  const { status } = await sendBytes(world.aws.port, renderRequest(make()))
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(await statusOf(s3('HEAD', '/forged-bucket/forged'))).toBe(404)
  expect(await statusOf(read())).toBe(200)
})

test('HTTP/1.0 is answered like 1.1, and refused without a host', async () => {
  const whole = await sendBytes(world.aws.port, renderRequest(read(), 'HTTP/1.0'))
  expect(whole.text).toMatch(/^HTTP\/1\.1 200/)
  const { headers, ...rest } = read()
  const hostless = { ...rest, headers: headers.filter(([name]) => name !== 'host') }
  const { status } = await sendBytes(world.aws.port, renderRequest(hostless, 'HTTP/1.0'))
  expect(status).toBe(421)
})

test('S3 names every header of its own that was left unsigned', async () => {
  const request = beside(beside(upload(), 'x-amz-meta-b', '1'), 'x-amz-acl', 'private')
  const { text } = await sendBytes(world.aws.port, renderRequest(request))
  expect(text).toContain('<HeadersNotSigned>x-amz-acl, x-amz-meta-b</HeadersNotSigned>')
})

const oddBlanks: Readonly<Record<string, () => Signed>> = {
  'before a header': () => withHeader(read(), 'host', `\xa0${host}`),
  'behind a header': () => {
    const request = s3('GET', key, { headers: { 'x-amz-request-payer': 'requester' } })
    return withHeader(request, 'x-amz-request-payer', 'requester\xa0')
  },
  'in the authorization': () => {
    const request = read()
    const [, authorization = ''] = request.headers.find(([name]) => name === 'authorization') ?? []
    return withHeader(request, 'authorization', authorization.replace(', ', ',\xa0'))
  },
  'behind a trailer': () => {
    const request = chunked()
    return { ...request, body: request.body.replace(/\r\n\r\n$/, '\f\n\r\n') }
  },
  'behind the last line': () => {
    const request = chunked()
    return { ...request, body: request.body.replace(/\r\n$/, '\rx') }
  },
}

test.each(Object.entries(oddBlanks))('a blank that HTTP does not know, %s', async (_name, make) => {
  expect(await statusOf(make())).toBeGreaterThanOrEqual(400)
  expect(await statusOf(s3('HEAD', '/forged-bucket/forged'))).toBe(404)
})

test('a token from before a restart is none after it', async () => {
  const port = world.aws.port
  const before = session
  const first = await startLocalAws({ seed: { accounts: [{ id: world.home, rootKey: root }] } })
  const request = signHeader(
    before,
    { service: 's3', method: 'GET', path: '/', headers: { host: `127.0.0.1:${first.port}` } },
    Date.now(),
  )
  const answer = await sendBytes(first.port, renderRequest(request))
  await first.stop()
  expect(first.port).not.toBe(port)
  expect(answer.text).toContain('<Code>InvalidToken</Code>')
})
