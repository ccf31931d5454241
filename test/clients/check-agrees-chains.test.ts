import { expect, test } from 'vitest'
import { type AccessFile, checkAccess, parseAccessFile } from '../../src/access/index.ts'
import { withAgreementWorld } from '../support/agreement-world.ts'

/** Roles that are both: what one grant leads to, and the caller of the next. */

const allow = [{ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::bucket-of-c/in/*'] }]

interface Hop {
  readonly from?: object
  readonly session?: object
}

function chainOf(first: Hop, second: Hop): AccessFile {
  const grants = {
    first: {
      from: { account: 'a', principals: ['role/r1'], ...first.from },
      to: { accounts: ['b'], role: 'Middle' },
      allow,
      session: first.session,
    },
    second: {
      from: { account: 'b', principals: ['role/Middle'], ...second.from },
      to: { accounts: ['c'], role: 'Last' },
      allow,
      session: second.session,
    },
  }
  const accounts = {
    a: { id: '111111111111', profile: 'a-admin' },
    b: { id: '222222222222', profile: 'b-admin' },
    c: { id: '333333333333', profile: 'c-admin' },
  }
  const text = JSON.stringify({ name: 'chain', accounts, grants })
  const parsed = parseAccessFile([{ file: 'access.yaml', text }])
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.access
}

const middle = { RoleArn: 'arn:aws:iam::222222222222:role/Middle', RoleSessionName: 'one' }
const last = { RoleArn: 'arn:aws:iam::333333333333:role/Last', RoleSessionName: 'two' }

for (const [kind, policy] of [
  ['inline', { kind: 'inline' }],
  ['managed', { kind: 'managed', name: 'hop' }],
] as const) {
  test(`one apply makes a chain with its ${kind} policy on its middle role, and keeps it`, async () => {
    await withAgreementWorld(chainOf({}, { from: { policy } }), async (world) => {
      expect(await world.applyAll(1)).toEqual([])
      expect(await world.applyAll(0)).toEqual([])
      const first = await world.assume(await world.keysOf('a', 'role/r1'), middle)
      expect(first).not.toBe('refused')
      expect(first !== 'refused' && (await world.assume(first, last))).not.toBe('refused')
      await world.destroy()
      const iam = world.iam('b')
      await expect(iam.getRole({ RoleName: 'Middle' })).rejects.toMatchObject({
        name: expect.stringMatching(/^NoSuchEntity/),
      })
      iam.destroy()
    })
  })
}

test('a chain that names its middle role directly is made in two runs, and says so', async () => {
  await withAgreementWorld(chainOf({}, { from: { trust: 'principal' } }), async (world) => {
    const [blocked] = (await world.plan()).blocked
    expect(blocked?.remedy).toContain('run again')
    expect(await world.applyAll(2)).toEqual([])
  })
})

test.each([
  { by: 'neither hop', told: 'allowed' },
  { by: 'both hops', one: 'required', two: 'required', told: 'allowed' },
  { by: 'the first hop alone', one: 'required', told: 'failed' },
  { by: 'the second hop alone', two: 'required', told: 'allowed' },
])('a source identity demanded by $by', async ({ one, two, told }) => {
  const access = chainOf({ session: { sourceIdentity: one } }, { session: { sourceIdentity: two } })
  const { proofs } = checkAccess(access, { nowMs: Date.now() })
  const proof = proofs.find(({ title }) => title.startsWith('role/Middle of b'))
  expect(proof).toMatchObject({ grant: 'second', kind: told })
  await withAgreementWorld(access, async (world) => {
    expect(await world.applyAll(1)).toEqual([])
    const identity = { SourceIdentity: 'stile-check' }
    const keys = await world.keysOf('a', 'role/r1')
    const first = await world.assume(keys, { ...middle, ...(one === undefined ? {} : identity) })
    if (first === 'refused') throw new Error('the first hop is refused')
    const second = await world.assume(first, { ...last, ...(two === undefined ? {} : identity) })
    expect(second === 'refused' ? 'failed' : 'allowed').toBe(told)
  })
})

const red = { tags: { team: 'red' } }
const redOn = { ...red, transitiveTags: ['team'] }
const Tags = [{ Key: 'team', Value: 'red' }]

test.each([
  { by: 'nobody, not transitive', one: red, two: {}, sends: {}, told: 'allowed' },
  { by: 'the first hop, transitive', one: redOn, two: {}, sends: {}, told: 'failed' },
  { by: 'the second hop as well', one: redOn, two: redOn, sends: {}, told: 'allowed' },
  { by: 'the second hop, to end there', one: redOn, two: red, sends: {}, told: 'failed' },
  {
    by: 'the second hop with another value',
    one: redOn,
    two: { tags: { team: 'blue' }, transitiveTags: ['team'] },
    sends: {},
    told: 'failed',
  },
  {
    by: 'the second hop with one more',
    one: redOn,
    two: { tags: { team: 'red', tier: 'x' }, transitiveTags: ['team'] },
    sends: { Tags: [{ Key: 'tier', Value: 'x' }] },
    told: 'allowed',
  },
])('session tags declared by $by', async ({ one, two, sends, told }) => {
  const access = chainOf({ session: one }, { session: two })
  const { proofs } = checkAccess(access, { nowMs: Date.now() })
  const entries = proofs.filter(({ title }) => /^role\/Middle of b.* may assume/.test(title))
  expect(entries.map(({ kind }) => kind)).toEqual([told])
  const lapsed = proofs.filter((proof) => proof.grant === 'second' && proof.kind === 'failed')
  expect(lapsed.length).toBe(told === 'failed' ? 1 : 0)
  await withAgreementWorld(access, async (world) => {
    expect(await world.applyAll(1)).toEqual([])
    const on = one === redOn ? { TransitiveTagKeys: ['team'] } : {}
    const first = await world.assume(await world.keysOf('a', 'role/r1'), { ...middle, Tags, ...on })
    if (first === 'refused') throw new Error('the first hop is refused')
    const second = await world.assume(first, { ...last, ...sends })
    expect(second === 'refused' ? 'failed' : 'allowed').toBe(told)
  })
})
