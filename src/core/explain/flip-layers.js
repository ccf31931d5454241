import { compilePolicy } from '../policy/compile-policy.js';
/** The policies that take part as `layer`, in the order of levels. */
export function spotsOf(layers, layer) {
    return levelsOf(layers, layer).flatMap((policies, level) => policies.map((policy, index) => ({ layer, level, index, policy })));
}
/** One list per level; one level for all but SCPs and RCPs. */
export function levelsOf(layers, layer) {
    switch (layer) {
        case 'scp':
        case 'rcp':
            return layers[layer];
        case 'resource':
        case 'trust':
            return [layers.resource === null ? [] : [layers.resource]];
        default:
            return [layers[layer] ?? []];
    }
}
/** The layers with one level's policies of one layer replaced. */
export function withPolicies(layers, at, policies) {
    const { layer, level } = at;
    switch (layer) {
        case 'scp':
        case 'rcp':
            return { ...layers, [layer]: layers[layer].map((own, i) => (i === level ? policies : own)) };
        case 'resource':
        case 'trust':
            return { ...layers, resource: policies[0] ?? null };
        default:
            return { ...layers, [layer]: policies };
    }
}
/** The state with one policy's statements replaced; without statements the policy stays attached and is silent. */
export function withStatements(state, spot, statements) {
    const changed = compilePolicy({ ...spot.policy.policy, statements }, spot.policy.label);
    const own = levelsOf(state.layers, spot.layer)[spot.level] ?? [];
    const policies = own.map((policy, i) => (i === spot.index ? changed : policy));
    return { ...state, layers: withPolicies(state.layers, spot, policies) };
}
/** Whose document the policies of a layer are. */
export function placeOf({ request }, layer) {
    const { principal, resourceAccount } = request;
    if (layer === 'resource' || layer === 'trust' || layer === 'rcp') {
        return { side: 'resource', account: resourceAccount };
    }
    return { side: 'principal', account: 'accountId' in principal ? principal.accountId : '' };
}
