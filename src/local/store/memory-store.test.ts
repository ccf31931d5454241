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

test('effects wait for the outermost transaction, and go with the transaction that is undone', () => {
  const store = createMemoryStore()
  const seen: string[] = []
  store.whenKept(() => seen.push('outside'))
  store.whenUndone(() => seen.push('never'))
  store.transact(() => {
    store.whenKept(() => seen.push('outer kept'))
    store.whenUndone(() => seen.push('outer undone'))
    const inner = () =>
      store.transact(() => {
        store.whenKept(() => seen.push('inner kept'))
        store.whenUndone(() => seen.push('inner undone'))
        throw new Error('no')
      })
    expect(inner).toThrow('no')
    expect(seen).toEqual(['outside', 'inner undone'])
  })
  expect(seen).toEqual(['outside', 'inner undone', 'outer kept'])
})

test('a log gets what each outermost transaction wrote, and nothing of what was undone', () => {
  const logged: unknown[] = []
  const store = createMemoryStore({ append: (writes) => logged.push([...writes]) })
  const table = store.table<number>('t', 's')
  store.transact(() => {
    table.set('a', 1)
    const inner = () =>
      store.transact(() => {
        table.set('b', 2)
        throw new Error('no')
      })
    expect(inner).toThrow('no')
    store.transact(() => table.set('c', 3))
    table.delete('a')
    table.delete('not there')
  })
  store.transact(() => table.get('c'))
  expect(logged).toEqual([
    [
      ['t', 's', 'a', 1],
      ['t', 's', 'c', 3],
      ['t', 's', 'a'],
    ],
  ])
})

test('what the log cannot keep did not happen', () => {
  let isFull = true
  const effects: string[] = []
  const store = createMemoryStore({
    append() {
      if (isFull) throw new Error('no space')
    },
  })
  const table = store.table<number>('t', '')
  const change = () =>
    store.transact(() => {
      table.set('k', 1)
      store.whenKept(() => effects.push('kept'))
      store.whenUndone(() => effects.push('undone'))
    })
  expect(change).toThrow('no space')
  expect(table.get('k')).toBeUndefined()
  isFull = false
  change()
  expect(table.get('k')).toBe(1)
  expect(effects).toEqual(['undone', 'kept'])
})

test('clearing empties every table, in one transaction', () => {
  const store = createMemoryStore()
  const table = store.table<number>('t', 'a')
  store.transact(() => {
    table.set('k', 1)
    store.table<number>('u', '').set('l', 2)
  })
  const failing = () =>
    store.transact(() => {
      store.clear()
      table.set('new', 3)
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect([...store.rows()]).toEqual([
    ['t', 'a', 'k', 1],
    ['u', '', 'l', 2],
  ])
  store.transact(() => store.clear())
  expect([...store.rows()]).toEqual([])
})
