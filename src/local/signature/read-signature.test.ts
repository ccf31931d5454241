import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSignature } from './read-signature.ts'

const word = fc.stringMatching(/^[A-Za-z0-9_.;/ -]{0,12}$/)
const credential = fc.oneof(
  fc.tuple(word, word, word, word, word).map((elements) => elements.join('/')),
  fc.constantFrom(
    'AKIA/20260101/us-east-1/sts/aws4_request',
    'AKIA/20260102/us-east-1/sts/aws4_request',
    'AKIA/20260101/nowhere/sts/aws4_request',
    'AKIA/20260101/us-east-1/sts/aws4',
    'AKIA/20260101/us-east-1/sts',
  ),
)
const signedHeaders = fc.oneof(word, fc.constantFrom('host', 'host;x-amz-date', 'Host', 'host;'))
const signature = fc.oneof(word, fc.constant('a'.repeat(64)), fc.constant('G'.repeat(64)))
const time = fc.constantFrom(
  '20260101T000000Z',
  '20260231T000000Z',
  'Thu, 01 Jan 2026 00:00:00 GMT',
)

test('a header in the usual form is read as every other form of it is', () => {
  const header = fc.record({ credential, signedHeaders, signature, time, token: fc.boolean() })
  fc.assert(
    fc.property(header, (given) => {
      const reading = (separator: string) => {
        const authorization = [
          `AWS4-HMAC-SHA256 Credential=${given.credential}`,
          `SignedHeaders=${given.signedHeaders}`,
          `Signature=${given.signature}`,
        ].join(separator)
        const more = given.token ? { 'x-amz-security-token': 'token' } : {}
        const headers = { authorization, 'x-amz-date': given.time, ...more }
        return readSignature({ method: 'GET', path: '/', query: '', headers })
      }
      const careful = reading(' ,\t')
      expect(reading(', ')).toEqual(careful)
      expect(reading(',')).toEqual(careful)
    }),
    { numRuns: 500 },
  )
})
