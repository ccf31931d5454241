import { factsOf, trySending } from './flip-context.js';
import { levelsOf, placeOf, spotsOf, withPolicies, withStatements, } from './flip-layers.js';
import { fitOf, isExactly, pairsOf, takesIn } from './flip-match.js';
import { valuesThatFail } from './flip-value.js';
import { describeChange, describeDocument, describeStatement, renderOne } from './flip-words.js';
/** Ways around one explicit deny: what to send so that it does not apply, else what to lift. */
export function candidatesForDeny(state, ref, setting) {
    const found = findStatement(state, ref);
    if (found === undefined)
        return [];
    const sent = sendAway(state, found.pair, setting);
    if (setting.may === 'context')
        return sent;
    if (setting.isFixed(found.spot.policy.label))
        return [...sent, detach(state, found.spot)];
    return [...sent, ...narrow(state, found, denyCosts), removeStatement(state, found, denyCosts)];
}
/** What lifting a deny costs beside a change of the request. */
const denyCosts = {
    narrow: 3,
    remove: 6,
    warning: 'the deny then holds for nobody: see first why it is there',
};
/** The statement that a decision refers to: of all with that label and position, the one that takes in the request. */
export function findStatement(state, ref) {
    const facts = factsOf(state);
    for (const spot of spotsOf(state.layers, ref.layer)) {
        if (spot.policy.label !== ref.policy)
            continue;
        const pair = pairsOf(spot.policy)[ref.index];
        if (pair !== undefined && takesIn(fitOf(pair, facts)))
            return { spot, pair };
    }
    return undefined;
}
function sendAway(state, pair, { reach }) {
    return pair.statement.conditions.flatMap((condition) => {
        for (const value of valuesThatFail(condition, factsOf(state))) {
            const trial = trySending(state, { condition, value, wanted: 'unmet' }, reach);
            if (trial === undefined)
                return [];
            if (takesIn(fitOf(pair, factsOf(trial.state))))
                continue;
            return [{ changes: [trial.change], state: trial.state, cost: 1 }];
        }
        return [];
    });
}
/** Takes the request out of a statement that lists it among others. */
export function narrow(state, { spot, pair }, costs) {
    const { statement } = pair;
    const { action, resource } = state.request;
    const trials = [
        [withoutPattern(statement, 'action', action), `take ${action} out of the actions`],
        [withoutPattern(statement, 'resource', resource), `take \`${resource}\` out of the resources`],
    ];
    return trials.flatMap(([narrowed, words]) => {
        if (narrowed === undefined)
            return [];
        const statements = spot.policy.policy.statements.map((each, i) => i === pair.index ? narrowed : each);
        return [
            {
                changes: [
                    {
                        kind: 'changeStatement',
                        ...placeOf(state, spot.layer),
                        ref: { ...pair.compiled.ref, layer: spot.layer },
                        statement: renderOne(narrowed, spot.policy.policy.version),
                        text: describeChange(state, { spot, pair }, words),
                    },
                ],
                state: withStatements(state, spot, statements),
                cost: costs.narrow,
            },
        ];
    });
}
function withoutPattern(statement, element, name) {
    const own = statement[element];
    if (own === undefined || own.negated || own.patterns.length < 2)
        return undefined;
    const patterns = own.patterns.filter((each) => each.toLowerCase() !== name.toLowerCase());
    if (patterns.length === own.patterns.length || patterns.length === 0)
        return undefined;
    return { ...statement, [element]: { ...own, patterns } };
}
export function removeStatement(state, { spot, pair }, costs) {
    const { action, resource } = state.request;
    const { statement } = pair;
    const isOnlyThis = isExactly(statement.action, action) && isExactly(statement.resource, resource);
    const statements = spot.policy.policy.statements.filter((_, i) => i !== pair.index);
    return {
        changes: [
            {
                kind: 'removeStatement',
                ...placeOf(state, spot.layer),
                ref: { ...pair.compiled.ref, layer: spot.layer },
                text: `remove ${describeStatement(pair)} from ${describeDocument(state, spot)}`,
                ...(isOnlyThis && statement.effect === 'Allow' ? {} : { warning: costs.warning }),
            },
        ],
        state: withStatements(state, spot, statements),
        cost: isOnlyThis ? costs.narrow : costs.remove,
    };
}
/** A policy that cannot be edited can only go as a whole. */
export function detach(state, spot) {
    const { layer, level, policy } = spot;
    const own = levelsOf(state.layers, layer)[level] ?? [];
    const policies = own.filter((_, i) => i !== spot.index);
    return {
        changes: [
            {
                kind: 'detachPolicy',
                ...placeOf(state, layer),
                layer,
                policy: policy.label,
                text: `detach ${describeDocument(state, spot)}`,
                warning: 'everything else that the policy says goes with it',
            },
        ],
        state: { ...state, layers: withPolicies(state.layers, { layer, level }, policies) },
        cost: 7,
    };
}
