import type { PolicyDocument } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import { statementsOfLatest } from './latest-version.ts'
import type { Registry } from './repository.ts'

/** What a registry's policy can allow; a deny in it binds every call on the registry's repositories. */
const allowedByRegistry: ReadonlySet<string> = new Set([
  'ecr:ReplicateImage',
  'ecr:BatchImportUpstreamImage',
  'ecr:CreateRepository',
])

export function registryPoliciesOf(store: Store): Table<PolicyDocument> {
  return store.table('ecr.registryPolicies', '')
}

export function registryKey(registry: Registry): string {
  return `${registry.registryId}/${registry.region}`
}

export function registryPolicyOf(store: Store, registry: Registry): PolicyDocument | undefined {
  return registryPoliciesOf(store).get(registryKey(registry))
}

/** The statements of a registry policy that have a say about `action` on a repository. */
export function registryPolicyStatements(
  policy: PolicyDocument | undefined,
  action: string,
): readonly unknown[] {
  return statementsOfLatest(policy).filter((one) => {
    if (typeof one !== 'object' || one === null || !('Effect' in one)) return false
    return one.Effect === 'Deny' || allowedByRegistry.has(action)
  })
}
