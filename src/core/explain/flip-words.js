import { renderPolicy } from '../policy/render-policy.js';
import { placeOf } from './flip-layers.js';
/** What a document of each layer is called in a sentence. */
const names = {
    identity: 'identity-based policy',
    boundary: 'permissions boundary',
    session: 'session policy',
    scp: 'service control policy',
    rcp: 'resource control policy',
    vpce: 'VPC endpoint policy',
    resource: 'resource-based policy',
    trust: 'trust policy',
};
/** A statement as a document holds it. */
export function renderOne(statement, version) {
    const { Statement: list } = renderPolicy({ type: 'identity', version, statements: [statement] });
    const [only] = Array.isArray(list) ? list : [];
    return typeof only === 'object' && only !== null ? Object.fromEntries(Object.entries(only)) : {};
}
/** `in the trust policy in 222222222222, Statement[0] (push): …`. */
export function describeChange(state, { spot, pair }, words) {
    return `in ${describeDocument(state, spot)}, ${describeStatement(pair)}: ${words}`;
}
export function describeStatement({ index, statement }) {
    return `Statement[${index}]${statement.sid === undefined ? '' : ` (${statement.sid})`}`;
}
export function describeDocument(state, { layer, policy }) {
    const isAlone = layer === 'resource' || layer === 'trust';
    const label = isAlone ? '' : ` \`${policy.label}\``;
    return `the ${names[layer]}${label}${describeAccount(state, layer)}`;
}
/** `an identity-based policy in 111111111111`. */
export function describeNew(state, { layer, level }) {
    const article = layer === 'identity' ? 'an' : 'a';
    const where = layer === 'scp' ? ` at level ${level}` : describeAccount(state, layer);
    return `${article} ${names[layer]}${where}`;
}
function describeAccount(state, layer) {
    const { account } = placeOf(state, layer);
    return account === '' ? '' : ` in ${account}`;
}
