import { createKeyOrder } from './key-order.ts'
import type { Row, Store, Table, TransactionLog, Write } from './store.ts'

export interface MemoryStore extends Store {
  /** Takes rows over as a log has them: no transaction, and nothing is logged. */
  restore(writes: readonly Write[]): void
}

/** A store that lives as long as the process, or longer where a log keeps its transactions. */
export function createMemoryStore(log?: TransactionLog): MemoryStore {
  const tables: MemoryTable[] = []
  // By name, then by scope: a call asks for a dozen tables, and a key of both would have to be made each time.
  const byName = new Map<string, Map<string, MemoryTable>>()
  const running = createTransaction(log)
  const table = (name: string, scope: string): MemoryTable => {
    const known = byName.get(name)?.get(scope)
    if (known !== undefined) return known
    const made = createTable([name, scope], running.remember)
    const scopes = byName.get(name) ?? new Map<string, MemoryTable>()
    byName.set(name, scopes.set(scope, made))
    tables.push(made)
    return made
  }
  return {
    table: <V>(name: string, scope: string) => table(name, scope) as Table<V>,
    transact: running.transact,
    whenKept: running.whenKept,
    whenUndone: running.whenUndone,
    clear() {
      for (const each of tables) each.clear()
    },
    restore(writes) {
      for (const [name, scope, key, ...value] of writes) table(name, scope).restore(key, value)
    },
    *rows() {
      for (const each of tables) yield* each.rows()
    },
  }
}

type Effect = () => void

interface Transaction extends Pick<Store, 'transact' | 'whenKept' | 'whenUndone'> {
  readonly remember: (undo: Effect, write: Write) => void
}

/** The transaction that runs, with those inside it: what would undo it, what it wrote, and what waits for its end. */
function createTransaction(log: TransactionLog | undefined): Transaction {
  const journal: Effect[] = []
  const writes: Write[] = []
  let waiting: Effect[] = []
  let depth = 0
  const run = <R>(change: () => R): R => {
    const [undos, written, effects] = [journal.length, writes.length, waiting.length]
    depth += 1
    try {
      const result = change()
      if (depth === 1 && writes.length > 0) log?.append(writes)
      return result
    } catch (error) {
      writes.length = written
      waiting.length = effects
      // Newest first, so that a key written twice gets its oldest value back.
      while (journal.length > undos) journal.pop()?.()
      throw error
    } finally {
      depth -= 1
      if (depth === 0) journal.length = writes.length = 0
    }
  }
  return {
    transact(change) {
      const result = run(change)
      if (depth > 0 || waiting.length === 0) return result
      const effects = waiting
      waiting = []
      for (const effect of effects) effect()
      return result
    },
    whenKept(effect) {
      if (depth === 0) effect()
      else waiting.push(effect)
    },
    whenUndone(effect) {
      if (depth > 0) journal.push(effect)
    },
    remember(undo, write) {
      if (depth === 0) throw new Error('bug: a table was written outside a transaction')
      journal.push(undo)
      if (log !== undefined) writes.push(write)
    },
  }
}

interface MemoryTable extends Table<unknown> {
  readonly clear: () => void
  /** Of one value, or of none where the row was deleted. */
  readonly restore: (key: string, value: readonly unknown[]) => void
  readonly rows: () => Iterable<Row>
}

function createTable(
  [name, scope]: readonly [string, string],
  remember: Transaction['remember'],
): MemoryTable {
  const values = new Map<string, unknown>()
  const order = createKeyOrder((key) => values.has(key))
  const put = (key: string, value: unknown): void => {
    if (!values.has(key)) order.add(key)
    values.set(key, value)
  }
  const undoOf = (key: string): Effect => {
    if (!values.has(key)) return () => values.delete(key)
    const before = values.get(key)
    return () => put(key, before)
  }
  const remove = (key: string): void => {
    if (!values.has(key)) return
    remember(undoOf(key), [name, scope, key])
    values.delete(key)
  }
  return {
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    set(key, value) {
      remember(undoOf(key), [name, scope, key, value])
      put(key, value)
    },
    delete: remove,
    clear() {
      for (const key of values.keys()) remove(key)
    },
    *entries() {
      for (const key of order.keys()) {
        if (values.has(key)) yield [key, values.get(key)] as const
      }
    },
    restore(key, value) {
      if (value.length > 0) put(key, value[0])
      else values.delete(key)
    },
    *rows() {
      for (const [key, value] of values) yield [name, scope, key, value]
    },
  }
}
