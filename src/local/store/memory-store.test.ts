import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys } from './compare-keys.ts'
import { createMemoryStore } from './memory-store.ts'

function keysOf(entries: Iterable<readonly [string, unknown]>): string[] {
  return [...entries].map(([key]) => key)
}

test('the same name and scope is the same table, and scopes are apart', () => {
  const store = createMemoryStore()
  store.transact(() => store.table<number>('t', 'a').set('k', 1))
  expect(store.table<number>('t', 'a').get('k')).toBe(1)
  expect(store.table<number>('t', 'b').get('k')).toBeUndefined()
})

test('lists keys in ascending order whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.boolean())), (steps) => {
      const store = createMemoryStore()
      const table = store.table<number>('t', '')
      const model = new Set<string>()
      for (const [key, keeps] of steps) {
        store.transact(() => (keeps ? table.set(key, 1) : table.delete(key)))
        if (keeps) model.add(key)
        else model.delete(key)
        expect(keysOf(table.entries())).toEqual([...model].sort(compareKeys))
      }
      expect(table.size).toBe(model.size)
    }),
  )
})

test('orders keys by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test('a transaction that throws leaves nothing behind', () => {
  const store = createMemoryStore()
  const table = store.table<number>('t', '')
  store.transact(() => table.set('kept', 1))
  const failing = () =>
    store.transact(() => {
      table.set('kept', 2)
      table.set('kept', 3)
      table.set('new', 1)
      table.delete('kept')
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect([...table.entries()]).toEqual([['kept', 1]])
})

test('an inner transaction that throws undoes itself alone', () => {
  const store = createMemoryStore()
  const table = store.table<number>('t', '')
  store.transact(() => {
    table.set('outer', 1)
    const inner = () =>
      store.transact(() => {
        table.set('inner', 1)
        throw new Error('no')
      })
    expect(inner).toThrow('no')
  })
  expect(keysOf(table.entries())).toEqual(['outer'])
})

test('writing outside a transaction is a bug', () => {
  const store = createMemoryStore()
  expect(() => store.table('t', '').set('k', 1)).toThrow('bug:')
})
