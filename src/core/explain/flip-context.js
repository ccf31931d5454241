import { prepareFacts } from '../evaluate/facts.js';
import { describeDemand } from './describe-condition.js';
import { originOf } from './flip-key.js';
/** The request with another value of the condition's key; undefined where it cannot have one. */
export function trySending(state, { condition, value, wanted }, reach) {
    const { request } = state;
    const { key } = condition;
    const origin = originOf(key, request.principal);
    if (!isInReach(key, origin, reach))
        return undefined;
    const side = origin.kind === 'chosen' ? origin.side : 'principal';
    const own = 'accountId' in request.principal ? request.principal.accountId : '';
    const demand = describeDemand(condition);
    return {
        state: { ...state, request: { ...request, context: withKey(request.context, key, value) } },
        change: {
            kind: 'sendContext',
            side,
            account: side === 'resource' ? request.resourceAccount : own,
            key,
            value,
            demand: wanted === 'met' ? demand : `not ${demand}`,
            text: describe(key, value, origin),
        },
    };
}
function isInReach(key, origin, reach) {
    if (reach === 'chosen')
        return origin.kind === 'chosen';
    return origin.kind !== 'settled' && !reach.settled.has(key.toLowerCase());
}
function withKey(context, key, value) {
    const lower = key.toLowerCase();
    const others = Object.entries(context).filter(([name]) => name.toLowerCase() !== lower);
    return Object.fromEntries(value === null ? others : [...others, [key, value]]);
}
function describe(key, value, origin) {
    if (value === null)
        return `make the request without ${key}`;
    const shown = [value]
        .flat()
        .map((each) => `\`${String(each)}\``)
        .join(', ');
    const way = origin.kind === 'chosen' ? origin.way : 'send';
    if (way.startsWith('sign in'))
        return `${way}, so that the request has ${key} ${shown}`;
    return `${way} ${shown} (${key})`;
}
export function factsOf({ request, layers }) {
    return prepareFacts(request, { hasBoundary: layers.boundary !== null });
}
