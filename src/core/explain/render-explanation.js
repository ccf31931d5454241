import { describePrincipal } from './trace-statement.js';
const verdicts = {
    allows: 'allows',
    denies: 'denies',
    silent: 'does not allow',
    notAttached: 'nothing attached',
    notBinding: 'does not bind this caller',
};
const titles = {
    identity: 'identity-based policies',
    boundary: 'permissions boundary',
    session: 'session policy',
    scp: 'service control policies',
    rcp: 'resource control policies',
    vpce: 'VPC endpoint policy',
    resource: 'resource-based policy',
    trust: 'trust policy',
};
/** An explanation as lines for a person: the answer, its cause, then every layer and statement. No colour. */
export function renderExplanation(explanation) {
    const { request, decision, layers, cause } = explanation;
    const answer = { allow: 'allowed', explicitDeny: 'explicitly denied', implicitDeny: 'denied' };
    return [
        `${answer[decision.kind]}: ${describePrincipal(request.principal)} → ${request.action} on ${request.resource}`,
        ...(cause === undefined ? [] : [`because ${cause.text}`]),
        ...decision.notes.map((note) => `${decision.certainty}: ${note}`),
        ...layers.filter(isTold).flatMap(renderLayer),
    ];
}
function isTold(trace) {
    return trace.verdict !== 'notAttached';
}
function renderLayer(trace) {
    const level = trace.level === undefined ? '' : `, level ${trace.level}`;
    const where = trace.account === '' ? '' : ` in ${trace.account}`;
    return [
        `  ${titles[trace.layer]}${where}${level}: ${verdictOf(trace)}`,
        ...trace.policies.flatMap((policy) => policy.statements.map((each) => `    ${renderStatement(policy.label, each)}`)),
    ];
}
// AWS attaches a resource control policy that allows everything; one's own can only deny.
function verdictOf({ layer, verdict }) {
    return layer === 'rcp' && verdict === 'silent' ? 'denies nothing' : verdicts[verdict];
}
function renderStatement(label, trace) {
    const sid = trace.ref.sid === undefined ? '' : ` ${trace.ref.sid}`;
    const head = `${trace.matches ? '+' : '-'} ${label} [${trace.ref.index}]${sid} ${trace.effect}`;
    return `${head}: ${trace.matches ? 'matches' : trace.mismatches.map((each) => each.text).join('; ')}`;
}
