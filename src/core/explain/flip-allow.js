import { detach, findStatement, narrow, removeStatement } from './flip-deny.js';
import { spotsOf } from './flip-layers.js';
import { exactStatement, withAdded } from './flip-statement.js';
const allowCosts = {
    narrow: 2,
    remove: 6,
    warning: 'what else the statement allows goes with it',
};
/** Ways to take an allow away: all that grants it on one side or on both, or a deny of exactly this request. */
export function candidatesForAllow(state, decision, isFixed) {
    const layers = [...new Set(decision.by.map(({ layer }) => layer))];
    const bySide = layers.flatMap((layer) => withoutAll(state, decision.by.filter((ref) => ref.layer === layer), isFixed) ?? []);
    const both = layers.length > 1 ? withoutAll(state, decision.by, isFixed) : undefined;
    return [...bySide, ...(both === undefined ? [] : [both]), ...denials(state, isFixed)];
}
/** Takes every one of these grants out of its policy, each the cheapest way. */
function withoutAll(start, refs, isFixed) {
    let found = { changes: [], state: start, cost: 0 };
    // From the last statement on, so that positions in the same document stay true.
    for (const ref of [...refs].sort((a, b) => b.index - a.index)) {
        const next = without(found.state, ref, isFixed);
        if (next === undefined)
            continue;
        const changes = [...found.changes, ...next.changes];
        found = { changes, state: next.state, cost: found.cost + next.cost };
    }
    return found.changes.length === 0 ? undefined : found;
}
function without(state, ref, isFixed) {
    const found = findStatement(state, ref);
    if (found === undefined)
        return undefined;
    if (isFixed(found.spot.policy.label))
        return detach(state, found.spot);
    const narrowed = narrow(state, found, allowCosts).filter((candidate) => findStatement(candidate.state, ref) === undefined);
    const candidates = [...narrowed, removeStatement(state, found, allowCosts)];
    return [...candidates].sort((a, b) => a.cost - b.cost)[0];
}
const deniable = ['identity', 'resource', 'trust', 'scp'];
/** A deny of this request alone, where a policy that can be edited holds one, else as a new policy of the caller. */
function denials(state, isFixed) {
    const resource = state.layers.resource?.policy.type === 'trust' ? 'trust' : 'resource';
    return deniable.flatMap((layer) => {
        if ((layer === 'resource' || layer === 'trust') && layer !== resource)
            return [];
        const spots = spotsOf(state.layers, layer);
        const spot = spots.find(({ policy }) => !isFixed(policy.label));
        if (spot === undefined && (layer === 'scp' ? spots.length === 0 : layer !== 'identity'))
            return [];
        const statement = exactStatement(state, { layer, effect: 'Deny' });
        return [withAdded(state, { layer, level: spot?.level ?? 0, spot }, statement)];
    });
}
