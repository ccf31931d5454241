import { nearestName } from '../core/index.ts'
import { loadServiceTable, servicesPack } from './service-table.ts'

/** What AWS says of a service as a whole. */
export interface ServiceFacts {
  /** What stands before the colon of its actions: `s3`. */
  readonly prefix: string
  /** `Amazon S3`. */
  readonly name: string
  /**
   * Whether AWS lists it among the services whose resources RCPs protect.
   * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
   */
  readonly hasResourceControlPolicies: boolean
}

/** The service with this prefix, in any case. */
export function findService(prefix: string): ServiceFacts | undefined {
  const cells = servicesPack().rows.get(prefix.toLowerCase())?.cells
  if (cells === undefined) return undefined
  const [knownPrefix, name, hasPolicies] = cells
  return {
    prefix: String(knownPrefix),
    name: String(name),
    hasResourceControlPolicies: hasPolicies === 1,
  }
}

/** Every prefix, sorted. */
export function servicePrefixes(): readonly string[] {
  return [...servicesPack().rows.keys()]
}

/** Every action of a service in AWS's spelling, sorted; none for a service that does not exist. */
export function actionsOfService(prefix: string): readonly string[] {
  const actions = loadServiceTable(prefix.toLowerCase())?.actions.values() ?? []
  return [...actions].map((action) => action.name)
}

/** The prefix that `prefix` was probably meant to be. */
export function nearestService(prefix: string): string | undefined {
  return nearestName(prefix, servicePrefixes())
}
