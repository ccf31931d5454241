/**
 * The embedded AWS's state: named tables of immutable values, in memory.
 * Values are plain JSON data and are replaced, never edited. All writes of one `transact` happen or none does,
 * and a transaction never spans an `await`: that is what lets a log of transactions make the state durable.
 */
export interface Store {
  /** `scope` separates accounts (or buckets, repositories) from each other; the same pair is always the same table. */
  table<V>(name: string, scope: string): Table<V>
  /**
   * Runs `change` and keeps what it wrote; when it throws, or what it wrote cannot be kept, everything it wrote is undone and
   * the error goes on.
   */
  transact<R>(change: () => R): R
  /** Runs `effect` when the running transaction is kept for good, and never when it is undone; at once outside of one. */
  whenKept(effect: () => void): void
  /** Runs `effect` when the running transaction is undone; never outside of one. */
  whenUndone(effect: () => void): void
  /** Empties every table. Only inside `transact`. */
  clear(): void
  /** Every row, in no order. Rows may change while it runs: each is given as it is when it is reached. */
  rows(): Iterable<Row>
  /**
   * The same as authorization sees it, where changes take a while to get there; undefined where it sees them at once.
   * What is written to it is written to this store.
   */
  readonly spread?: Store | undefined
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

export type Row = readonly [table: string, scope: string, key: string, value: unknown]

/** A row as it was written; without a value where it was deleted. */
export type Write = Row | readonly [table: string, scope: string, key: string]

/** Where a store's transactions are kept. */
export interface TransactionLog {
  /** Keeps the writes of one transaction, in their order, before it returns. Throws when it cannot: then none is kept. */
  readonly append: (writes: readonly Write[]) => void
}
