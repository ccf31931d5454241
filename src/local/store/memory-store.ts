import { compareKeys } from './compare-keys.ts'
import type { Store, Table } from './store.ts'

/** A store that lives as long as the process. */
export function createMemoryStore(): Store {
  const tables = new Map<string, MemoryTable>()
  const journal: Undo[] = []
  let depth = 0
  const remember = (undo: Undo): void => {
    if (depth === 0) throw new Error('bug: a table was written outside a transaction')
    journal.push(undo)
  }
  return {
    table<V>(name: string, scope: string): Table<V> {
      const id = `${name}\u0000${scope}`
      let table = tables.get(id)
      if (table === undefined) {
        table = createTable(remember)
        tables.set(id, table)
      }
      return table as Table<V>
    },
    transact<R>(change: () => R): R {
      const mark = journal.length
      depth += 1
      try {
        return change()
      } catch (error) {
        undoTo(journal, mark)
        throw error
      } finally {
        depth -= 1
        if (depth === 0) journal.length = 0
      }
    },
  }
}

type Undo = () => void
type MemoryTable = Table<unknown>

/** Newest first, so that a key written twice gets its oldest value back. */
function undoTo(journal: Undo[], mark: number): void {
  while (journal.length > mark) journal.pop()?.()
}

function createTable(remember: (undo: Undo) => void): MemoryTable {
  const values = new Map<string, unknown>()
  const order = createKeyOrder((key) => values.has(key))
  const put = (key: string, value: unknown): void => {
    if (!values.has(key)) order.add(key)
    values.set(key, value)
  }
  const restore = (key: string): Undo => {
    if (!values.has(key)) return () => values.delete(key)
    const before = values.get(key)
    return () => put(key, before)
  }
  return {
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    set(key, value) {
      remember(restore(key))
      put(key, value)
    },
    delete(key) {
      if (!values.has(key)) return
      remember(restore(key))
      values.delete(key)
    },
    *entries() {
      for (const key of order.keys()) {
        if (values.has(key)) yield [key, values.get(key)] as const
      }
    },
  }
}

interface KeyOrder {
  add(key: string): void
  keys(): readonly string[]
}

/** Keys in order, sorted when they are asked for: writing stays cheap, and a list is sorted once. */
function createKeyOrder(isPresent: (key: string) => boolean): KeyOrder {
  let sorted: readonly string[] = []
  let added: string[] = []
  return {
    add(key) {
      added.push(key)
    },
    keys() {
      if (added.length > 0) {
        sorted = merge(sorted, added.sort(compareKeys), isPresent)
        added = []
      }
      return sorted
    },
  }
}

function merge(
  left: readonly string[],
  right: readonly string[],
  isPresent: (key: string) => boolean,
): readonly string[] {
  const merged: string[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    const a = left[i]
    const b = right[j]
    const isLeft = b === undefined || (a !== undefined && compareKeys(a, b) <= 0)
    const next = isLeft ? a : b
    if (isLeft) i += 1
    else j += 1
    if (next !== undefined && next !== merged[merged.length - 1] && isPresent(next)) {
      merged.push(next)
    }
  }
  return merged
}
