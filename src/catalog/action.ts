import { compileGlob, nearestName } from '../core/index.ts'
import { findService, nearestService, servicePrefixes } from './service.ts'
import { type ActionRow, loadServiceTable, type ServiceTable } from './service-table.ts'

/**
 * What AWS says of an action.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface ActionFacts {
  /** In AWS's spelling: `s3:GetObject`. */
  readonly name: string
  readonly accessLevel: AccessLevel
  /** Empty: the action names no resource, and only `*` matches it. */
  readonly resourceTypes: readonly ActionResourceType[]
  /**
   * Everything a condition on this action may look at besides the global keys: its own, and those of its
   * resource types. A variable part is a placeholder: `s3:ExistingObjectTag/${key}`.
   */
  readonly conditionKeys: readonly string[]
}

export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging'

export interface ActionResourceType {
  readonly name: string
  /** AWS marks it with a star: a statement for the action must match one of this type. */
  readonly required: boolean
}

/** The action of this exact name, in any case. */
export function findAction(name: string): ActionFacts | undefined {
  const { prefix, verb } = splitAction(name)
  const table = loadServiceTable(prefix)
  const row = table?.actions.get(verb)
  if (table === undefined || row === undefined) return undefined
  const facts = described.get(row) ?? describe(table, row)
  described.set(row, facts)
  return facts
}

/** Rows never change while a program runs, so what is said of them does not either. */
const described = new WeakMap<ActionRow, ActionFacts>()

/**
 * Every action that a policy's `Action` element names, in AWS's spelling, sorted by service and name.
 * `*` alone and a pattern for the service are expanded too; a name without wildcard gives itself or nothing.
 */
export function expandActions(pattern: string): readonly string[] {
  if (pattern === '*') return servicePrefixes().flatMap((prefix) => actionsLike(prefix, '*'))
  if (!pattern.includes(':')) return []
  const { prefix, verb } = splitAction(pattern)
  const services = isPattern(prefix) ? servicePrefixes().filter(compileGlob(prefix)) : [prefix]
  return services.flatMap((known) => actionsLike(known, verb))
}

/** The action that `name` was probably meant to be: a slip in the verb, in the service's prefix, or in both. */
export function nearestAction(name: string): string | undefined {
  const { prefix, verb } = splitAction(name)
  const service = findService(prefix)?.prefix ?? nearestService(prefix)
  const actions = service === undefined ? undefined : loadServiceTable(service)?.actions
  if (actions === undefined) return undefined
  return actions.get(nearestName(verb, actions.keys()) ?? '')?.name
}

function splitAction(name: string): { readonly prefix: string; readonly verb: string } {
  const colon = name.indexOf(':')
  const lower = name.toLowerCase()
  return { prefix: lower.slice(0, Math.max(colon, 0)), verb: lower.slice(colon + 1) }
}

function describe(table: ServiceTable, row: ActionRow): ActionFacts {
  const keysOfTypes = row.resourceTypes.flatMap((type) => [
    ...type.conditionKeys,
    ...(table.resourceTypes.get(type.name.toLowerCase())?.conditionKeys ?? []),
  ])
  return {
    name: row.name,
    accessLevel: row.accessLevel as AccessLevel,
    resourceTypes: row.resourceTypes.map(({ name, isRequired }) => ({
      name,
      required: isRequired,
    })),
    conditionKeys: [...new Set([...row.conditionKeys, ...keysOfTypes])],
  }
}

function actionsLike(prefix: string, verb: string): readonly string[] {
  const actions = loadServiceTable(prefix)?.actions
  if (actions === undefined) return []
  if (!isPattern(verb)) {
    const row = actions.get(verb)
    return row === undefined ? [] : [row.name]
  }
  const isMatch = compileGlob(verb)
  const names: string[] = []
  for (const [name, row] of actions) if (isMatch(name)) names.push(row.name)
  return names
}

function isPattern(text: string): boolean {
  return text.includes('*') || text.includes('?')
}
