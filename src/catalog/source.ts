import { loadTable } from './pack.ts'
import { remember } from './remember.ts'

/** Where the tables come from. */
export interface CatalogSource {
  readonly packages: readonly {
    readonly name: string
    readonly version: string
    /** The day of the newest fact in it, `2026-09-26`. */
    readonly date: string
  }[]
}

/** The packages that the tables were generated from, with the age of their data. */
export const catalogSource: () => CatalogSource = remember(
  () => loadTable('source.json') as CatalogSource,
)
