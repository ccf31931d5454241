import { expect, test } from 'vitest'
import { renderTailLine, type TailEvent } from './tail-line.ts'

const call: TailEvent = {
  number: 1,
  requestId: 'a',
  atMs: Date.parse('2026-01-02T03:04:05Z'),
  service: 's3',
  operation: 'GetObject',
  principalArn: 'arn:aws:iam::111111111111:user/ben',
  resource: 'arn:aws:s3:::bucket/a/b/c',
  status: 200,
}
const denied: TailEvent = {
  ...call,
  status: 403,
  errorCode: 'AccessDenied',
  reason: 'no trust policy allows it',
}
const long = `arn:aws:s3:::${'bucket'.repeat(20)}`

interface Row {
  readonly event: TailEvent
  readonly width?: number
  readonly line: string
}

const rows: Readonly<Record<string, Row>> = {
  'a call': {
    event: call,
    width: 80,
    line: '03:04:05 200 111111111111:user/ben s3:GetObject bucket/a/b/c',
  },
  'a call of nobody that was not read': {
    event: { number: 1, requestId: 'a', atMs: call.atMs, service: 'sts', status: 400 },
    width: 80,
    line: '03:04:05 400 anonymous sts:?',
  },
  'a resource of an account': {
    event: { ...call, resource: 'arn:aws:iam::111111111111:role/team/deploy' },
    line: '03:04:05 200 111111111111:user/ben s3:GetObject 111111111111:role/team/deploy',
  },
  'a call on everything': {
    event: { ...call, resource: '*' },
    width: 80,
    line: '03:04:05 200 111111111111:user/ben s3:GetObject',
  },
  'a denial with room': {
    event: denied,
    line: '03:04:05 403 111111111111:user/ben s3:GetObject bucket/a/b/c  AccessDenied: no trust policy allows it',
  },
  'a denial, which is told before the resource': {
    event: { ...denied, resource: long },
    width: 90,
    line: '03:04:05 403 111111111111:user/ben s3:GetObject bucketbucketbu…  no trust policy allows it',
  },
  'a denial on 80 columns': {
    event: { ...denied, resource: long },
    width: 80,
    line: '03:04:05 403 111111111111:user/ben s3:GetObject  no trust policy allows it',
  },
  'a failure, by its code': {
    event: {
      ...call,
      status: 404,
      errorCode: 'NoSuchKey',
      reason: 'The specified key does not exist.',
    },
    width: 80,
    line: '03:04:05 404 111111111111:user/ben s3:GetObject  NoSuchKey: The specified key d…',
  },
  'a resource that steers terminals': {
    event: { ...call, resource: 'arn:aws:s3:::a\u001b[31m\n\u202eb' },
    width: 80,
    line: '03:04:05 200 111111111111:user/ben s3:GetObject a [31m  b',
  },
}

test.each(Object.entries(rows))('%s is one line', (_what, { event, width = 200, line }) => {
  expect(renderTailLine(event, width)).toBe(line)
  expect(line.length).toBeLessThanOrEqual(width)
})
