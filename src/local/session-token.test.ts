import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseAccountId } from '../core/index.ts'
import { createSessionTokens, type Session } from './session-token.ts'

const accountId = parseAccountId('111111111111')
if (accountId === undefined) throw new Error('bad test')

const session: Session = {
  accessKeyId: 'ASIAEXAMPLE',
  accountId,
  principal: { kind: 'role', uniqueId: 'AROAEXAMPLE', sessionName: 's' },
  facts: {
    kind: 'assumedRole',
    issuedAtMs: 0,
    expiresAtMs: 3_600_000,
    tags: { team: 'ä' },
    transitiveTagKeys: [],
    policyArns: [],
    isChained: false,
  },
}
const key = randomBytes(32)
const tokens = createSessionTokens(key, randomBytes)

test('a token gives back what was sealed, and the same secret', () => {
  const { token, secretAccessKey } = tokens.seal(session)
  expect(tokens.open(token)).toEqual({ ...session, secretAccessKey })
  expect(secretAccessKey).toHaveLength(40)
  expect(createSessionTokens(key, randomBytes).open(token)).toEqual({ ...session, secretAccessKey })
})

const plain = { ...session.facts, tags: {} }
const facts: readonly Session['facts'][] = [
  plain,
  { ...plain, kind: 'assumedRoot' },
  { ...plain, mfaAuthenticatedAtMs: 1 },
  { ...plain, sourceIdentity: 'ana' },
  { ...plain, tags: { team: '' } },
  { ...plain, transitiveTagKeys: ['team'] },
  { ...plain, policy: { Version: '2012-10-17', Statement: [] } },
  { ...plain, policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  { ...plain, federation: { 'aws:FederatedProvider': 'p' } },
  { ...plain, isChained: true },
]

test.each(facts.map((each) => ({ facts: each })))('a token forgets no fact: %j', (given) => {
  const { token, secretAccessKey } = tokens.seal({ ...session, ...given })
  expect(tokens.open(token)).toEqual({ ...session, ...given, secretAccessKey })
})

test('two tokens of one session have two secrets and tell nothing', () => {
  const [first, second] = [tokens.seal(session), tokens.seal(session)]
  expect(first.secretAccessKey).not.toBe(second.secretAccessKey)
  expect(first.token).not.toBe(second.token)
  expect(Buffer.from(first.token, 'base64').toString('latin1')).not.toContain('AROAEXAMPLE')
})

test('a token with any one bit flipped is none', () => {
  const bytes = Buffer.from(tokens.seal(session).token, 'base64')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const forged = Buffer.from(bytes)
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(tokens.open(forged.toString('base64'))).toBeUndefined()
  }
})

test.each([
  ['cut short', (token: string) => token.slice(0, -4)],
  ['with more behind it', (token: string) => `${token}AAAA`],
  ['spelled otherwise', (token: string) => `${token} `],
  ['in the other base64', (token: string) => token.replaceAll('/', '_').replaceAll('+', '-')],
  ['that is empty', () => ''],
  ['that is no base64', () => 'ä'],
])('a token %s is none', (_name, change) => {
  // The other base64 differs only where the token has one of its two letters.
  let { token } = tokens.seal(session)
  while (!/[+/]/.test(token)) token = tokens.seal(session).token
  expect(tokens.open(change(token))).toBeUndefined()
})

test('a token of another server is none', () => {
  const { token } = createSessionTokens(randomBytes(32), randomBytes).seal(session)
  expect(tokens.open(token)).toBeUndefined()
})

test('a token opens to the same session each time, also among a thousand others', () => {
  const { token, secretAccessKey } = tokens.seal(session)
  const others = Array.from({ length: 1100 }, () => tokens.seal(session))
  for (let round = 0; round < 2; round += 1) {
    for (const other of others) {
      expect(tokens.open(other.token)?.secretAccessKey).toBe(other.secretAccessKey)
    }
    expect(tokens.open(token)).toEqual({ ...session, secretAccessKey })
  }
})
