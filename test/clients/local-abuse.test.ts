import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { cpuUsage, memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Keys } from '../support/aws-under-test.ts'
import { random } from '../support/flip-bits.ts'
import type { Signed, Unsigned } from '../support/sign-any.ts'
import { renderRequest, sendBytes, signHeader } from '../support/sign-any.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let host: string
let root: Keys

beforeAll(async () => {
  world = await startTwoAccounts()
  host = `127.0.0.1:${world.aws.port}`
  root = world.root(world.home)
  expect((await send(s3('PUT', '/abused'))).status).toBe(200)
  expect((await send(s3('PUT', '/abused/kept', { body: 'kept' }))).status).toBe(200)
})
// Whatever was done to it, the server answers, and has what it had.
afterEach(async () => {
  const { status, text } = await send(s3('GET', '/abused/kept'))
  expect([status, text.slice(-4)]).toEqual([200, 'kept'])
})
afterAll(() => world.stop())

function s3(method: string, path: string, more: Partial<Unsigned> = {}): Signed {
  const { body = '' } = more
  const length = method === 'GET' ? {} : { 'content-length': String(body.length) }
  const headers = { host, ...length, ...more.headers }
  return signHeader(root, { service: 's3', method, path, ...more, headers }, world.nowMs())
}

function post(service: string, body: string, more: Unsigned['headers'] = {}): Signed {
  const type = 'application/x-www-form-urlencoded'
  const headers = { host, 'content-type': type, 'content-length': String(body.length), ...more }
  const request = { service, method: 'POST', path: '/', headers, body }
  return signHeader(root, request, world.nowMs())
}

const iam = (body: string): Signed => post('iam', `Version=2010-05-08&${body}`)

function ecr(operation: string, input: string): Signed {
  const target = `AmazonEC2ContainerRegistry_V20150921.${operation}`
  const type = 'application/x-amz-json-1.1'
  return post('ecr', input, { 'content-type': type, 'x-amz-target': target })
}

const send = (request: Signed) => sendBytes(world.aws.port, renderRequest(request))

const sendText = (text: string) => sendBytes(world.aws.port, Buffer.from(text, 'latin1'))

/** What would be let in if it were taken for a request of its own. */
function smuggled(): string {
  return renderRequest(s3('DELETE', '/abused/kept')).toString('latin1')
}

const framings: Readonly<Record<string, (behind: string) => string>> = {
  'a length and chunks': (s) =>
    `content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${s}`,
  'chunks and a length': (s) =>
    `transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${s}`,
  'two lengths': (s) => `content-length: 0\r\ncontent-length: ${s.length}\r\n\r\n${s}`,
  'the same length twice': (s) => `content-length: 0\r\ncontent-length: 0\r\n\r\n${s}`,
  'a list of lengths': (s) => `content-length: 0, 0\r\n\r\n${s}`,
  'a length with a sign': (s) => `content-length: +0\r\n\r\n${s}`,
  'a negative length': (s) => `content-length: -1\r\n\r\n${s}`,
  'a hexadecimal length': (s) => `content-length: 0x0\r\n\r\n${s}`,
  'a length beyond numbers': (s) => `content-length: 99999999999999999999999\r\n\r\n${s}`,
  'a coding that is none': (s) => `transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${s}`,
  'the coding identity': (s) => `transfer-encoding: identity\r\n\r\n${s}`,
  'chunks twice': (s) => `transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n${s}`,
  'chunks in two headers': (s) =>
    `transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${s}`,
  'chunks that are not last': (s) => `transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${s}`,
  'compressed chunks': (s) => `transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n${s}`,
  'a blank before the colon': (s) => `transfer-encoding : chunked\r\n\r\n0\r\n\r\n${s}`,
  'an odd blank': (s) => `transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n${s}`,
  'a negative chunk': (s) => `transfer-encoding: chunked\r\n\r\n-1\r\n\r\n${s}`,
  'a chunk beyond numbers': (s) =>
    `transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n${s}`,
  'chunks that end in line feeds': (s) => `transfer-encoding: chunked\r\n\r\n0\n\n${s}`,
  'an endless extension': (s) =>
    `transfer-encoding: chunked\r\n\r\n0;${'a'.repeat(70_000)}\r\n\r\n${s}`,
  'a folded line': (s) => `a: b\r\n content-length: 0\r\n\r\n${s}`,
  'a line feed alone': (s) => `a: b\n\n${s}`,
  'a carriage return alone': (s) => `a: b\r\r${s}`,
  'a zero byte': (s) => `a: b\0\r\n\r\n${s}`,
  'a line without a colon': (s) => `ab\r\n\r\n${s}`,
  'a name with a blank': (s) => `a b: c\r\n\r\n${s}`,
}

