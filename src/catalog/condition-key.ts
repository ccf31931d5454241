import { loadTable } from './pack.ts'
import { remember } from './remember.ts'
import { loadServiceTable } from './service-table.ts'

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
  const global = globalKeys().find(([name]) => isKeyOf(name, key))
  if (global !== undefined) return { name: global[0], type: global[1], isGlobal: true }
  const rows = loadServiceTable(service.toLowerCase())?.conditionKeys ?? []
  const row = rows.find(({ name }) => isKeyOf(name, key))
  if (row === undefined) return undefined
  return { name: row.name, isGlobal: false, ...(row.type === '' ? {} : { type: row.type }) }
}

const globalKeys = remember(
  () => loadTable('global-condition-keys.json') as readonly (readonly [string, string])[],
)

/** A placeholder takes one character or more, of any kind: tag keys may hold `/` and `:`. */
function isKeyOf(name: string, key: string): boolean {
  const [before = '', ...rest] = name.toLowerCase().split(/\$\{[^}]*\}/)
  const lower = key.toLowerCase()
  if (rest.length === 0) return lower === before
  const after = rest.at(-1) ?? ''
  const isLongEnough = lower.length > before.length + after.length
  return isLongEnough && lower.startsWith(before) && lower.endsWith(after)
}
