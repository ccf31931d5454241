/**
 * The embedded AWS's state: named tables of immutable values, in memory.
 * Values are plain JSON data and are replaced, never edited. All writes of one `transact` happen or none does,
 * and a transaction never spans an `await`: that is what lets a log of transactions make the state durable.
 */
export interface Store {
  /** `scope` separates accounts (or buckets, repositories) from each other; the same pair is always the same table. */
  table<V>(name: string, scope: string): Table<V>
  /** Runs `change` and keeps what it wrote; when it throws, everything it wrote is undone and the error goes on. */
  transact<R>(change: () => R): R
}

export interface Table<V> {
  readonly size: number
  get(key: string): V | undefined
  /** Only inside `transact`. */
  set(key: string, value: V): void
  /** Only inside `transact`. */
  delete(key: string): void
  /** In ascending order of keys, as AWS lists things. */
  entries(): Iterable<readonly [string, V]>
}