test.each(Object.entries(framings))('nothing is smuggled in behind %s', async (_name, frame) => {
  const { status, text } = await sendText(
    `POST /abused HTTP/1.1\r\nhost: ${host}\r\n${frame(smuggled())}`,
  )
  expect(status).toBeGreaterThanOrEqual(400)
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
})

test.each([
  ['no version', 'GET /\r\n\r\n'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a tunnel', 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['a target of another host', 'GET http://evil.example/ HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ['letters that are none', 'GET /\xe9 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ['a long target', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`],
  ['a long header', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\na: ${'a'.repeat(70_000)}\r\n\r\n`],
  ['many headers', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n${'a:\r\n'.repeat(1100)}\r\n`],
])('a head is refused: %s', async (_name, text) => {
  const { status } = await sendText(text.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
  expect(status === 0 || status >= 400).toBe(true)
})

describe('requests in one go on one connection', () => {
  /** Sends them all before the first is answered, the last with `connection: close`. */
  function pipeline(requests: readonly Buffer[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: world.aws.port, host: '127.0.0.1' })
      let text = ''
      socket.on('data', (piece) => {
        text += piece.toString('latin1')
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
      socket.write(Buffer.concat(requests))
    })
  }

  const open = (request: Signed): Buffer =>
    Buffer.from(
      renderRequest(request).toString('latin1').replace('connection: close\r\n', ''),
      'latin1',
    )

  test('are answered in their order, each for itself', async () => {
    const keys = ['a', 'b', 'c', 'd']
    const puts = keys.map((key) => open(s3('PUT', `/abused/${key}`, { body: `is ${key}` })))
    const gets = keys.map((key) => open(s3('GET', `/abused/${key}`)))
    const text = await pipeline([...puts, ...gets, renderRequest(s3('HEAD', '/abused/none'))])
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
    expect(statuses).toEqual([...keys.flatMap(() => ['200', '200']), '404'])
    expect([...text.matchAll(/is (\w)/g)].map(([, key]) => key)).toEqual(keys)
  })

  test('end with the first that is not understood', async () => {
    const good = open(s3('GET', '/abused/kept'))
    const text = await pipeline([good, Buffer.from('GET /\0\r\n\r\n'), Buffer.from(smuggled())])
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).not.toContain('204')
  })

  test('end with one whose body was refused before it was read', async () => {
    const headers = { 'content-length': '1000000', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    const refused = s3('PUT', '/abused/other', { headers })
    const unsigned = { ...refused, headers: refused.headers.filter(([n]) => n !== 'authorization') }
    const text = await pipeline([open(unsigned), Buffer.from(smuggled())])
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['403'])
  })
})

describe('other names of this machine', () => {
  const paths = ['/', '/v2/', '/v2/_catalog', '/_stile/state', '/_stile/reset', '/_stile/oidc/jwks']
  const hosts = ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '0.0.0.0', '']

  test.each(paths)('%s is answered on none of them', async (path) => {
    for (const name of hosts) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status } = await sendText(
          `${method} ${path} HTTP/1.1\r\nhost: ${name}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
        )
        expect([name, method, status]).toEqual([name, method, 421])
      }
    }
  })

  test.each([...paths, '/abused/kept'])('no page of another origin may read %s', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
      const { text } = await sendText(
        `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\norigin: https://evil.example\r\naccess-control-request-method: PUT\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      )
      expect(text).toMatch(/^HTTP\/1\.1 /)
      expect(text.toLowerCase()).not.toContain('access-control-')
    }
  })
})

