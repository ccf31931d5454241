import { expect, test } from 'vitest'
import { parseKeys } from './parse-keys.ts'

const accessKeyId = 'AKIAABCDEFGHIJKLMNOP'
const secretAccessKey = 'abcdefghijklmnopqrstuvwxyz+/0123456789ABC'
const both = { accessKeyId, secretAccessKey }

test.each([
  ['two lines', `${accessKeyId}\n${secretAccessKey}\n`],
  ['one line', `${accessKeyId} ${secretAccessKey}`],
  [
    'the console’s CSV',
    `\uFEFFAccess key ID,Secret access key\r\n${accessKeyId},${secretAccessKey}\r\n`,
  ],
  [
    'create-access-key',
    JSON.stringify({ AccessKey: { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } }),
  ],
  [
    'credential_process',
    JSON.stringify({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }),
  ],
  [
    'a profile',
    `[me]\naws_access_key_id=${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  ],
  [
    'exports',
    `export AWS_ACCESS_KEY_ID='${accessKeyId}'\nexport AWS_SECRET_ACCESS_KEY="${secretAccessKey}"\n`,
  ],
])('keys are read from %s', (_form, text) => {
  expect(parseKeys(text)).toEqual({ kind: 'keys', keys: both })
})

test.each([
  ['nothing', ''],
  ['one word', accessKeyId],
  ['three words', `${accessKeyId} ${secretAccessKey} more`],
  ['the wrong order', `${secretAccessKey} ${accessKeyId}`],
  ['temporary credentials', `ASIAABCDEFGHIJKLMNOP ${secretAccessKey}`],
  [
    'a secret with a line end',
    JSON.stringify({ AccessKeyId: accessKeyId, SecretAccessKey: 'a\nb' }),
  ],
])('%s is refused without a word of it', (_form, text) => {
  const reading = parseKeys(text)
  expect(reading.kind).toBe('unreadable')
  expect(JSON.stringify(reading)).not.toContain(secretAccessKey)
})
