import { authorize } from '../evaluate/authorize.ts'
import { prepareFacts } from '../evaluate/facts.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import type { Request } from '../evaluate/request.ts'
import { describeDemand } from '../explain/describe-condition.ts'
import { originOf } from '../explain/flip-key.ts'
import { fitOf, pairsOf } from '../explain/flip-match.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import type { Condition, Statement } from '../policy/policy.ts'
import type { Proviso } from './proviso.ts'

/**
 * Whether the request might be allowed if every condition on a key that is left open went its way, although no example
 * of such a request was found. Undefined: it is refused whatever those keys hold.
 */
export function mightBeAllowed(
  request: Request,
  layers: PolicyLayers,
): readonly Proviso[] | undefined {
  const given = new Set(Object.keys(request.context).map((key) => key.toLowerCase()))
  const isOpen = ({ key }: Condition): boolean =>
    !given.has(key.toLowerCase()) && originOf(key, request.principal).kind !== 'settled'
  const all = policiesOf(layers)
  if (!all.some(({ policy }) => policy.statements.some((each) => each.conditions.some(isOpen)))) {
    return undefined
  }
  const relaxed = relaxLayers(layers, isOpen)
  if (authorize(request, relaxed).kind !== 'allow') return undefined
  const facts = prepareFacts(request, { hasBoundary: layers.boundary !== null })
  const open = all.flatMap((policy) =>
    pairsOf(policy).flatMap((pair) => {
      const { isAction, isResource, isPrincipal } = fitOf(pair, facts)
      if (!isAction || !isResource || !isPrincipal) return []
      const own = pair.statement.conditions.filter(isOpen)
      const not = pair.statement.effect === 'Deny' ? 'not ' : ''
      return own.map((each) => ({ key: each.key, text: `${not}${describeDemand(each)}` }))
    }),
  )
  return [...new Map(open.map((each) => [each.text, each])).values()]
}

function policiesOf(layers: PolicyLayers): readonly CompiledPolicy[] {
  const { identity, boundary, session, resource, scp, rcp, vpce } = layers
  const own = [identity, boundary ?? [], session ?? [], vpce ?? [], scp.flat(), rcp.flat()]
  return [...own.flat(), ...(resource === null ? [] : [resource])]
}

type IsOpen = (condition: Condition) => boolean

function relaxLayers(layers: PolicyLayers, isOpen: IsOpen): PolicyLayers {
  const one = (policy: CompiledPolicy): CompiledPolicy => relax(policy, isOpen)
  const { boundary, session, resource, vpce } = layers
  return {
    identity: layers.identity.map(one),
    boundary: boundary?.map(one) ?? null,
    session: session?.map(one) ?? null,
    resource: resource && one(resource),
    scp: layers.scp.map((level) => level.map(one)),
    rcp: layers.rcp.map((level) => level.map(one)),
    vpce: vpce?.map(one) ?? null,
  }
}

/** Allows without their open conditions, and no deny that has one. */
function relax(compiled: CompiledPolicy, isOpen: IsOpen): CompiledPolicy {
  const { policy, label } = compiled
  if (!policy.statements.some((each) => each.conditions.some(isOpen))) return compiled
  const statements = policy.statements.flatMap((each): readonly Statement[] => {
    if (!each.conditions.some(isOpen)) return [each]
    if (each.effect === 'Deny') return []
    return [{ ...each, conditions: each.conditions.filter((one) => !isOpen(one)) }]
  })
  return compilePolicy({ ...policy, statements }, label)
}