describe('headers of answers', () => {
  const overrides = [
    'content-type',
    'content-disposition',
    'cache-control',
    'content-language',
    'expires',
    'content-encoding',
  ]

  test.each(overrides)('nothing is put in through response-%s', async (name) => {
    const query = `response-${name}=a%0D%0Ax-evil%3A%201`
    const { status, text } = await send(s3('GET', '/abused/kept', { query }))
    expect(status).toBe(400)
    expect(text.slice(0, text.indexOf('\r\n\r\n'))).not.toContain('x-evil')
  })

  test('metadata come back as they were, whatever their names', async () => {
    const headers = { 'x-amz-meta-__proto__': 'a', 'x-amz-meta-constructor': 'b' }
    expect((await send(s3('PUT', '/abused/m', { headers }))).status).toBe(200)
    const { text } = await send(s3('GET', '/abused/m'))
    expect(text).toContain('\r\nx-amz-meta-__proto__: a\r\nx-amz-meta-constructor: b\r\n')
  })

  test('metadata that no header can carry are encoded', async () => {
    const headers = { 'x-amz-meta-a': 'caf\xc3\xa9\x85' }
    await send(s3('PUT', '/abused/m', { headers }))
    const { text } = await send(s3('GET', '/abused/m'))
    expect(/x-amz-meta-a: ([^\r]*)/.exec(text)?.[1] ?? '').toMatch(/^[\x20-\x7e]*$/)
  })
})

describe('paths', () => {
  const outside = '/tmp/stile-traversal'
  const keys = [
    `../../../../../../..${outside}`,
    `..%2F..%2F..%2F..%2F..%2F..%2F..${outside.replaceAll('/', '%2F')}`,
    `%2F${outside.slice(1).replaceAll('/', '%2F')}`,
    'a%00b',
    '..%5C..%5Cwindows',
    '.',
    '..',
  ]

  test.each(keys)('the key %s is a name and no way', async (key) => {
    const body = 'x'.repeat(200_000)
    expect((await send(s3('PUT', `/abused/${key}`, { body }))).status).toBe(200)
    const { status, text } = await send(s3('GET', `/abused/${key}`))
    expect([status, text.length > 200_000]).toEqual([200, true])
    expect(existsSync(outside)).toBe(false)
    expect((await send(s3('DELETE', `/abused/${key}`))).status).toBe(204)
  })

  test.each([
    '../a',
    'a/../b',
    '/a',
    'a//b',
    'a%2Fb',
    '..',
    'a\\\\b',
    'a\\u0000b',
    'a'.repeat(300),
  ])('the name %s is no repository', async (name) => {
    const { text } = await send(ecr('CreateRepository', `{"repositoryName":"${name}"}`))
    expect(text).toContain('InvalidParameterException')
  })

  test.each(['..', '../x', '..%2Fx', 'A', 'a', '%2e%2e'])('%s is no bucket', async (name) => {
    const { status } = await send(s3('PUT', `/${name}`))
    expect(status).toBeGreaterThanOrEqual(400)
  })

  test('a key has a limit', async () => {
    const { text } = await send(s3('PUT', `/abused/${'a'.repeat(1025)}`))
    expect(text).toContain('<Code>KeyTooLongError</Code>')
  })
})

const bomb =
  '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Tagging>&b;</Tagging>'
const deepJson = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const mebibytes = (text: string, count: number): string => text.repeat((count << 20) / text.length)
const tagging = (body: string): Signed => s3('PUT', '/abused', { query: 'tagging=', body })
const numbered = (count: number, render: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => render(at + 1)).join('')

