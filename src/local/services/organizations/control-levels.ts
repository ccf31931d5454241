import type { AccountId, CompiledPolicy, PolicyLayers, PolicyType } from '../../../core/index.ts'
import type { PolicyCompiler } from '../../policy-compiler.ts'
import type { Store } from '../../store/store.ts'
import { policyArn } from './arns.ts'
import type { AuthorizationPolicyType, Organization } from './entities.ts'
import { attachedPolicies } from './policies.ts'
import { findOrganization } from './tables.ts'
import { lineageOf } from './tree.ts'

export interface ControlTools {
  readonly store: Store
  readonly compiler: PolicyCompiler
}

/** What the organization says about calls from an account, and about calls on its resources: one list per level, root first. */
export type ControlLevels = Pick<PolicyLayers, 'scp' | 'rcp'>

/** AWS: they bind no principal and no resource of the management account. */
const unbound: ControlLevels = { scp: [], rcp: [] }

/**
 * The service and resource control policies that bind an account. Worked out once for each state of the tree.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
export function controlLevels(tools: ControlTools, accountId: AccountId): ControlLevels {
  const organization = findOrganization(tools.store, accountId)
  if (organization === undefined || accountId === organization.managementAccountId) return unbound
  return tools.compiler.remember(organization, `levels ${accountId}`, () => ({
    scp: levelsOfType(tools, organization, { accountId, type: 'SERVICE_CONTROL_POLICY' }),
    rcp: levelsOfType(tools, organization, { accountId, type: 'RESOURCE_CONTROL_POLICY' }),
  }))
}

interface Bound {
  readonly accountId: AccountId
  readonly type: AuthorizationPolicyType
}

const layers = {
  SERVICE_CONTROL_POLICY: 'scp',
  RESOURCE_CONTROL_POLICY: 'rcp',
} as const satisfies Readonly<Record<AuthorizationPolicyType, PolicyType>>

/** A level without a policy of an enabled type allows nothing: it is not left out. */
function levelsOfType(
  { store, compiler }: ControlTools,
  organization: Organization,
  { accountId, type }: Bound,
): readonly (readonly CompiledPolicy[])[] {
  if (!organization.enabledPolicyTypes.includes(type)) return []
  return lineageOf(store, organization, accountId).map((id) =>
    attachedPolicies(store, organization, id)
      .filter((policy) => policy.type === type)
      .map((policy) =>
        compiler(policy.document, { type: layers[type], label: policyArn(organization, policy) }),
      ),
  )
}
