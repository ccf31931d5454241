import { compilePolicy } from '../policy/compile-policy.js';
import { grammars } from '../policy/grammar.js';
import { levelsOf, placeOf, withPolicies, withStatements } from './flip-layers.js';
import { entryOf, nameOf } from './flip-widen.js';
import { describeDocument, describeNew, renderOne } from './flip-words.js';
/** Adds a statement that allows this request and no other, to a policy that can be edited or as a new one. */
export function addStatements(state, { layer, level, spots }, { isFixed }) {
    const statement = exactStatement(state, { layer, effect: 'Allow' });
    const spot = spots.find(({ policy }) => !isFixed(policy.label));
    // A second boundary or a second VPC endpoint policy cannot be attached.
    if (spot === undefined && spots.length > 0 && !['identity', 'scp'].includes(layer))
        return [];
    return [withAdded(state, { layer, level, spot }, statement)];
}
const cost = 3.5;
/** The state with a statement added. */
export function withAdded(state, at, statement) {
    const { layer, spot } = at;
    const next = spot === undefined ? withNewPolicy(state, at, statement) : append(state, spot, statement);
    const document = spot === undefined ? describeNew(state, at) : describeDocument(state, spot);
    const version = spot?.policy.policy.version ?? '2012-10-17';
    const rendered = renderOne(statement, version);
    const isEveryone = statement.effect === 'Allow' && state.request.principal.kind === 'anonymous';
    return {
        changes: [
            {
                kind: 'addStatement',
                ...placeOf(state, layer),
                layer,
                ...(layer === 'scp' ? { level: at.level } : {}),
                policy: spot?.policy.label ?? null,
                statement: rendered,
                text: `${spot === undefined ? 'attach' : 'add to'} ${document}${spot === undefined ? ' with' : ''}: ${describeStatement(statement)}`,
                ...(isEveryone ? { warning: 'it then takes in everybody on the internet' } : {}),
            },
        ],
        state: next,
        cost,
    };
}
function append(state, spot, statement) {
    return withStatements(state, spot, [...spot.policy.policy.statements, statement]);
}
function withNewPolicy(state, { layer, level }, statement) {
    const policy = { type: layer, version: '2012-10-17', statements: [statement] };
    const own = levelsOf(state.layers, layer)[level] ?? [];
    const policies = [...own, compilePolicy(policy, 'new policy')];
    return { ...state, layers: withPolicies(state.layers, { layer, level }, policies) };
}
/** A statement about exactly this request: this caller where the layer names callers, this action, this resource. */
export function exactStatement({ request }, { layer, effect }) {
    const grammar = grammars[layer];
    const { principal, action, resource } = request;
    return {
        effect,
        ...(grammar.principal === 'forbidden'
            ? {}
            : { principal: { negated: false, entries: [entryOf(principal)] } }),
        action: { negated: false, patterns: [action] },
        ...(grammar.resource === 'forbidden'
            ? {}
            : { resource: { negated: false, patterns: [resource] } }),
        conditions: [],
    };
}
function describeStatement({ effect, principal, action, resource }) {
    const who = principal?.entries.map(nameOf).join(', ');
    const on = resource === undefined ? '' : ` on \`${resource.patterns.join(', ')}\``;
    return `${effect} ${who === undefined ? '' : `${who} `}${action.patterns.join(', ')}${on}`;
}
