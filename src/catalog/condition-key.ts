import { nearestName } from '../core/index.ts'
import { loadTable } from './pack.ts'
import { remember } from './remember.ts'
import { type ConditionKeyRow, loadServiceTable, type ServiceTable } from './service-table.ts'

/** A key that conditions may look at. */
export interface ConditionKeyFacts {
  /** In AWS's spelling; a variable part is a placeholder: `aws:RequestTag/${TagKey}`. */
  readonly name: string
  /** `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`, or `ArrayOf…`; undefined where AWS gives none. */
  readonly type?: string
  /** Present in the requests of every service. */
  readonly isGlobal: boolean
}

/**
 * The condition key that `key` is, in any case: a global one, or one of the service's own. `aws:RequestTag/team` finds
 * `aws:RequestTag/${TagKey}`.
 */
export function findConditionKey(service: string, key: string): ConditionKeyFacts | undefined {
  const lower = key.toLowerCase()
  return findIn(globalIndex(), lower) ?? findIn(serviceIndex(service.toLowerCase()), lower)
}

/** Keys by their lower-case name, and those with a placeholder one by one. */
interface KeyIndex {
  readonly exact: ReadonlyMap<string, ConditionKeyFacts>
  readonly patterns: readonly KeyPattern[]
}

interface KeyPattern {
  readonly before: string
  readonly after: string
  readonly facts: ConditionKeyFacts
}

/** A placeholder takes one character or more, of any kind: tag keys may hold `/` and `:`. */
function findIn({ exact, patterns }: KeyIndex, lower: string): ConditionKeyFacts | undefined {
  const isKeyOf = ({ before, after }: KeyPattern) =>
    lower.length > before.length + after.length && lower.startsWith(before) && lower.endsWith(after)
  return exact.get(lower) ?? patterns.find(isKeyOf)?.facts
}

function indexKeys(keys: readonly ConditionKeyFacts[]): KeyIndex {
  const exact = new Map<string, ConditionKeyFacts>()
  const patterns: KeyPattern[] = []
  for (const facts of keys) {
    const [before = '', ...rest] = facts.name.toLowerCase().split(/\$\{[^}]*\}/)
    const after = rest.at(-1)
    if (after !== undefined) patterns.push({ before, after, facts })
    else if (!exact.has(before)) exact.set(before, facts)
  }
  return { exact, patterns }
}

const globalIndex = remember(() =>
  indexKeys(globalKeys().map(([name, type]) => ({ name, type, isGlobal: true }))),
)

const noKeys: KeyIndex = indexKeys([])
const indexOfTable = new WeakMap<ServiceTable, KeyIndex>()

function serviceIndex(service: string): KeyIndex {
  const table = loadServiceTable(service)
  if (table === undefined) return noKeys
  const index = indexOfTable.get(table) ?? indexKeys(table.conditionKeys.map(describe))
  indexOfTable.set(table, index)
  return index
}

function describe({ name, type }: ConditionKeyRow): ConditionKeyFacts {
  return { name, isGlobal: false, ...(type === '' ? {} : { type }) }
}

/** The key of the service, or the global one, that `key` was probably meant to be. */
export function nearestConditionKey(service: string, key: string): string | undefined {
  const own = loadServiceTable(service.toLowerCase())?.conditionKeys.map(({ name }) => name) ?? []
  return nearestName(key, [...globalKeys().map(([name]) => name), ...own])
}

const globalKeys = remember(
  () => loadTable('global-condition-keys.json') as readonly (readonly [string, string])[],
)
