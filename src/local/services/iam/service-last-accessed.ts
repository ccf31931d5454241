import { findAction, findService, servicePrefixes } from '../../../catalog/index.ts'
import type { Policy } from '../../../core/index.ts'
import { compileGlob } from '../../../core/index.ts'
import type { PolicyHolder } from './entities.ts'
import type { IamCall } from './iam-operation.ts'
import { type ServiceUse, servicesUsedOf } from './service-last-used.ts'

/** What a report tells of one service that policies allow. */
export interface ServiceRow {
  readonly service: string
  readonly last?: LastAccess
  readonly entities: number
  /** By action, where the report goes so deep. */
  readonly actions?: Readonly<Record<string, LastAccess>>
}

export interface LastAccess {
  readonly atMs: number
  readonly region: string
  readonly arn: string
}

/** The services of which policies allow something, sorted by prefix. */
export function servicesAllowed(policies: readonly Policy[]): readonly string[] {
  const patterns = policies.flatMap(({ statements }) =>
    statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ action }) => (action.negated ? ['*'] : action.patterns.map(prefixOf))),
  )
  const tests = [...new Set(patterns)].map((pattern) => compileGlob(pattern))
  return servicePrefixes().filter((prefix) => tests.some((test) => test(prefix)))
}

function prefixOf(pattern: string): string {
  const colon = pattern.indexOf(':')
  return (colon < 0 ? pattern : pattern.slice(0, colon)).toLowerCase()
}

/** When any of the entities last called each service. */
export function lastAccessRows(
  services: readonly string[],
  entities: readonly PolicyHolder[],
  call: IamCall,
): readonly ServiceRow[] {
  const used = entities.map(({ id, arn }) => ({ arn, of: servicesUsedOf(call.store).get(id) }))
  return services.map((service) => {
    const uses = used.flatMap(({ arn, of }) => {
      const use = of?.[service]
      return use === undefined ? [] : [{ arn, use }]
    })
    const last = latest(uses.map(({ arn, use: { atMs, region } }) => ({ arn, atMs, region })))
    return {
      service,
      entities: uses.length,
      ...(last === undefined ? {} : { last, actions: lastActions(service, uses) }),
    }
  })
}

interface EntityUse {
  readonly arn: string
  readonly use: ServiceUse
}

/** Operations that are named as their actions are. */
function lastActions(
  service: string,
  uses: readonly EntityUse[],
): Readonly<Record<string, LastAccess>> {
  const names = [...new Set(uses.flatMap(({ use }) => Object.keys(use.operations)))].sort()
  const known = names.filter((name) => findAction(`${service}:${name}`) !== undefined)
  const entries = known.flatMap((name) => {
    const found = latest(
      uses.flatMap(({ arn, use }) => {
        const one = use.operations[name]
        return one === undefined ? [] : [{ arn, ...one }]
      }),
    )
    return found === undefined ? [] : [[name, found] as const]
  })
  return Object.fromEntries(entries)
}

function latest(uses: readonly LastAccess[]): LastAccess | undefined {
  return uses.toSorted((a, b) => b.atMs - a.atMs)[0]
}

export type Granularity = 'SERVICE_LEVEL' | 'ACTION_LEVEL'

/** AWS names services by their full names. */
export function renderServiceRow(row: ServiceRow, granularity: Granularity): object {
  const { service, last, entities, actions } = row
  return {
    ServiceName: findService(service)?.name ?? service,
    ServiceNamespace: service,
    TotalAuthenticatedEntities: entities,
    ...(last === undefined
      ? {}
      : {
          LastAuthenticated: new Date(last.atMs),
          LastAuthenticatedEntity: last.arn,
          LastAuthenticatedRegion: last.region,
        }),
    ...(granularity === 'SERVICE_LEVEL' || actions === undefined
      ? {}
      : { TrackedActionsLastAccessed: Object.entries(actions).map(renderAction) }),
  }
}

function renderAction([name, last]: readonly [string, LastAccess]): object {
  return {
    ActionName: name,
    LastAccessedEntity: last.arn,
    LastAccessedTime: new Date(last.atMs),
    LastAccessedRegion: last.region,
  }
}