/** Content that is made to be costly, and what is said of it. */
const costly: Readonly<Record<string, readonly [() => Signed, string]>> = {
  'XML that multiplies': [() => tagging(bomb), 'MalformedXML'],
  'XML from a file': [
    () => tagging('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Tagging>&x;</Tagging>'),
    'MalformedXML',
  ],
  'XML without end': [() => tagging(mebibytes('<a>', 3)), 'MalformedXML'],
  'XML of many elements': [() => tagging(`<a>${mebibytes('<b/>', 3)}</a>`), 'MalformedXML'],
  'XML of attributes': [
    () => tagging(`<a ${numbered(200_000, (n) => `b${n}="" `)}/>`),
    'MalformedXML',
  ],
  'XML too long': [() => tagging(mebibytes('a', 5)), 'Code'],
  'SAML that multiplies': [
    () =>
      iam(
        `Action=CreateSAMLProvider&Name=p&SAMLMetadataDocument=${encodeURIComponent(bomb.padEnd(1000))}`,
      ),
    'InvalidInput',
  ],
  'a deep SAML document': [
    () =>
      iam(
        `Action=CreateSAMLProvider&Name=p&SAMLMetadataDocument=${encodeURIComponent('<a>'.repeat(100_000))}`,
      ),
    'InvalidInput',
  ],
  'deep JSON': [() => ecr('CreateRepository', `{"a":${deepJson(300_000)}}`), 'Exception'],
  'JSON that is none': [() => ecr('CreateRepository', mebibytes('[', 1)), 'SerializationException'],
  'a deep policy': [
    () => iam(`Action=CreatePolicy&PolicyName=p&PolicyDocument=${deepJson(3000)}`),
    'MalformedPolicyDocument',
  ],
  'a policy too deep to read': [
    () =>
      iam(
        `Action=SimulateCustomPolicy&ActionNames.member.1=s3:GetObject&PolicyInputList.member.1=${deepJson(60_000)}`,
      ),
    'InvalidInput',
  ],
  'a deep bucket policy': [
    () => s3('PUT', '/abused', { query: 'policy=', body: deepJson(9000) }),
    'MalformedPolicy',
  ],
  'many parameters': [
    () => iam(`Action=ListUsers${numbered(20_000, (n) => `&a${n}=1`)}`),
    'MalformedQueryString',
  ],
  'a deep parameter': [
    () => iam(`Action=ListUsers&${'a.'.repeat(400_000)}=1`),
    'MalformedQueryString',
  ],
  'a form that is too long': [() => iam(`Action=ListUsers&a=${mebibytes('a', 2)}`), 'too large'],
  'many tags': [
    () =>
      iam(
        `Action=CreateUser&UserName=u${numbered(60, (n) => `&Tags.member.${n}.Key=k${n}&Tags.member.${n}.Value=v`)}`,
      ),
    'ValidationError',
  ],
  'many tags of an object': [
    () =>
      s3('PUT', '/abused/t', { headers: { 'x-amz-tagging': numbered(3000, (n) => `k${n}=v&`) } }),
    'InvalidTag',
  ],
  'large metadata': [
    () => s3('PUT', '/abused/t', { headers: { 'x-amz-meta-a': 'a'.repeat(3000) } }),
    'MetadataTooLarge',
  ],
  'many keys to delete': [
    () =>
      s3('POST', '/abused', {
        query: 'delete=',
        body: `<Delete>${numbered(1001, (n) => `<Object><Key>k${n}</Key></Object>`)}</Delete>`,
      }),
    'MalformedXML',
  ],
  'more keys than numbers go': [
    () => s3('GET', '/abused', { query: 'list-type=2&max-keys=99999999999999999999' }),
    'InvalidArgument',
  ],
}

test.each(Object.entries(costly))('%s is refused, and soon', async (_name, [make, said]) => {
  const request = make()
  const before = cpuUsage()
  const { status, text } = await send(request)
  const { user, system } = cpuUsage(before)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(text).toContain(said)
  // The longest takes a third of it, its sending included.
  expect((user + system) / 1000).toBeLessThan(3000)
})

