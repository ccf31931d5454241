import { expect, test } from 'vitest'
import { parseAccountId } from '../../../core/index.ts'
import { createPolicyCompiler } from '../../policy-compiler.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { controlLevels } from './control-levels.ts'
import type { Member, Organization } from './entities.ts'
import { isClosed } from './organization-context.ts'
import { membershipsOf, saveOrganization, writeTree } from './tables.ts'
import { setAttachments } from './targets.ts'

function account(id: string) {
  const parsed = parseAccountId(id)
  if (parsed === undefined) throw new Error(`\`${id}\` is no account id`)
  return parsed
}

const management = account('111111111111')
const id = account('222222222222')

/** An organization of two accounts, the second in a unit, with both types of policies enabled. */
function world() {
  const store = createMemoryStore()
  const tools = { store, compiler: createPolicyCompiler() }
  const organization: Organization = {
    id: 'o-0000000000',
    managementAccountId: management,
    rootId: 'r-0000',
    createdAtMs: 0,
    enabledPolicyTypes: ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'],
  }
  const at = { organizationId: organization.id } as const
  const unit = { id: 'ou-0000-00000000', name: 'unit', parentId: organization.rootId }
  const member = (accountId: typeof id, parentId: string): Member => ({
    id: accountId,
    name: accountId,
    email: `${accountId}@example.com`,
    parentId,
    joinedMethod: 'CREATED',
    joinedAtMs: 0,
  })
  const inUnit = member(id, unit.id)
  store.transact(() => {
    saveOrganization(store, organization)
    writeTree(store, { ...at, kind: 'units', key: unit.id, value: unit })
    for (const one of [member(management, organization.rootId), inUnit]) {
      writeTree(store, { ...at, kind: 'members', key: one.id, value: one })
      membershipsOf(store).set(one.id, organization.id)
    }
    for (const targetId of [organization.rootId, unit.id, management, id]) {
      setAttachments(store, organization, { targetId, ids: ['p-FullAWSAccess'] })
    }
  })
  return { store, tools, organization, inUnit }
}

const labels = (levels: readonly (readonly { readonly label: string }[])[]) =>
  levels.map((level) => level.map(({ label }) => label.slice(label.lastIndexOf('/') + 1)))

test('there is one level each for root, unit and account; none binds the management account', () => {
  const { tools } = world()
  const { scp, rcp } = controlLevels(tools, id)
  expect(labels(scp)).toEqual([['p-FullAWSAccess'], ['p-FullAWSAccess'], ['p-FullAWSAccess']])
  expect(rcp).toEqual([[], [], []])
  expect(controlLevels(tools, management)).toEqual({ scp: [], rcp: [] })
  expect(controlLevels(tools, account('333333333333'))).toEqual({ scp: [], rcp: [] })
})

test('they are worked out once for each state of the tree', () => {
  const { tools, store, organization } = world()
  const first = controlLevels(tools, id)
  expect(controlLevels(tools, id)).toBe(first)
  store.transact(() => setAttachments(store, organization, { targetId: id, ids: [] }))
  expect(labels(controlLevels(tools, id).scp)).toEqual([
    ['p-FullAWSAccess'],
    ['p-FullAWSAccess'],
    [],
  ])
})

test('a change that is undone is forgotten', () => {
  const { tools, store, organization } = world()
  const before = controlLevels(tools, id)
  const change = () =>
    store.transact(() => {
      setAttachments(store, organization, { targetId: organization.rootId, ids: [] })
      expect(labels(controlLevels(tools, id).scp)[0]).toEqual([])
      throw new Error('undone')
    })
  expect(change).toThrow('undone')
  expect(controlLevels(tools, id)).toEqual(before)
})

test('a policy that is attached and missing stops every call', () => {
  const { tools, store, organization } = world()
  store.transact(() => setAttachments(store, organization, { targetId: id, ids: ['p-gone'] }))
  expect(() => controlLevels(tools, id)).toThrow('bug: the attached policy p-gone is not there')
})

test('an account that hangs on nothing stops every call', () => {
  const { tools, store, inUnit } = world()
  const value = { ...inUnit, parentId: 'ou-0000-gone0000' }
  const organizationId = 'o-0000000000'
  store.transact(() => writeTree(store, { organizationId, kind: 'members', key: id, value }))
  expect(() => controlLevels(tools, id)).toThrow('bug: 222222222222 does not hang on the root')
})

test('an account is closed by its row', () => {
  const { store, inUnit } = world()
  expect(isClosed(store, id)).toBe(false)
  const value = { ...inUnit, closedAtMs: 1 }
  const organizationId = 'o-0000000000'
  store.transact(() => writeTree(store, { organizationId, kind: 'members', key: id, value }))
  expect(isClosed(store, id)).toBe(true)
})
