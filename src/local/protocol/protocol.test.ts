import { expect, test } from 'vitest'
import type { ServiceName } from '../operation.ts'
import { ServiceError } from '../service-error.ts'
import { loadService } from './load-service.ts'
import { readRequest, routeRequest, writeError, writeResponse } from './protocol.ts'
import { hasStreamingInput } from './service-model.ts'
import type { WireRequest } from './wire.ts'

const requestId = 'c6104cbe-af31-11e0-8154-cbc7ccf896c7'

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'))
}

function wire(
  line: string,
  parts: { body?: string; headers?: Record<string, string> } = {},
): WireRequest {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  const headers = { host: '127.0.0.1:4566', ...parts.headers }
  return { method, path, query, headers, body: bytes(parts.body ?? '') }
}

function read(service: ServiceName, request: WireRequest) {
  return readRequest(loadService(service), request)
}

function form(text: string): WireRequest {
  return wire('POST /', { body: text })
}

const assume = 'Action=AssumeRole&Version=2011-06-15'

test.each([
  { query: `${assume}&RoleArn=r`, input: { RoleArn: 'r' } },
  { query: `${assume}&Unknown=1&X-Amz-Date=d`, input: {} },
  { query: `${assume}&DurationSeconds=900`, input: { DurationSeconds: 900 } },
  { query: `${assume}&ExternalId=`, input: { ExternalId: '' } },
  { query: `${assume}&ExternalId=a+b%2Bc`, input: { ExternalId: 'a b+c' } },
  { query: `${assume}&Tags=`, input: { Tags: [] } },
  {
    query: `${assume}&Tags.member.10.Key=b&Tags.member.2.Key=a`,
    input: { Tags: [{ Key: 'a' }, { Key: 'b' }] },
  },
  { query: `${assume}&__proto__.x=1&constructor=2`, input: {} },
])('a form is read: $query', ({ query, input }) => {
  const call = { kind: 'operation', name: 'AssumeRole', input }
  expect(read('sts', form(query))).toEqual(call)
  expect(read('sts', wire(`GET /?${query}`))).toEqual(call)
})

test.each([
  { query: '', code: 'MissingAction' },
  { query: 'Version=2011-06-15', code: 'MissingAction' },
  { query: 'Action=AssumeRole', code: 'InvalidAction' },
  { query: 'Action=AssumeRole&Version=2010-05-08', code: 'InvalidAction' },
  { query: `${assume}&DurationSeconds=1h`, code: 'MalformedInput' },
  { query: `${assume}&DurationSeconds=9e2`, code: 'MalformedInput' },
  { query: `${assume}&DurationSeconds=99999999999999999999`, code: 'MalformedInput' },
  { query: `${assume}&Tags=x`, code: 'MalformedInput' },
  { query: `${assume}&Tags.member.1=x`, code: 'MalformedInput' },
  { query: `${assume}&Tags.1.Key=x`, code: 'MalformedInput' },
  { query: `${assume}&PolicyArns.member.x.arn=a`, code: 'MalformedInput' },
  { query: `${assume}&PolicyArns.member.0.arn=a`, code: 'MalformedInput' },
  { query: `${assume}&PolicyArns.member.100000.arn=a`, code: 'MalformedInput' },
  { query: `${assume}&RoleArn.x=1`, code: 'MalformedInput' },
  { query: `${assume}&RoleArn=a&RoleArn=b`, code: 'MalformedQueryString' },
  { query: `${assume}&RoleArn=%ff`, code: 'MalformedQueryString' },
  { query: `${assume}&${'a.'.repeat(20)}=1`, code: 'MalformedQueryString' },
  { query: `${assume}${'&a=1'.repeat(20_000)}`, code: 'MalformedQueryString' },
])('a form is refused with $code', ({ query, code }) => {
  expect(read('sts', form(query))).toMatchObject({ kind: 'malformed', error: { code } })
})

test('parameters given in both the query string and the body are refused when they repeat', () => {
  const request = wire(`POST /?${assume}&RoleArn=a`, { body: 'RoleArn=b' })
  expect(read('sts', request)).toMatchObject({ error: { code: 'MalformedQueryString' } })
})

test('an action that AWS does not have is unknown', () => {
  const request = form('Action=constructor&Version=2011-06-15')
  expect(read('sts', request)).toEqual({ kind: 'unknown', name: 'constructor' })
})

