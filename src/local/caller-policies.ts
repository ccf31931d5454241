import type { AccountId, CompiledPolicy, PolicyDocument, PolicyLayers } from '../core/index.ts'
import type { AuthenticatedCaller, SessionFacts } from './caller.ts'
import type { PolicyCompiler } from './policy-compiler.ts'
import { rememberLatest } from './recent-values.ts'
import type { PolicyHolder, Role, User } from './services/iam/entities.ts'
import { findPolicyDocument, isAwsPolicyArn } from './services/iam/managed-policy.ts'
import { groupsOf, nameKey, rolesOf, usersOf } from './services/iam/tables.ts'
import type { Store } from './store/store.ts'

/** The layers that follow from who calls. */
export type CallerLayers = Pick<PolicyLayers, 'identity' | 'boundary' | 'session'>

export interface CallerPolicyTools {
  readonly store: Store
  readonly compiler: PolicyCompiler
}

/** Every policy attached to the caller now: policies are looked up per call, never sealed into a session. */
export function callerLayers(
  tools: CallerPolicyTools,
  caller: AuthenticatedCaller,
  holder: User | Role | undefined,
): CallerLayers {
  return {
    identity: isFederatedByRoot(caller)
      ? [ofRoot(tools)]
      : identityPolicies(tools, caller.accountId, holder),
    boundary: boundaryOf(tools, holder),
    session: sessionPolicies(tools, caller.session),
  }
}

/** Of whoever is in no account. */
export const noLayers: CallerLayers = { identity: [], boundary: null, session: null }

function isFederatedByRoot({ principal }: AuthenticatedCaller): boolean {
  return principal.kind === 'federatedUser' && principal.userArn === undefined
}

const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}

/** What a root user may do, its federated sessions may as far as their session policies go. */
function ofRoot(tools: CallerPolicyTools): CompiledPolicy {
  return tools.compiler(everything, { type: 'identity', label: 'root user' })
}

/** The user or role that the caller is, or the user that federated it; undefined for root users. */
export function findCallerHolder(
  store: Store,
  caller: AuthenticatedCaller,
): User | Role | undefined {
  const { principal, accountId } = caller
  if (principal.kind === 'user') {
    return usersOf(store, accountId).get(holderKey(principal.arn))
  }
  if (principal.kind === 'federatedUser' && principal.userArn !== undefined) {
    return usersOf(store, accountId).get(holderKey(principal.userArn))
  }
  if (principal.kind === 'roleSession') {
    return rolesOf(store, accountId).get(holderKey(principal.roleArn))
  }
  return undefined
}

/** What a user or role is found by in its account; the same few callers come again and again. */
const holderKey = rememberLatest((arn) => nameKey(arn.slice(arn.lastIndexOf('/') + 1)), {
  limit: 1000,
  longest: 1024,
})

/** What is attached to a role, or to a user and the groups that it is in. */
function identityPolicies(
  tools: CallerPolicyTools,
  accountId: AccountId,
  holder: User | Role | undefined,
): readonly CompiledPolicy[] {
  if (holder === undefined) return []
  const groupNames = 'groupNames' in holder ? holder.groupNames : []
  // Holders are replaced and never edited, and AWS's own policies never change: then the list holds as long as the holder.
  if (groupNames.length === 0 && holder.attachedPolicyArns.every(isAwsPolicyArn)) {
    return tools.compiler.remember(holder, 'identity policies', () =>
      addAttached(tools, holder, []),
    )
  }
  const attached = addAttached(tools, holder, [])
  for (const name of groupNames) {
    const group = groupsOf(tools.store, accountId).get(nameKey(name))
    if (group !== undefined) addAttached(tools, group, attached)
  }
  return attached
}

function addAttached(
  tools: CallerPolicyTools,
  holder: PolicyHolder,
  attached: CompiledPolicy[],
): CompiledPolicy[] {
  const { inlinePolicies, attachedPolicyArns } = holder
  for (const label of Object.keys(inlinePolicies)) {
    const document = inlinePolicies[label]?.document
    if (document !== undefined) attached.push(tools.compiler(document, { type: 'identity', label }))
  }
  for (const arn of attachedPolicyArns) {
    for (const policy of managedPolicy(tools, arn, 'identity')) attached.push(policy)
  }
  return attached
}

function managedPolicy(
  tools: CallerPolicyTools,
  arn: string,
  type: 'identity' | 'boundary' | 'session',
): readonly CompiledPolicy[] {
  const document = findPolicyDocument(tools.store, arn)
  return document === undefined ? [] : [tools.compiler(document, { type, label: arn })]
}

/** A boundary whose policy is gone allows nothing: it does not become no boundary. */
function boundaryOf(
  tools: CallerPolicyTools,
  holder: PolicyHolder | undefined,
): readonly CompiledPolicy[] | null {
  if (holder?.boundaryArn === undefined) return null
  return managedPolicy(tools, holder.boundaryArn, 'boundary')
}

function sessionPolicies(
  tools: CallerPolicyTools,
  session: SessionFacts | undefined,
): readonly CompiledPolicy[] | null {
  if (session === undefined) return null
  const { policy, policyArns } = session
  if (policy === undefined && policyArns.length === 0) return null
  const inline =
    policy === undefined
      ? []
      : [tools.compiler(policy, { type: 'session', label: 'session policy' })]
  return [...inline, ...policyArns.flatMap((arn) => managedPolicy(tools, arn, 'session'))]
}
