import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChunkedOptions } from './aws-chunked.ts'
import { ChunkError, decodeChunks } from './aws-chunked.ts'
import { renderCanonicalRequest, renderStringToSign } from './canonical-request.ts'
import { deriveSigningKey, renderScope } from './signing-key.ts'
import { parseBasicTime, renderBasicTime } from './time.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const scope = { date: '20130524', region: 'us-east-1', service: 's3' }
const time = '20130524T000000Z'

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
test.each([
  [
    'GET /test.txt',
    { path: '/test.txt', query: '', more: { 'x-amz-date': time, range: 'bytes=0-9' } },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'GET lifecycle',
    { path: '/', query: 'lifecycle', more: { 'x-amz-date': time } },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET list',
    { path: '/', query: 'max-keys=2&prefix=J', more: { 'x-amz-date': time } },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('the example of the documentation: %s', (_name, { path, query, more }, signature) => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const headers: Record<string, string> = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': empty,
    ...more,
  }
  const canonical = renderCanonicalRequest(
    { method: 'GET', path, query, headers },
    { signedHeaders: Object.keys(headers).sort(), payloadHash: empty, path: 'as-is' },
  )
  const text = renderStringToSign(canonical ?? '', { time, scope: renderScope(scope) })
  const key = deriveSigningKey(secret, scope)
  expect(createHmac('sha256', key).update(text).digest('hex')).toBe(signature)
})

test.each([
  ['/a//b/./c/../d', 'as-is', '/a//b/./c/../d'],
  ['/a//b/./c/../d', 'normalized', '/a/b/d'],
  ['/a%20b/', 'as-is', '/a%20b/'],
  ['/a%20b/', 'normalized', '/a%2520b/'],
  ['/a(b)*~', 'as-is', '/a%28b%29%2A~'],
  ['/', 'normalized', '/'],
] as const)('the path %s, %s', (path, how, expected) => {
  const head = { method: 'GET', path, query: '', headers: {} }
  const rendered = renderCanonicalRequest(head, { signedHeaders: [], payloadHash: '', path: how })
  expect(rendered?.split('\n')[1]).toBe(expected)
})

test.each([
  ['b=2&a=1', 'a=1&b=2'],
  ['a=2&a=1', 'a=1&a=2'],
  ['a', 'a='],
  ['a=%2f&X-Amz-Signature=x', 'a=%2F'],
  ['a=b+c', 'a=b%20c'],
])('the query %s', (query, expected) => {
  const head = { method: 'GET', path: '/', query, headers: {} }
  const options = { signedHeaders: [], payloadHash: '', path: 'as-is' } as const
  expect(renderCanonicalRequest(head, options)?.split('\n')[2]).toBe(expected)
})

test('a broken percent-encoding has no canonical form', () => {
  const options = { signedHeaders: [], payloadHash: '', path: 'as-is' } as const
  const head = { method: 'GET', path: '/%zz', query: '', headers: {} }
  expect(renderCanonicalRequest(head, options)).toBeUndefined()
})

test.each(['20130631T000000Z', '20130524', '', '2013-05-24T00:00:00Z'])('%s is no time', (text) => {
  expect(parseBasicTime(text)).toBeUndefined()
})

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
const signing = {
  signingKey: deriveSigningKey(secret, scope),
  time,
  scope: renderScope(scope),
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
}
const signatures = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
] as const
const example = [
  `10000;chunk-signature=${signatures[0]}\r\n${'a'.repeat(65_536)}\r\n`,
  `400;chunk-signature=${signatures[1]}\r\n${'a'.repeat(1024)}\r\n`,
  `0;chunk-signature=${signatures[2]}\r\n\r\n`,
].join('')

async function decode(text: string, options: Partial<ChunkedOptions>, piece = 1000) {
  let trailers: Readonly<Record<string, string>> = {}
  async function* pieces(): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
  }
  const onTrailers = (found: typeof trailers): void => {
    trailers = found
  }
  const decoded: Buffer[] = []
  const whole = { trailerNames: [], decodedLength: 0, onTrailers, ...options }
  for await (const bytes of decodeChunks(pieces(), whole)) decoded.push(bytes)
  return { text: Buffer.concat(decoded).toString(), trailers: { ...trailers } }
}

