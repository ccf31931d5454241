import type { BlobStore } from './blob-store.ts'
import type { Row, Store } from './store.ts'

/**
 * Removes every row, and the bytes that rows refer to. Only inside `transact`: with what is written next in the same
 * transaction, a state takes another's place at once, also in a directory that outlives the process.
 */
export function emptyState(state: {
  readonly store: Store
  readonly blobs: Pick<BlobStore, 'delete'>
}): void {
  for (const id of findBlobIds(state.store.rows())) state.blobs.delete(id)
  state.store.clear()
}

const blobId = /^[bc][0-9a-f]{32}$/

/**
 * The blobs that rows refer to, wherever in a value their ids are: no table can be forgotten. It may find too much, where a
 * text only looks like an id, and never too little.
 */
export function findBlobIds(rows: Iterable<Row>): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.length === 33 && blobId.test(value)) found.add(value)
    } else if (Array.isArray(value)) {
      for (const each of value) visit(each)
    } else if (typeof value === 'object' && value !== null) {
      // By name, without a list of them first: it runs over everything at each start.
      for (const name in value) visit((value as Readonly<Record<string, unknown>>)[name])
    }
  }
  for (const [, , , value] of rows) visit(value)
  return found
}
