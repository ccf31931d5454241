import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'

export const cedar = 'the same request asked of Cedar'

/**
 * The case across accounts as Cedar has it: one policy that names role, action and resource, parsed before, no
 * entities, no schema. One policy and not two, since Cedar has no accounts that both have to agree.
 */
export function cedarDecision({ action, resource, context }) {
  const set = 'engine'
  const parsed = preparsePolicySet(set, {
    staticPolicies: `permit(
      principal == Role::"arn:aws:iam::111111111111:role/gitlab-runner",
      action == Action::"s3:GetObject",
      resource
    ) when { context.resource like "arn:aws:s3:::build-cache/*" };`,
  })
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors))
  const decide = () =>
    statefulIsAuthorized({
      principal: { type: 'Role', id: 'arn:aws:iam::111111111111:role/gitlab-runner' },
      action: { type: 'Action', id: action },
      resource: { type: 'Object', id: resource },
      context: { ...context, resource },
      preparsedPolicySetId: set,
      entities: [],
    })
  const answer = decide()
  if (answer.response?.decision !== 'allow') throw new Error(JSON.stringify(answer))
  return decide
}
