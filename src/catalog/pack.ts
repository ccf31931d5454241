import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

/**
 * A generated table whose rows are read at once and whose bodies are read one by one: `NAME.json` holds the rows,
 * `NAME.pack` the bodies, each compressed by itself, end to end in the order of the rows. The last cell of a row
 * is the length of its body.
 */
export interface Pack {
  /** By the first cell of the row. */
  readonly rows: ReadonlyMap<string, PackRow>
  /** Reads and unpacks one body, and no other. Parsed JSON. Throws when the file is missing or damaged. */
  readonly readBody: (row: PackRow) => unknown
}

export interface PackRow {
  readonly cells: readonly (string | number)[]
  readonly offset: number
  readonly length: number
}

// The same relative path from `src/catalog` and from `dist/catalog`.
const folder = new URL('../../data/catalog/', import.meta.url)

/** Reads a whole generated JSON file of `data/catalog/`. */
export function loadTable(fileName: string): unknown {
  return JSON.parse(readFileSync(new URL(fileName, folder), 'utf8'))
}

/** Reads the rows of a pack; its bodies stay on disk. */
export function openPack(name: string): Pack {
  const file = new URL(`${name}.pack`, folder)
  return {
    rows: placeRows(loadTable(`${name}.json`) as readonly (string | number)[][]),
    readBody: (row) => JSON.parse(brotliDecompressSync(readRange(file, row)).toString('utf8')),
  }
}

function placeRows(table: readonly (string | number)[][]): ReadonlyMap<string, PackRow> {
  const rows = new Map<string, PackRow>()
  let offset = 0
  for (const cells of table) {
    const length = Number(cells.at(-1))
    rows.set(String(cells[0]), { cells, offset, length })
    offset += length
  }
  return rows
}

function readRange(file: URL, { offset, length }: PackRow): Buffer {
  const bytes = Buffer.alloc(length)
  const descriptor = openSync(file, 'r')
  try {
    const bytesRead = readSync(descriptor, bytes, 0, length, offset)
    if (bytesRead !== length) throw new Error(`bug: ${file.pathname} ends within a block`)
    return bytes
  } finally {
    closeSync(descriptor)
  }
}
