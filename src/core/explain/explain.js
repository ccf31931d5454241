import { authorize } from '../evaluate/authorize.js';
import { prepareFacts } from '../evaluate/facts.js';
import { bindingLayers } from '../evaluate/layer-outcomes.js';
import { findCause } from './find-cause.js';
import { tracePolicy } from './trace-statement.js';
/**
 * Decides the request as `authorize` does and keeps the whole trace: per layer and statement which element did not
 * match and with which value, and on which side, in which document, the answer rests.
 */
export function explain(request, layers) {
    const decision = authorize(request, layers);
    const facts = prepareFacts(request, { hasBoundary: layers.boundary !== null });
    const traces = traceLayers(facts, layers);
    const cause = findCause(request, decision, traces);
    return { request, decision, layers: traces, ...(cause === undefined ? {} : { cause }) };
}
function traceLayers(facts, layers) {
    const { principal, resourceAccount } = facts.request;
    const own = 'accountId' in principal ? principal.accountId : '';
    const binding = bindingLayers(facts);
    const trace = (layer, policies, account) => {
        const isBinding = layer === 'trust' || layer === 'resource' || binding.has(layer);
        return traceLayer(facts, { layer, policies, account, binds: isBinding ? 'yes' : 'no' });
    };
    const levels = (layer, account) => layers[layer].map((level, i) => ({ ...trace(layer, level, account), level: i }));
    const resource = layers.resource;
    return [
        ...levels('scp', own),
        ...levels('rcp', resourceAccount),
        trace('vpce', layers.vpce, own),
        trace('identity', layers.identity, own),
        trace('boundary', layers.boundary, own),
        trace('session', layers.session, own),
        trace(resource?.policy.type ?? 'resource', resource && [resource], resourceAccount),
    ];
}
function traceLayer(facts, { layer, policies, account, binds }) {
    if (policies === null)
        return { layer, account, verdict: 'notAttached', policies: [] };
    const traces = policies.map((policy) => tracePolicy(policy, facts));
    const matching = traces.flatMap((trace) => trace.statements).filter((each) => each.matches);
    return { layer, account, verdict: verdictOf(matching, binds), policies: traces };
}
function verdictOf(matching, binds) {
    if (binds === 'no')
        return 'notBinding';
    if (matching.some((statement) => statement.effect === 'Deny'))
        return 'denies';
    return matching.length > 0 ? 'allows' : 'silent';
}
