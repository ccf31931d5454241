import { expect, test } from 'vitest'
import { parseArn, renderArn } from './arn.ts'

test('an ARN is six segments, and all after the fifth colon is the resource', () => {
  const text = 'arn:aws:logs:eu-west-1:111111111111:log-group:app:*'
  const arn = parseArn(text)
  expect(arn).toEqual({
    partition: 'aws',
    service: 'logs',
    region: 'eu-west-1',
    accountId: '111111111111',
    resource: 'log-group:app:*',
  })
  expect(arn && renderArn(arn)).toBe(text)
})

test.each([
  '',
  '*',
  'arn:aws:s3:::',
  'arn:aws:s3::b',
  'arn::s3:::b',
  'urn:aws:s3:::b',
  'arn:aws::::b',
])('%j is no ARN', (text) => {
  expect(parseArn(text)).toBeUndefined()
})
