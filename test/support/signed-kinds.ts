import { createHash, createHmac } from 'node:crypto'
import type { Keys } from './aws-under-test.ts'
import type { Signed, Unsigned } from './sign-any.ts'
import { basicTime, signHeader, signingKey, signingScope, signQuery } from './sign-any.ts'
import type { ChunkedUpload } from './sign-chunks.ts'
import { signChunks } from './sign-chunks.ts'

/** Who signs, and where to: the bucket `forged-bucket` holds `oddKey`, and keeps it from everybody else. */
export interface SigningFacts {
  /** Long-term keys. */
  readonly user: Keys
  readonly session: Keys
  readonly host: string
  readonly nowMs: () => number
}

export interface SignedKind {
  readonly name: string
  readonly make: () => Signed
  /** What of the body the signature or a checksum under it covers: all of it by default. */
  readonly body?: 'uncovered' | 'form fields'
}

export const oddKey = '/forged-bucket/a%20b/%C3%A9%2Fc'
export const forgedKey = '/forged-bucket/forged'

/** A signed request of every kind that there is, each of which is accepted as it is. */
export function signedKinds(facts: SigningFacts): readonly SignedKind[] {
  return [...calls(facts), ...reads(facts), ...uploads(facts)]
}

function calls({ user, session, host, nowMs }: SigningFacts): readonly SignedKind[] {
  const post = (keys: Keys, request: Pick<Unsigned, 'service' | 'headers' | 'body'>) => {
    const whole = { ...request, method: 'POST', path: '/', headers: { host, ...request.headers } }
    const signed = signHeader(keys, whole, nowMs())
    const length = ['content-length', String(request.body?.length)] as const
    return { ...signed, headers: [...signed.headers, length] }
  }
  const form = (keys: Keys, service: string, body: string) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return post(keys, { service, headers, body })
  }
  const json = (keys: Keys, service: string, target: string) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
    return post(keys, { service, headers, body: '{}' })
  }
  const identity = 'Action=GetCallerIdentity&Version=2011-06-15'
  const ecr = 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories'
  const trail = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'
  const link = (keys: Keys) => {
    const request = { service: 'sts', method: 'GET', path: '/', query: identity, headers: { host } }
    return signQuery(keys, request, { nowMs: nowMs(), expires: 300 })
  }
  return [
    { name: 'Query: STS by a user', make: () => form(user, 'sts', identity) },
    { name: 'Query: STS by a session', make: () => form(session, 'sts', identity) },
    {
      name: 'Query: IAM by a session',
      make: () => form(session, 'iam', 'Action=ListUsers&Version=2010-05-08&PathPrefix=%2F'),
    },
    { name: 'Query: a link by a user', make: () => link(user) },
    { name: 'Query: a link by a session', make: () => link(session) },
    { name: 'JSON: ECR by a user', make: () => json(user, 'ecr', ecr) },
    { name: 'JSON: CloudTrail by a session', make: () => json(session, 'cloudtrail', trail) },
  ]
}

function reads(facts: SigningFacts): readonly SignedKind[] {
  const { user, session } = facts
  const query = 'encoding-type=url&list-type=2&prefix=a%20b%2F'
  return [
    { name: 'S3: a list', make: () => s3(facts, { path: '/forged-bucket', query }) },
    { name: 'S3: a read by a user', make: () => s3({ ...facts, session: user }, {}) },
    { name: 'S3: a read by a session', make: () => s3(facts, {}) },
    { name: 'S3: a link by a user', make: () => s3Link(facts, { keys: user }) },
    { name: 'S3: a link by a session', make: () => s3Link(facts, { keys: session }) },
  ]
}

function uploads(facts: SigningFacts): readonly SignedKind[] {
  const body = 'the body that was signed'
  const put = { method: 'PUT', path: forgedKey, body }
  const xml = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
  const chunks = (kind: ChunkedUpload['kind']): Signed => {
    const pieces = ['x'.repeat(43), 'y'.repeat(30)]
    const { host, session } = facts
    return signChunks(session, { path: forgedKey, host, pieces, kind }, facts.nowMs())
  }
  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  return [
    {
      name: 'S3: an upload with its hash',
      make: () =>
        s3(facts, {
          ...put,
          headers: {
            'x-amz-meta-note': 'two  words',
            'x-amz-acl': 'private',
            'cache-control': 'a',
          },
        }),
    },
    {
      name: 'S3: XML',
      make: () => s3(facts, { ...put, path: oddKey, query: 'tagging=', body: xml }),
    },
    {
      name: 'S3: UNSIGNED-PAYLOAD',
      body: 'uncovered',
      make: () => s3(facts, { ...put, headers: unsigned }),
    },
    {
      name: 'S3: a link to upload by',
      body: 'uncovered',
      make: () => s3Link(facts, { keys: facts.session, ...put }),
    },
    { name: 'S3: signed chunks', make: () => chunks('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') },
    {
      name: 'S3: signed chunks with a signed trailer',
      make: () => chunks('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'),
    },
    {
      name: 'S3: chunks under a checksum in a trailer',
      make: () => chunks('STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
    },
    { name: 'S3: a form', body: 'form fields', make: () => postForm(facts) },
  ]
}

function s3(facts: SigningFacts, request: Partial<Unsigned>): Signed {
  const { body = '' } = request
  const length = request.method === 'PUT' ? { 'content-length': String(body.length) } : {}
  const headers = { host: facts.host, ...length, ...request.headers }
  const whole = { service: 's3', method: 'GET', path: oddKey, ...request, headers }
  return signHeader(facts.session, whole, facts.nowMs())
}

type Link = Partial<Unsigned> & { readonly keys: Keys }

function s3Link({ host, nowMs }: SigningFacts, { keys, ...request }: Link): Signed {
  const length = request.body === undefined ? {} : { 'content-length': String(request.body.length) }
  const headers = { host, ...length }
  const whole = { service: 's3', method: 'GET', path: oddKey, ...request, headers }
  return signQuery(keys, whole, { nowMs: nowMs(), expires: 300 })
}

/** What a browser posts: the policy is signed, and holds the other fields. */
function postForm({ session, host, nowMs }: SigningFacts): Signed {
  const scope = signingScope('s3', nowMs())
  const fields: Record<string, string> = {
    key: 'forged',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${session.accessKeyId}/${scope}`,
    'x-amz-date': basicTime(nowMs()),
    'x-amz-security-token': session.sessionToken ?? '',
  }
  const conditions = Object.entries(fields).map(([name, value]) => ({ [name]: value }))
  const expiration = new Date(nowMs() + 600_000).toISOString()
  const text = JSON.stringify({
    expiration,
    conditions: [{ bucket: 'forged-bucket' }, ...conditions],
  })
  const policy = Buffer.from(text).toString('base64')
  const hmac = createHmac('sha256', signingKey(session, scope)).update(policy)
  const boundary = createHash('md5').update(policy).digest('hex')
  const parts = { ...fields, policy, 'x-amz-signature': hmac.digest('hex') }
  const lines = Object.entries(parts).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nfile\r\n`
  const body = `${lines.join('')}${file}--${boundary}--\r\n`
  const headers = [
    ['host', host],
    ['content-type', `multipart/form-data; boundary=${boundary}`],
    ['content-length', String(body.length)],
  ] as const
  return { method: 'POST', target: '/forged-bucket', headers, body }
}
