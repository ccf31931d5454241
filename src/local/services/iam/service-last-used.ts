import type { Store, Table } from '../../store/store.ts'

/** When a user or role last called something of a service. */
export interface ServiceUse {
  readonly atMs: number
  readonly region: string
  /** By operation. */
  readonly operations: Readonly<Record<string, OperationUse>>
}

export interface OperationUse {
  readonly atMs: number
  readonly region: string
}

/** By the principal's unique id: what it used, by service. */
export const servicesUsedOf = (store: Store): Table<Readonly<Record<string, ServiceUse>>> =>
  store.table('iam.services-used', '')

export interface Use {
  readonly principalId: string
  readonly service: string
  readonly operation: string
  readonly atMs: number
  readonly region: string
}

/** Notes a use, unless one of the same operation was noted within `grainMs`. Only inside `transact`. */
export function noteServiceUse(store: Store, use: Use, grainMs: number): void {
  const { principalId, service, operation, atMs, region } = use
  const table = servicesUsedOf(store)
  const services = table.get(principalId)
  const known = services?.[service]
  const before = known?.operations[operation]
  if (before !== undefined && atMs - before.atMs < grainMs) return
  const operations = { ...known?.operations, [operation]: { atMs, region } }
  table.set(principalId, { ...services, [service]: { atMs, region, operations } })
}
