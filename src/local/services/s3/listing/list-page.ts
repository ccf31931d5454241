import { compareKeys } from '../../../store/compare-keys.ts'

/** A page of a list of keys in order: entries, and the prefixes that stand for all keys that go on alike. */
export interface ListPage<V> {
  readonly entries: readonly (readonly [string, V])[]
  readonly commonPrefixes: readonly string[]
  /** The last key or prefix of a page that is not the last one. */
  readonly next?: string
}

export interface ListQuery {
  readonly prefix: string
  readonly delimiter: string
  /** Only what comes after this key, or after everything under this prefix. */
  readonly after: string
  readonly limit: number
}

/** Goes once through `keys`, which are in ascending order of their UTF-8 bytes. */
export function listPage<V>(keys: Iterable<readonly [string, V]>, query: ListQuery): ListPage<V> {
  const entries: (readonly [string, V])[] = []
  const commonPrefixes: string[] = []
  let last = ''
  if (query.limit === 0) return { entries, commonPrefixes }
  for (const [key, value] of keys) {
    if (!key.startsWith(query.prefix)) continue
    const group = groupOf(key, query)
    if (isListed(group ?? key, query) || (group !== undefined && group === commonPrefixes.at(-1)))
      continue
    if (entries.length + commonPrefixes.length === query.limit)
      return { entries, commonPrefixes, next: last }
    if (group === undefined) entries.push([key, value])
    else commonPrefixes.push(group)
    last = group ?? key
  }
  return { entries, commonPrefixes }
}

/** The common prefix a key falls under: up to and with the first delimiter after the prefix asked for. */
function groupOf(key: string, query: ListQuery): string | undefined {
  if (query.delimiter === '') return undefined
  const at = key.indexOf(query.delimiter, query.prefix.length)
  return at < 0 ? undefined : key.slice(0, at + query.delimiter.length)
}

function isListed(name: string, query: ListQuery): boolean {
  return query.after !== '' && compareKeys(name, query.after) <= 0
}
