import { authorize } from '../evaluate/authorize.ts'
import { type Facts, prepareFacts } from '../evaluate/facts.ts'
import { bindingLayers } from '../evaluate/layer-outcomes.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import type { Request } from '../evaluate/request.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { PolicyType } from '../policy/policy.ts'
import type { Explanation, LayerTrace } from './explanation.ts'
import { findCause } from './find-cause.ts'
import { tracePolicy } from './trace-statement.ts'

/**
 * Decides the request as `authorize` does and keeps the whole trace: per layer and statement which element did not
 * match and with which value, and on which side, in which document, the answer rests.
 */
export function explain(request: Request, layers: PolicyLayers): Explanation {
  const decision = authorize(request, layers)
  const facts = prepareFacts(request, { hasBoundary: layers.boundary !== null })
  const traces = traceLayers(facts, layers)
  const cause = findCause(request, decision, traces)
  return { request, decision, layers: traces, ...(cause === undefined ? {} : { cause }) }
}

type Policies = readonly CompiledPolicy[] | null

function traceLayers(facts: Facts, layers: PolicyLayers): readonly LayerTrace[] {
  const { principal, resourceAccount } = facts.request
  const own = 'accountId' in principal ? principal.accountId : ''
  const binding = bindingLayers(facts)
  const trace = (layer: PolicyType, policies: Policies, account: string): LayerTrace => {
    const isBinding = layer === 'trust' || layer === 'resource' || binding.has(layer)
    return traceLayer(facts, { layer, policies, account, binds: isBinding ? 'yes' : 'no' })
  }
  const levels = (layer: 'scp' | 'rcp', account: string): readonly LayerTrace[] =>
    layers[layer].map((level, i) => ({ ...trace(layer, level, account), level: i }))
  const resource = layers.resource
  const ofResource = [...(resource === null ? [] : [resource]), ...(layers.grants ?? [])]
  return [
    ...levels('scp', own),
    ...levels('rcp', resourceAccount),
    trace('vpce', layers.vpce, own),
    trace('identity', layers.identity, own),
    trace('boundary', layers.boundary, own),
    trace('session', layers.session, own),
    trace(
      resource?.policy.type ?? 'resource',
      ofResource.length > 0 ? ofResource : null,
      resourceAccount,
    ),
  ]
}

interface LayerSetting {
  readonly layer: PolicyType
  readonly policies: Policies
  readonly account: string
  readonly binds: 'yes' | 'no'
}

function traceLayer(facts: Facts, { layer, policies, account, binds }: LayerSetting): LayerTrace {
  if (policies === null) return { layer, account, verdict: 'notAttached', policies: [] }
  const traces = policies.map((policy) => tracePolicy(policy, facts))
  const matching = traces.flatMap((trace) => trace.statements).filter((each) => each.matches)
  return { layer, account, verdict: verdictOf(matching, binds), policies: traces }
}

function verdictOf(
  matching: readonly { readonly effect: 'Allow' | 'Deny' }[],
  binds: 'yes' | 'no',
): LayerTrace['verdict'] {
  if (binds === 'no') return 'notBinding'
  if (matching.some((statement) => statement.effect === 'Deny')) return 'denies'
  return matching.length > 0 ? 'allows' : 'silent'
}