test('a role answer has the envelope of AWS, whole seconds and an empty element for an empty list', () => {
  const expires = new Date('2026-03-01T12:00:00.999Z')
  const output = {
    Credentials: {
      AccessKeyId: 'ASIA',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: expires,
    },
    PackedPolicySize: 6,
  }
  const answer = { operation: 'AssumeRole', output, requestId }
  expect(writeResponse(loadService('sts'), answer)).toEqual({
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-03-01T12:00:00Z</Expiration></Credentials><PackedPolicySize>6</PackedPolicySize></AssumeRoleResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></AssumeRoleResponse>`,
  })
  const list = { operation: 'ListRoles', output: { Roles: [], IsTruncated: false }, requestId }
  expect(writeResponse(loadService('iam'), list).body).toContain(
    '<ListRolesResult><Roles/><IsTruncated>false</IsTruncated></ListRolesResult>',
  )
  const nothing = { operation: 'DeleteRole', output: {}, requestId }
  expect(writeResponse(loadService('iam'), nothing).body).toBe(
    `<DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></DeleteRoleResponse>`,
  )
})

test('an error that quotes what XML cannot hold can be read', () => {
  const error = new ServiceError('ValidationError', "Value '\u0001\u000b\ud800 <é😀' is no good")
  expect(writeError(loadService('iam'), { error, requestId }).body).toContain(
    "<Message>Value '??? &lt;é😀' is no good</Message>",
  )
})

test('errors have the envelope of their service', () => {
  const denied = new ServiceError('AccessDenied', 'no & never', { status: 403 })
  expect(writeError(loadService('sts'), { error: denied, requestId })).toMatchObject({
    status: 403,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &amp; never</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  })
  const failure = new ServiceError('InternalFailure', 'x', { status: 500 })
  expect(writeError(loadService('iam'), { error: failure, requestId }).body).toContain(
    '<Type>Receiver</Type>',
  )
  expect(writeError(loadService('ecr'), { error: denied, requestId })).toEqual({
    status: 403,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': 'AccessDenied',
    },
    body: '{"__type":"AccessDenied","message":"no & never"}',
  })
  const missing = new ServiceError('NoSuchKey', 'gone', { details: { Key: 'a<b' } })
  const answer = { error: missing, requestId }
  expect(writeError(loadService('s3'), answer)).toMatchObject({
    status: 404,
    headers: { 'x-amz-request-id': requestId, 'content-type': 'application/xml' },
    body: expect.stringContaining(
      `<Error><Code>NoSuchKey</Code><Message>gone</Message><Key>a&lt;b</Key><RequestId>${requestId}</RequestId><HostId>`,
    ),
  })
})

test('answers to HEAD and 304 carry no body', () => {
  const error = new ServiceError('NoSuchKey', 'gone', { status: 404 })
  const s3 = loadService('s3')
  expect(writeError(s3, { error, requestId, operation: 'HeadObject' })).toMatchObject({
    status: 404,
    body: '',
  })
  const unchanged = new ServiceError('NotModified', 'same', { status: 304 })
  expect(writeError(s3, { error: unchanged, requestId, operation: 'GetObject' }).body).toBe('')
})

const target = 'AmazonEC2ContainerRegistry_V20150921'

function json(operation: string, body: string): WireRequest {
  return wire('POST /', { body, headers: { 'x-amz-target': `${target}.${operation}` } })
}

test.each([
  { body: '', input: {} },
  { body: '{}', input: {} },
  { body: '{"registryId":null,"extra":[1]}', input: {} },
  { body: '{"maxResults":5,"repositoryNames":[]}', input: { maxResults: 5, repositoryNames: [] } },
  { body: '{"__proto__":{"maxResults":5}}', input: {} },
])('JSON is read: $body', ({ body, input }) => {
  const call = { kind: 'operation', name: 'DescribeRepositories', input }
  expect(read('ecr', json('DescribeRepositories', body))).toEqual(call)
})

test.each([
  { body: '{' },
  { body: '[]' },
  { body: 'null' },
  { body: '"x"' },
  { body: '{"maxResults":"5"}' },
  { body: '{"registryId":5}' },
  { body: '{"repositoryNames":{}}' },
  { body: '{"repositoryNames":[{}]}' },
  { body: '{"repositoryNames":[null]}' },
  { body: '\u00ff'.repeat(3).concat('{') },
])('JSON is refused: $body', ({ body }) => {
  expect(read('ecr', json('DescribeRepositories', body))).toMatchObject({
    kind: 'malformed',
    error: { code: 'SerializationException', status: 400 },
  })
})

test('a layer part is base64, and nothing else', () => {
  const upload = (layerPartBlob: string) =>
    read('ecr', json('UploadLayerPart', JSON.stringify({ layerPartBlob })))
  expect(upload('AP8K')).toMatchObject({ input: { layerPartBlob: new Uint8Array([0, 255, 10]) } })
  for (const wrong of ['AP8', 'AP8K=', 'A P8', 'AP-_']) {
    expect(upload(wrong)).toMatchObject({ error: { code: 'SerializationException' } })
  }
})

test('a target is the operation; without one there is none', () => {
  expect(read('ecr', json('Nothing', '{}'))).toEqual({ kind: 'unknown', name: 'Nothing' })
  expect(read('ecr', wire('POST /'))).toMatchObject({
    error: { code: 'UnknownOperationException' },
  })
  const head = json('PutImage', '')
  expect(routeRequest(loadService('ecr'), head)).toBe('PutImage')
  expect(routeRequest(loadService('ecr'), json('Nothing', ''))).toBeUndefined()
})

test('map keys mean nothing but themselves', () => {
  const entry = (n: number, key: string) =>
    `&Properties.entry.${n}.key=${key}&Properties.entry.${n}.value=v${n}`
  const put = 'Action=PutAccountProperties&Version=2010-05-08'
  const call = read('iam', form(`${put}${entry(1, '__proto__')}${entry(2, 'toString')}`))
  if (call.kind !== 'operation') throw new Error('not read')
  const properties = call.input.Properties as Record<string, unknown>
  expect(Object.entries(properties)).toEqual([
    ['__proto__', 'v1'],
    ['toString', 'v2'],
  ])
  expect(properties.constructor).toBeUndefined()
  const twice = form(`${put}${entry(1, 'a')}${entry(2, 'a')}`)
  expect(read('iam', twice)).toMatchObject({ error: { code: 'MalformedInput' } })
})

test('only bodies that hold bytes to be stored are streamed', () => {
  const names = [...loadService('s3').operations.keys()]
  expect(names.filter((name) => hasStreamingInput(loadService('s3'), name))).toEqual([
    'PutObject',
    'PutObjectAnnotation',
    'UploadPart',
    'WriteGetObjectResponse',
  ])
  expect(hasStreamingInput(loadService('ecr'), 'UploadLayerPart')).toBe(false)
})

test('blobs of the store pass through both ways', () => {
  const s3 = loadService('s3')
  const blob = { id: 'b1', size: 4, md5: 'm', sha256: 's' }
  const headers = {
    'content-encoding': 'aws-chunked,gzip',
    'x-amz-decoded-content-length': '4',
    'content-length': '120',
    'x-amz-meta-team': 'platform',
    'x-amz-meta-utf8': Buffer.from('é', 'utf8').toString('latin1'),
    'x-amz-meta-latin1': 'é',
  }
  expect(readRequest(s3, { ...wire('PUT /b/k', { headers }), body: blob })).toEqual({
    kind: 'operation',
    name: 'PutObject',
    input: {
      Bucket: 'b',
      Key: 'k',
      Body: blob,
      ContentEncoding: 'gzip',
      ContentLength: 4,
      Metadata: { team: 'platform', utf8: 'é', latin1: 'é' },
    },
  })
  const Body = { blobId: 'b1', start: 0, end: 1 }
  const output = {
    Body,
    ContentLength: 2,
    ContentRange: 'bytes 0-1/4',
    Metadata: { Note: 'é\r\nx: y' },
  }
  expect(writeResponse(s3, { operation: 'GetObject', output, requestId })).toMatchObject({
    status: 206,
    headers: {
      'content-length': '2',
      'content-range': 'bytes 0-1/4',
      'x-amz-meta-note': '=?UTF-8?Q?=C3=A9_x:_y?=',
    },
    body: Body,
  })
})
