import { expect, test } from 'vitest'
import { loadService } from './load-service.ts'
import { readRequest, routeRequest } from './protocol.ts'
import { bucketOfHost } from './route-rest.ts'

const s3 = loadService('s3')

function head(line: string, headers: Record<string, string> = {}) {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  return { method, path, query, headers: { host: 's3.eu-west-1.amazonaws.com', ...headers } }
}

const copy = { 'x-amz-copy-source': 'a/b' }

test.each([
  { line: 'GET /', name: 'ListBuckets' },
  { line: 'GET /?x-id=ListDirectoryBuckets', name: 'ListDirectoryBuckets' },
  { line: 'PUT /b', name: 'CreateBucket' },
  { line: 'PUT /b/', name: 'CreateBucket' },
  { line: 'HEAD /b', name: 'HeadBucket' },
  { line: 'DELETE /b', name: 'DeleteBucket' },
  { line: 'GET /b', name: 'ListObjects' },
  { line: 'GET /b?prefix=a&unheard=1', name: 'ListObjects' },
  { line: 'GET /b?list-type=2', name: 'ListObjectsV2' },
  { line: 'GET /b?versions', name: 'ListObjectVersions' },
  { line: 'GET /b?location=', name: 'GetBucketLocation' },
  { line: 'PUT /b?acl', name: 'PutBucketAcl' },
  { line: 'GET /b?policy', name: 'GetBucketPolicy' },
  { line: 'GET /b?policyStatus', name: 'GetBucketPolicyStatus' },
  { line: 'POST /b?delete', name: 'DeleteObjects' },
  { line: 'GET /b?uploads', name: 'ListMultipartUploads' },
  { line: 'GET /b?analytics', name: 'ListBucketAnalyticsConfigurations' },
  { line: 'GET /b?analytics&id=1', name: 'GetBucketAnalyticsConfiguration' },
  { line: 'PUT /b/k', name: 'PutObject' },
  { line: 'PUT /b/k?x-id=GetObject', name: 'PutObject' },
  { line: 'PUT /b/k', headers: copy, name: 'CopyObject' },
  { line: 'PUT /b/k?partNumber=1&uploadId=u', name: 'UploadPart' },
  { line: 'PUT /b/k?partNumber=1&uploadId=u', headers: copy, name: 'UploadPartCopy' },
  { line: 'PUT /b/k?tagging', name: 'PutObjectTagging' },
  { line: 'GET /b/k', name: 'GetObject' },
  { line: 'GET /b/k?partNumber=2', name: 'GetObject' },
  { line: 'GET /b/k?uploadId=u', name: 'ListParts' },
  { line: 'GET /b/a//b/?versionId=v', name: 'GetObject' },
  { line: 'GET /b//', name: 'GetObject' },
  { line: 'GET /b/k?attributes', name: 'GetObjectAttributes' },
  { line: 'GET /b/k?X-Amz-Signature=x&x-amz-date=y', name: 'GetObject' },
  { line: 'DELETE /b/k', name: 'DeleteObject' },
  { line: 'DELETE /b/k?uploadId=u', name: 'AbortMultipartUpload' },
  { line: 'POST /b/k?uploads', name: 'CreateMultipartUpload' },
  { line: 'POST /b/k?uploadId=u', name: 'CompleteMultipartUpload' },
  { line: 'POST /b/k?select&select-type=2', name: 'SelectObjectContent' },
  { line: 'POST /WriteGetObjectResponse', name: 'WriteGetObjectResponse' },
])('$line is $name', ({ line, headers, name }) => {
  expect(routeRequest(s3, head(line, headers))).toBe(name)
})

test.each([
  'DELETE /b?acl',
  'DELETE /b?versioning',
  'DELETE /b/k?acl',
  'PUT /b?location',
  'PUT /b/k?uploadId=u',
  'PUT /b/k?partNumber=1',
  'GET /b?list-type=3',
  'GET /b/k?policy',
  'POST /b?acl',
  'PATCH /b/k',
  'DELETE /',
  'get /b/k',
])('%s is no operation', (line) => {
  expect(routeRequest(s3, head(line))).toBeUndefined()
})

