import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseAccountId } from '../../../core/index.ts'
import type { AuthenticatedCaller } from '../../caller.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { openToken, sealToken } from './authorization-token.ts'

const accountId = parseAccountId('111111111111')
if (accountId === undefined) throw new Error('bug: the account id of the test is none')
const arn = `arn:aws:iam::${accountId}:root`
const caller: AuthenticatedCaller = {
  kind: 'authenticated',
  principal: { kind: 'root', accountId, arn },
  accountId,
  accessKeyId: 'AKIAEXAMPLE',
  userId: accountId,
}
const tools = { store: createMemoryStore(), randomBytes }
const token = sealToken(tools, { caller, region: 'eu-west-1', expiresAtMs: 1000 })

test('a token opens to its caller until it expires', () => {
  expect(openToken(tools, token, 999)).toEqual({ caller, region: 'eu-west-1', expiresAtMs: 1000 })
  expect(openToken(tools, token, 1000)).toBeUndefined()
})

test('a token that was changed anywhere, cut or made elsewhere opens to nobody', () => {
  const bytes = Buffer.from(token, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(openToken(tools, changed.toString('base64url'), 0), `byte ${at}`).toBeUndefined()
  }
  for (const length of [0, 12, 28, bytes.length - 1])
    expect(openToken(tools, bytes.subarray(0, length).toString('base64url'), 0)).toBeUndefined()
  const elsewhere = { store: createMemoryStore(), randomBytes }
  expect(openToken(elsewhere, token, 0)).toBeUndefined()
})
