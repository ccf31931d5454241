import { compareKeys } from '../store/compare-keys.ts'
import type { Store, Table } from '../store/store.ts'

/** A store whose changes of principals and policies take a while until authorization sees them. */
export interface SpreadingStore extends Store {
  /** How long they take; 0 for at once. */
  readonly setDelayMs: (delayMs: number) => void
  /** Whatever is under way has arrived. */
  readonly settle: () => void
}

/**
 * What spreads: what principals are, what policies they and the resources have, and what binds their accounts. Nothing that
 * guards against use a second time is in it, such as the last code of an MFA device.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 */
const spreadingTables = new Set([
  'ecr.registryPolicies',
  'ecr.repositories',
  'iam.access-keys',
  'iam.groups',
  'iam.oidc-providers',
  'iam.policies',
  'iam.principals',
  'iam.roles',
  'iam.saml-providers',
  'iam.users',
  'organizations.attachments',
  'organizations.members',
  'organizations.memberships',
  'organizations.organizations',
  'organizations.policies',
  'organizations.tags',
  'organizations.units',
  's3.buckets',
])

/** What a row was before a change: no value where there was none. */
interface Note {
  readonly atMs: number
  readonly key: string
  readonly before: readonly [value: unknown] | readonly []
}

type Notes = Map<string, readonly Note[]>

export function createSpreadingStore(
  inner: Store,
  clock: { readonly nowMs: () => number },
): SpreadingStore {
  let delayMs = 0
  /** By table and scope, then by key; oldest first. */
  const notes = new Map<string, Notes>()
  const isUnderWay = (note: Note): boolean => note.atMs > clock.nowMs() - delayMs
  const take = (of: Notes, note: Note): void => {
    const before = (of.get(note.key) ?? []).filter(isUnderWay)
    of.set(note.key, [...before, note])
    inner.whenUndone(() => {
      of.set(
        note.key,
        (of.get(note.key) ?? []).filter((one) => one !== note),
      )
    })
  }
  const watch = <V>(table: Table<V>, of: Notes): Table<V> => {
    const note = (key: string): void => {
      const value = table.get(key)
      take(of, { atMs: clock.nowMs(), key, before: value === undefined ? [] : [value] })
    }
    return watchedTable(table, note)
  }
  const store: SpreadingStore = {
    table<V>(name: string, scope: string): Table<V> {
      const table = inner.table<V>(name, scope)
      if (delayMs === 0 || !spreadingTables.has(name)) return table
      return watch(table, notesOf(notes, name, scope))
    },
    transact: (change) => inner.transact(change),
    whenKept: (effect) => inner.whenKept(effect),
    whenUndone: (effect) => inner.whenUndone(effect),
    rows: () => inner.rows(),
    clear() {
      inner.clear()
      inner.whenKept(() => notes.clear())
    },
    setDelayMs(given) {
      delayMs = given
      if (given === 0) notes.clear()
    },
    settle: () => notes.clear(),
    get spread() {
      return delayMs === 0 || notes.size === 0 ? undefined : view
    },
  }
  const view: Store = {
    ...plain(store),
    table<V>(name: string, scope: string): Table<V> {
      const table = store.table<V>(name, scope)
      const own = notes.get(tableId(name, scope))
      return own === undefined ? table : earlierTable(table, own, isUnderWay)
    },
  }
  return store
}

/** The calls of a store without its `spread`: the view of a view is itself. */
function plain({ transact, whenKept, whenUndone, rows, clear }: Store): Omit<Store, 'table'> {
  return { transact, whenKept, whenUndone, rows, clear }
}

function tableId(name: string, scope: string): string {
  return `${name}\u0000${scope}`
}

function notesOf(all: Map<string, Notes>, name: string, scope: string): Notes {
  const id = tableId(name, scope)
  const known = all.get(id)
  if (known !== undefined) return known
  const made: Notes = new Map()
  all.set(id, made)
  return made
}

function watchedTable<V>(table: Table<V>, note: (key: string) => void): Table<V> {
  return {
    get size() {
      return table.size
    },
    get: (key) => table.get(key),
    set(key, value) {
      note(key)
      table.set(key, value)
    },
    delete(key) {
      note(key)
      table.delete(key)
    },
    entries: () => table.entries(),
  }
}

/** A table as it was before every change that is under way. Writes are not held back. */
function earlierTable<V>(
  table: Table<V>,
  notes: Notes,
  isUnderWay: (note: Note) => boolean,
): Table<V> {
  const get = (key: string): V | undefined => {
    const note = notes.get(key)?.find(isUnderWay)
    return note === undefined ? table.get(key) : (note.before[0] as V | undefined)
  }
  const entries = (): readonly (readonly [string, V])[] => {
    const keys = new Set([...[...table.entries()].map(([key]) => key), ...notes.keys()])
    return [...keys].sort(compareKeys).flatMap((key) => {
      const value = get(key)
      return value === undefined ? [] : [[key, value] as const]
    })
  }
  return {
    get size() {
      return entries().length
    },
    get,
    set: (key, value) => table.set(key, value),
    delete: (key) => table.delete(key),
    entries,
  }
}