test('a request that is no operation is answered as S3 does', () => {
  const read = (line: string) => readRequest(s3, { ...head(line), body: new Uint8Array() })
  expect(read('DELETE /b?acl')).toMatchObject({
    kind: 'malformed',
    error: { code: 'MethodNotAllowed', status: 405, details: { Method: 'DELETE' } },
  })
  expect(read('POST /b')).toMatchObject({
    error: { code: 'PreconditionFailed', details: { Condition: expect.stringContaining('POST') } },
  })
  expect(read('POST /b?unheard-of')).toEqual({ kind: 'unknown', name: 'PostObject' })
  expect(read('OPTIONS /b/k')).toEqual({ kind: 'unknown', name: 'OptionsObject' })
  expect(read('GET /b/%ff')).toMatchObject({ error: { code: 'InvalidURI' } })
  expect(read('GET /b?max-keys=ten')).toMatchObject({
    error: {
      code: 'InvalidArgument',
      message: 'Provided max-keys not an integer or within integer range',
      details: { ArgumentName: 'max-keys', ArgumentValue: 'ten' },
    },
  })
  expect(read('GET /b/k?attributes')).toMatchObject({ error: { code: 'InvalidArgument' } })
  expect(read('GET /b?prefix=a&prefix=b')).toMatchObject({ error: { code: 'InvalidArgument' } })
})

test('keys are decoded once, and slashes in them are kept', () => {
  const read = (line: string) => readRequest(s3, { ...head(line), body: new Uint8Array() })
  expect(read('GET /b/a%2Fb/%2525/c+d//')).toMatchObject({ input: { Key: 'a/b/%25/c+d//' } })
})

test('a date that HTTP would ignore is ignored, one of S3 is not', () => {
  const read = (headers: Record<string, string>) =>
    readRequest(s3, { ...head('PUT /b/k', headers), body: new Uint8Array() })
  expect(read({ expires: 'never' })).toMatchObject({ kind: 'operation', name: 'PutObject' })
  expect(read({ 'x-amz-object-lock-retain-until-date': 'never' })).toMatchObject({
    error: { code: 'InvalidArgument' },
  })
})

test.each([
  ['bucket.s3.amazonaws.com', 'bucket'],
  ['my.bucket.s3.eu-west-1.amazonaws.com', 'my.bucket'],
  ['bucket.s3-eu-west-1.amazonaws.com', 'bucket'],
  ['bucket.s3.dualstack.eu-west-1.amazonaws.com:443', 'bucket'],
  ['bucket.s3.cn-north-1.amazonaws.com.cn', 'bucket'],
  ['bucket.localhost:4566', 'bucket'],
  ['bucket.s3.localhost:4566', 'bucket'],
  ['bucket.s3.eu-west-1.localhost', 'bucket'],
  ['Bucket.s3.amazonaws.com.', 'bucket'],
  ['s3.amazonaws.com', undefined],
  ['s3.eu-west-1.amazonaws.com', undefined],
  ['localhost:4566', undefined],
  ['127.0.0.1:4566', undefined],
  ['s3.localhost:4566', ''],
  ['s3.eu-west-1.localhost', ''],
  ['', undefined],
])('the host %s names the bucket %s', (host, bucket) => {
  expect(bucketOfHost(host)).toBe(bucket)
})

test('a virtual-hosted request is the path-style one with its bucket', () => {
  const headers = { host: 'b.localhost:4566' }
  expect(routeRequest(s3, head('PUT /', headers))).toBe('CreateBucket')
  expect(routeRequest(s3, head('PUT /k', headers))).toBe('PutObject')
  expect(readRequest(s3, { ...head('GET /k/', headers), body: new Uint8Array() })).toMatchObject({
    name: 'GetObject',
    input: { Bucket: 'b', Key: 'k/' },
  })
})

test('what headers were routed as before says nothing of another request that has them', () => {
  const { headers } = head('GET /')
  const names = ['GET /b', 'PUT /b', 'PUT /b/k', 'PUT /b/k?tagging', 'PUT /b/k'].map((line) =>
    routeRequest(s3, { ...head(line), headers }),
  )
  expect(names).toEqual([
    'ListObjects',
    'CreateBucket',
    'PutObject',
    'PutObjectTagging',
    'PutObject',
  ])
})