test.each([1, 7, 1000, 1_000_000])(
  'signed chunks that come in pieces of %i bytes',
  async (piece) => {
    const decoded = await decode(example, { signing, decodedLength: 66_560 }, piece)
    expect(decoded.text).toBe('a'.repeat(66_560))
  },
)

test.each([
  ['a byte changed', example.replace('aaa', 'aab')],
  ['a signature changed', example.replace(signatures[1], signatures[0])],
  ['the last signature changed', example.replace(signatures[2], signatures[0])],
  ['a signature gone', example.replace(`;chunk-signature=${signatures[1]}`, '')],
])('signed chunks with %s', async (_name, text) => {
  const decoding = decode(text, { signing, decodedLength: 66_560 })
  await expect(decoding).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
})

const unsigned = '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n'
const announced = { trailerNames: ['x-amz-checksum-crc32'], decodedLength: 3 }

test('unsigned chunks with a trailer', async () => {
  const decoded = await decode(unsigned, announced)
  expect(decoded).toEqual({ text: 'abc', trailers: { 'x-amz-checksum-crc32': 'NSRBwg==' } })
})

test.each([
  ['cut short', unsigned.slice(0, 5), announced],
  ['without an end', '3\r\nabc\r\n', announced],
  ['longer than announced', unsigned, { ...announced, decodedLength: 2 }],
  ['shorter than announced', unsigned, { ...announced, decodedLength: 4 }],
  ['with an unannounced trailer', unsigned, { ...announced, trailerNames: [] }],
  ['without the announced trailer', '3\r\nabc\r\n0\r\n\r\n', announced],
  ['with a size that is no number', 'x\r\nabc\r\n0\r\n\r\n', announced],
  ['with a negative size', '-3\r\nabc\r\n0\r\n\r\n', announced],
  ['with a longer chunk', '3\r\nabcd\r\n0\r\n\r\n', announced],
  ['empty', '', announced],
])('chunks %s', async (_name, text, options) => {
  await expect(decode(text, options)).rejects.toBeInstanceOf(ChunkError)
})

test('chunks of a signed trailer need its signature', async () => {
  const key = signing.signingKey
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('hex')
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
  const chunk = (previous: string, data: string): string =>
    sign(
      ['AWS4-HMAC-SHA256-PAYLOAD', time, signing.scope, previous, hashOf(''), hashOf(data)].join(
        '\n',
      ),
    )
  const first = chunk(signing.seed, 'abc')
  const last = chunk(first, '')
  const trailer = sign(
    [
      'AWS4-HMAC-SHA256-TRAILER',
      time,
      signing.scope,
      last,
      hashOf('x-amz-checksum-crc32:NSRBwg==\n'),
    ].join('\n'),
  )
  const body = (signature: string): string =>
    `3;chunk-signature=${first}\r\nabc\r\n0;chunk-signature=${last}\r\nx-amz-checksum-crc32:NSRBwg==\r\nx-amz-trailer-signature:${signature}\r\n\r\n`
  const options = { ...announced, signing }
  expect((await decode(body(trailer), options)).text).toBe('abc')
  await expect(decode(body(first), options)).rejects.toBeInstanceOf(ChunkError)
})

test('a time is read exactly where writing it gives the same text', () => {
  const digits = (size: number, max: number) =>
    fc.integer({ min: 0, max }).map((number) => String(number).padStart(size, '0'))
  const time = fc
    .tuple(
      digits(4, 9999),
      digits(2, 13),
      digits(2, 32),
      digits(2, 25),
      digits(2, 61),
      digits(2, 61),
    )
    .map(([year, month, day, ...clock]) => `${year}${month}${day}T${clock.join('')}Z`)
  fc.assert(
    fc.property(time, (text) => {
      const atMs = parseBasicTime(text)
      const written = Date.parse(text.replace(basic, '$1-$2-$3T$4:$5:$6Z'))
      // `Date` takes the hour 24, and any day up to the 31st, for moments of the next day or month.
      const isReal = !Number.isNaN(written) && renderBasicTime(written) === text
      const hasForm = !text.startsWith('00')
      expect(atMs).toBe(isReal && hasForm ? written : undefined)
    }),
    { numRuns: 2000 },
  )
})

const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
