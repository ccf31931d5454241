import { expect, test } from 'vitest'
import { withoutSecrets } from './credentials.ts'

test.each([
  ['key 0123456789abcdef here', '0123456789abcdef', 'key …cdef here'],
  ['short tiny here', 'tiny', 'short … here'],
  ['nothing', '0123456789abcdef', 'nothing'],
  ['empty', '', 'empty'],
])('%j without %j is %j', (text, secretAccessKey, clean) => {
  expect(withoutSecrets(text, { accessKeyId: 'AKIA', secretAccessKey })).toBe(clean)
})
