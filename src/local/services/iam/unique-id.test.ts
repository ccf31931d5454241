import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseAccountId } from '../../../core/index.ts'
import { accountOfAccessKeyId, newAccessKeyId, newUniqueId } from './unique-id.ts'

test.each(['000000000000', '111111111111', '012345678901', '999999999999'])(
  'the account %s is readable from its access key ids',
  (id) => {
    const accountId = parseAccountId(id)
    if (accountId === undefined) throw new Error('bad test')
    const accessKeyId = newAccessKeyId('AKIA', accountId, randomBytes)
    expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
    expect(accountOfAccessKeyId(accessKeyId)).toBe(id)
  },
)

test('unique ids have the form of AWS and differ', () => {
  const ids = Array.from({ length: 100 }, () => newUniqueId('user', randomBytes))
  expect(new Set(ids).size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^AIDA[A-Z2-7]{17}$/)
})

test('text that is no access key id has no account', () => {
  expect(accountOfAccessKeyId('AKIA-not-a-key')).toBeUndefined()
  expect(accountOfAccessKeyId('')).toBeUndefined()
})