test('an upload has ten thousand parts at most', async () => {
  const begun = await send(s3('POST', '/abused/parts', { query: 'uploads=' }))
  const id = encodeURIComponent(/<UploadId>([^<]+)/.exec(begun.text)?.[1] ?? '')
  for (const number of ['10001', '0', '-1', '1e3', '99999999999999999999']) {
    const query = `partNumber=${number}&uploadId=${id}`
    const { text } = await send(s3('PUT', '/abused/parts', { query, body: 'a' }))
    expect([number, text]).toEqual([
      number,
      expect.stringContaining('<Code>InvalidArgument</Code>'),
    ])
  }
  const part = (at: number): string => `<Part><PartNumber>${at}</PartNumber><ETag>a</ETag></Part>`
  const body = `<CompleteMultipartUpload>${numbered(20_000, part)}</CompleteMultipartUpload>`
  const request = s3('POST', '/abused/parts', { query: `uploadId=${id}`, body })
  expect((await send(request)).status).toBe(400)
})

describe('what is compressed', () => {
  test('stays so in a bucket', async () => {
    const body = gzipSync('x'.repeat(1_000_000)).toString('latin1')
    const headers = { 'content-encoding': 'gzip' }
    const put = signHeaderLatin1('/abused/z', body, headers)
    expect((await send(put)).status).toBe(200)
    const { text } = await send(s3('GET', '/abused/z'))
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(body)
  })

  test('is not read as a form', async () => {
    const plain = 'Action=ListUsers&Version=2010-05-08'
    const body = gzipSync(plain).toString('latin1')
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'content-encoding': 'gzip' }
    expect((await send(post('iam', body, headers))).status).toBeGreaterThanOrEqual(400)
  })
})

/** Bytes that are no UTF-8: their hash is left to the header. */
function signHeaderLatin1(path: string, body: string, more: Unsigned['headers']): Signed {
  const headers = { ...more, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  return s3('PUT', path, { body, headers })
}

test('ten thousand hostile requests leave no memory behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const next = random(7)
  const long = 'a'.repeat(50_000)
  const kinds: readonly (() => Buffer)[] = [
    () => Buffer.from(`GET /${long} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`),
    () =>
      Buffer.from(
        `GET / HTTP/1.1\r\nhost: ${host}\r\nuser-agent: ${long}\r\nconnection: close\r\n\r\n`,
      ),
    () =>
      Buffer.from(
        `PUT /abused/x HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 9999\r\nconnection: close\r\n\r\nx`,
      ),
    () => renderRequest(iam(`Action=GetUser&UserName=${long}`)),
    () => renderRequest(iam(`Action=CreateUser&UserName=u&Path=${long}`)),
    () =>
      renderRequest({ ...s3('PUT', `/abused/k${next(1e9)}`, { body: 'signed' }), body: 'forged' }),
    () => renderRequest(tagging(bomb)),
    () => renderRequest(ecr('CreateRepository', `{"a":${deepJson(1000)}`)),
  ]
  const attack = async (count: number): Promise<void> => {
    const one = async (): Promise<void> => {
      const { status } = await sendShort(kinds[next(kinds.length)]?.() ?? Buffer.alloc(0))
      expect(status === 0 || (status >= 400 && status < 500)).toBe(true)
    }
    for (let done = 0; done < count; done += 20) {
      await Promise.all(Array.from({ length: 20 }, one))
    }
  }
  const measure = (): { readonly heap: number; readonly rss: number } => {
    collect()
    const { heapUsed, external, rss } = memoryUsage()
    return { heap: (heapUsed + external) / 2 ** 20, rss: rss / 2 ** 20 }
  }
  // The event history and the caches fill up first.
  await attack(3000)
  const before = measure()
  await attack(10_000)
  const after = measure()
  expect(after.heap - before.heap).toBeLessThan(20)
  expect(after.rss - before.rss).toBeLessThan(100)
}, 120_000)

/** As `sendBytes`, but ends its side: what was cut short is not waited for. */
function sendShort(bytes: Buffer): Promise<{ readonly status: number }> {
  return new Promise((resolve) => {
    const socket = connect({ port: world.aws.port, host: '127.0.0.1' })
    let text = ''
    socket.on('data', (piece) => {
      text += piece.toString('latin1').slice(0, 100)
    })
    socket.on('error', () => undefined)
    socket.on('close', () =>
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0) }),
    )
    socket.write(bytes)
    if (bytes.includes('content-length: 9999')) socket.end()
  })
}
