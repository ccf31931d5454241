import { findFederator, sealToken, tokenLifetimeMs } from './authorization-token.ts'
import { ecrError } from './ecr-error.ts'
import { askRegistry, ecrOperation } from './ecr-operation.ts'
import { readRegistryPolicy, renderPolicyText } from './policy-text.ts'
import { registryKey, registryPoliciesOf } from './registry-policy.ts'
import { registryHost, registryOf } from './repository.ts'

/** A password for the caller's registry: user `AWS`, good for twelve hours, with the caller's permissions. */
export const getAuthorizationToken = ecrOperation<{ readonly registryIds?: readonly string[] }>({
  name: 'GetAuthorizationToken',
  authorize: (_input, call) => [askRegistry('ecr:GetAuthorizationToken', call)],
  run(input, call) {
    const { caller } = call
    if (caller.kind !== 'authenticated')
      throw ecrError('AccessDeniedException', 'User: anonymous is not authorized')
    const expiresAtMs = call.nowMs + tokenLifetimeMs
    const registries = (input.registryIds ?? []).map((registryId) =>
      registryOf({ registryId }, call),
    )
    const federatorId = findFederator(call.store, caller)?.id
    const password = sealToken(call, {
      caller,
      region: call.region,
      expiresAtMs,
      ...(federatorId === undefined ? {} : { federatorId }),
    })
    const wanted = registries.length === 0 ? [registryOf({}, call)] : registries
    return {
      authorizationData: wanted.map((registry) => ({
        authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
        expiresAt: new Date(expiresAtMs),
        proxyEndpoint: `http://${registryHost(registry, call.endpoint)}`,
      })),
    }
  },
})

export const describeRegistry = ecrOperation<object>({
  name: 'DescribeRegistry',
  authorize: (_input, call) => [askRegistry('ecr:DescribeRegistry', call)],
  run: (_input, call) => ({
    registryId: registryOf({}, call).registryId,
    replicationConfiguration: { rules: [] },
  }),
})

export const putRegistryPolicy = ecrOperation<{ readonly policyText?: string }>({
  name: 'PutRegistryPolicy',
  authorize: (_input, call) => [askRegistry('ecr:PutRegistryPolicy', call)],
  run(input, call) {
    const registry = registryOf({}, call)
    const document = readRegistryPolicy(input.policyText, call.store)
    registryPoliciesOf(call.store).set(registryKey(registry), document)
    const policyText = renderPolicyText(document, call.store)
    return { registryId: registry.registryId, policyText }
  },
})

export const getRegistryPolicy = ecrOperation<object>({
  name: 'GetRegistryPolicy',
  authorize: (_input, call) => [askRegistry('ecr:GetRegistryPolicy', call)],
  run: (_input, call) => showPolicy(call),
})

export const deleteRegistryPolicy = ecrOperation<object>({
  name: 'DeleteRegistryPolicy',
  authorize: (_input, call) => [askRegistry('ecr:DeleteRegistryPolicy', call)],
  run(_input, call) {
    const shown = showPolicy(call)
    registryPoliciesOf(call.store).delete(registryKey(registryOf({}, call)))
    return shown
  },
})

function showPolicy(call: Parameters<typeof registryOf>[1]): object {
  const registry = registryOf({}, call)
  const { registryId } = registry
  const document = registryPoliciesOf(call.store).get(registryKey(registry))
  if (document === undefined)
    throw ecrError(
      'RegistryPolicyNotFoundException',
      `Registry policy does not exist in the registry with id '${registryId}'`,
    )
  return { registryId, policyText: renderPolicyText(document, call.store) }
}
