import { open } from 'node:fs/promises'
import type { Row } from '../store.ts'
import { encodeWrites } from './state-files.ts'

/** Rows that are encoded at once: a fraction of a millisecond. */
const batchRows = 200

/**
 * Writes rows to a file while calls go on between the batches, and gives its size once it outlives the machine. A row that
 * changes meanwhile may be in it as it was or as it is: the log that was begun before has it as it is.
 */
export async function writeSnapshot(
  path: string,
  rows: Iterable<Row>,
  signal: AbortSignal,
): Promise<number> {
  const file = await open(path, 'w', 0o600)
  try {
    let size = 0
    for (const batch of batches(rows)) {
      signal.throwIfAborted()
      const record = encodeWrites(batch)
      await file.writeFile(record)
      size += record.length
    }
    await file.sync()
    return size
  } finally {
    await file.close()
  }
}

function* batches(rows: Iterable<Row>): Generator<readonly Row[]> {
  let batch: Row[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < batchRows) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
