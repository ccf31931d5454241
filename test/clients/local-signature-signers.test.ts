import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { whyNoBoto3, withReason } from '../support/aws-cli.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { random } from '../support/flip-bits.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { sendRaw, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let host: string
let root: Keys
beforeAll(async () => {
  world = await startTwoAccounts()
  host = `127.0.0.1:${world.aws.port}`
  root = world.root(world.home)
})
afterAll(() => world.stop())

interface Odd {
  readonly service: 's3' | 'iam'
  readonly way: 'header' | 'query'
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
}

const letters = [...'aZ09-._~ !"#$%&\'()*+,/:;<=>?@[\\]^`{|}é€😀\u0001\u007f']

/** Requests with paths, queries and headers that signers have to encode, sort and fold. */
function oddRequests(count: number): readonly Odd[] {
  const next = random(11)
  const word = (length: number): string =>
    Array.from({ length: 1 + next(length) }, () => letters[next(letters.length)]).join('')
  return Array.from({ length: count }, () => {
    const service = next(3) === 0 ? 'iam' : 's3'
    const names = new Set(Array.from({ length: next(4) }, () => word(6)))
    const dots = next(2) === 0 ? '/./x/../' : '//'
    const path =
      service === 's3' ? `/no-such-bucket/${word(12)}${dots}${word(5)}` : `/${dots}${word(5)}`
    return {
      service,
      way: next(2) === 0 ? 'header' : 'query',
      path,
      query: [...names].map((name) => [name, next(4) === 0 ? '' : word(8)] as const),
      headers: { 'x-amz-odd': `  a   ${next(9)}  b `, 'x-other': 'c' },
    }
  })
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )

function targetOf({ path, query }: Odd): string {
  const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  return `${path.split('/').map(encode).join('/')}${search === '' ? '' : `?${search}`}`
}

/** Whether the signature held: what the call is for does not exist. */
async function isTaken(path: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const { status, body } = await sendRaw(world.aws, {
    method: 'GET',
    path,
    headers: { host, ...headers },
  })
  if (/<Code>(NoSuchBucket|MissingAction|InvalidAction)<|Could not find operation/.test(body))
    return true
  if (status === 403 && body.includes('SignatureDoesNotMatch')) return false
  throw new Error(`${status} ${body}`)
}

const reason = whyNoBoto3()

test.skipIf(reason !== undefined)(withReason('what botocore signs is taken', reason), async () => {
  const odd = oddRequests(400)
  const requests = odd.map((each) => ({ ...each, target: targetOf(each) }))
  const script = fileURLToPath(new URL('botocore-sign.py', import.meta.url))
  const input = JSON.stringify({ keys: root, host, requests })
  const { stdout, stderr } = spawnSync('python3', [script], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  expect(stderr).toBe('')
  const signed: readonly { url: string; headers: Record<string, string> }[] = JSON.parse(stdout)
  expect(signed).toHaveLength(400)
  const refused: unknown[] = []
  for (const [at, { url, headers }] of signed.entries()) {
    const path = url.slice(`http://${host}`.length)
    if (!(await isTaken(path, headers))) refused.push([odd[at], path])
    // So that the requests cannot all be taken for another reason.
    const forged = path.includes('X-Amz-Signature=')
      ? [path.replace(/Expires=\d/, 'Expires=2'), headers]
      : [path, { ...headers, 'x-amz-odd': 'a 9 c' }]
    expect(await isTaken(forged[0] as string, forged[1] as typeof headers)).toBe(false)
  }
  expect(refused).toEqual([])
})

interface SignedBySdk {
  readonly headers: Record<string, string>
  readonly query: Record<string, string>
}

interface SdkSigner {
  sign(request: object, options: object): Promise<SignedBySdk>
  presign(request: object, options: object): Promise<SignedBySdk>
}

test('what the JavaScript SDK signs is taken', async () => {
  const client = new S3Client({ region: 'us-east-1', credentials: root })
  // The signer is the SDK's own; its type is not public.
  const config = client.config as unknown as { signer: (scheme: object) => Promise<SdkSigner> }
  const properties = {}
  const signer = await config.signer({
    name: 'sigv4',
    signingName: 's3',
    signingRegion: 'us-east-1',
    properties,
  })
  const refused: unknown[] = []
  const odd = oddRequests(400).filter(({ service }) => service === 's3')
  expect(odd.length).toBeGreaterThan(200)
  for (const each of odd) {
    const [path = ''] = targetOf(each).split('?')
    const query = Object.fromEntries(each.query)
    const given = {
      ...{ method: 'GET', protocol: 'http:', hostname: '127.0.0.1', port: world.aws.port },
      path,
      query,
      headers: { ...each.headers, host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    }
    const signed =
      each.way === 'query'
        ? await signer.presign(given, { expiresIn: 60 })
        : await signer.sign(given, {})
    const pairs = Object.entries(signed.query)
    const search = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
    const target = search === '' ? path : `${path}?${search}`
    if (!(await isTaken(target, signed.headers))) refused.push([each, target])
  }
  expect(refused).toEqual([])
})
