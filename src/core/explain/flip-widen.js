import { contextValue } from '../evaluate/facts.js';
import { unreachable } from '../unreachable.js';
import { factsOf } from './flip-context.js';
import { isExactly } from './flip-match.js';
import { valuesThatMeet } from './flip-value.js';
/** A step costs as much as what it admits besides the request: little where the rest of the statement is exact. */
const costs = { narrow: 2, broad: 5, dropped: 6 };
/** The statement with every element that does not match widened as far as the request needs; undefined where none can be. */
export function widenStatement(statement, fit, state) {
    const steps = [
        ...(fit.isAction ? [] : [widenAction(statement, state)]),
        ...(fit.isPrincipal ? [] : [widenPrincipal(statement, state)]),
        ...(fit.isResource ? [] : [widenResource(statement, state)]),
        ...fit.unmet.map((condition) => widenCondition(condition, statement, state)),
    ];
    let widening = { statement, words: '', cost: 0 };
    for (const step of steps) {
        if (step === undefined)
            return undefined;
        const warning = widening.warning ?? step.warning;
        widening = {
            statement: step.change(widening.statement),
            words: widening.words === '' ? step.words : `${widening.words}, and ${step.words}`,
            cost: widening.cost + step.cost,
            ...(warning === undefined ? {} : { warning }),
        };
    }
    return widening;
}
function widenAction({ resource: own }, { request }) {
    const { action, resource } = request;
    return {
        change: (statement) => ({
            ...statement,
            action: statement.action.negated
                ? { negated: true, patterns: statement.action.patterns.filter((one) => one !== action) }
                : { negated: false, patterns: [...statement.action.patterns, action] },
        }),
        words: `add ${action} to the actions`,
        // Only worth it where the statement is about this very resource: else a statement of its own says it better.
        cost: isExactly(own, resource) && resource !== '*' ? costs.narrow : costs.broad,
    };
}
function widenPrincipal(statement, { request }) {
    const entry = entryOf(request.principal);
    if (statement.principal?.negated !== false)
        return undefined;
    const isNarrow = isExactly(statement.action, request.action) && isExactly(statement.resource, request.resource);
    return {
        change: (before) => ({
            ...before,
            principal: {
                negated: false,
                entries: [...(before.principal?.entries ?? []), entry],
            },
        }),
        words: `add ${nameOf(entry)} to the principals`,
        ...(entry.kind === 'everyone' ? { warning: 'it then takes in everybody on the internet' } : {}),
        cost: isNarrow ? costs.narrow : costs.broad,
    };
}
function widenResource(statement, { request }) {
    if (statement.resource?.negated !== false)
        return undefined;
    return {
        change: (before) => ({
            ...before,
            resource: {
                negated: false,
                patterns: [...(before.resource?.patterns ?? []), request.resource],
            },
        }),
        words: `add \`${request.resource}\` to the resources`,
        cost: isExactly(statement.action, request.action) ? costs.narrow : costs.broad,
    };
}
function widenCondition(condition, statement, state) {
    const cost = isExactly(statement.action, state.request.action) ? costs.narrow : costs.broad;
    const values = admittingValues(condition, state);
    if (values === undefined) {
        const text = `${condition.operator} on ${condition.key}`;
        return {
            change: (before) => replaceCondition(before, condition, []),
            words: `drop the condition ${text}`,
            warning: `without ${text} the statement takes in more callers than this one`,
            cost: costs.dropped,
        };
    }
    const added = values.filter((value) => !condition.values.includes(value));
    const [value = ''] = added;
    const words = values.length > condition.values.length ? `add \`${value}\` to` : `set to \`${value}\``;
    return {
        change: (before) => replaceCondition(before, condition, [{ ...condition, values }]),
        words: `${words} the values of ${condition.key}`,
        cost,
    };
}
const listed = /^(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress|NumericEquals)$/;
/** The condition's values with what admits the request; undefined where no value of this operator can. */
function admittingValues(condition, state) {
    const actual = contextValue(factsOf(state), condition.key.toLowerCase());
    if (actual === undefined)
        return undefined;
    const texts = [actual].flat().map(String);
    if (listed.test(condition.operator))
        return [...new Set([...condition.values, ...texts])];
    const [only] = texts;
    if (only === undefined || !/^(Numeric|Date)/.test(condition.operator))
        return undefined;
    // The bound that the request's own value just meets: the comparison read from the other side.
    const mirrored = condition.operator.includes('Less')
        ? condition.operator.replace('Less', 'Greater')
        : condition.operator.replace('Greater', 'Less');
    const bounds = valuesThatMeet({ ...condition, operator: mirrored, values: [only] }, factsOf(state));
    return bounds.flatMap((bound) => (bound === null ? [] : [String(bound)])).slice(0, 1);
}
function replaceCondition(statement, condition, by) {
    const conditions = statement.conditions.flatMap((each) => (each === condition ? by : [each]));
    return { ...statement, conditions };
}
/** How a resource-based policy names the caller: a session by its role. */
export function entryOf(principal) {
    switch (principal.kind) {
        case 'anonymous':
            return { kind: 'everyone' };
        case 'service':
            return { kind: 'Service', value: principal.service };
        case 'federated':
            return { kind: 'Federated', value: principal.arn };
        case 'roleSession':
            return { kind: 'AWS', value: principal.roleArn };
        case 'root':
        case 'user':
        case 'federatedUser':
            return { kind: 'AWS', value: principal.arn };
        default:
            return unreachable(principal);
    }
}
export function nameOf(entry) {
    return entry.kind === 'everyone' ? '`*`' : `\`${entry.value}\``;
}
