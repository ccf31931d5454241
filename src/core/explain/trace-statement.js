import { compileAction } from '../policy/action-index.js';
import { describeCondition, joinOr } from './describe-condition.js';
/** Every statement of a policy against one request, by the same tests that decide. */
export function tracePolicy(policy, facts) {
    const statements = policy.statements.flatMap((compiled, i) => {
        const statement = policy.policy.statements[i];
        return statement === undefined ? [] : [traceStatement(statement, compiled, facts)];
    });
    return { label: policy.label, statements };
}
function traceStatement(statement, compiled, facts) {
    const mismatches = [
        ...traceAction(statement, facts),
        ...tracePrincipal(statement, compiled, facts),
        ...traceResource(statement, compiled, facts),
        ...compiled.conditions.flatMap((test, i) => {
            const condition = statement.conditions[i];
            if (condition === undefined || test(facts))
                return [];
            return [{ element: 'Condition', text: describeCondition(condition, facts) }];
        }),
    ];
    const { ref } = compiled;
    return { ref, effect: statement.effect, matches: mismatches.length === 0, mismatches };
}
function traceAction({ action }, facts) {
    if (compileAction(action)(facts.action))
        return [];
    const not = action.negated ? 'is about all but' : 'is about';
    const text = `${not} ${list(action.patterns)}, the request is ${facts.request.action}`;
    return [{ element: 'Action', text }];
}
function tracePrincipal({ principal }, compiled, facts) {
    if (principal === undefined || compiled.matchesPrincipal === undefined)
        return [];
    if (compiled.matchesPrincipal(facts) !== 0)
        return [];
    const not = principal.negated ? 'names all but' : 'names';
    const text = `${not} ${describeEntries(principal)}, the caller is ${describePrincipal(facts.request.principal)}`;
    return [{ element: 'Principal', text }];
}
function traceResource({ resource }, compiled, facts) {
    if (resource === undefined || compiled.matchesResource === undefined)
        return [];
    if (compiled.matchesResource(facts))
        return [];
    const not = resource.negated ? 'covers all but' : 'covers';
    const text = `${not} ${list(resource.patterns)}, the request is on \`${facts.request.resource}\``;
    return [{ element: 'Resource', text }];
}
function list(texts) {
    return joinOr(texts.map((text) => `\`${text}\``));
}
function describeEntries({ entries }) {
    return list(entries.map((entry) => (entry.kind === 'everyone' ? '*' : entry.value)));
}
export function describePrincipal(principal) {
    switch (principal.kind) {
        case 'anonymous':
            return 'anonymous';
        case 'service':
            return `\`${principal.service}\``;
        case 'roleSession':
            return `\`${principal.arn}\` (a session of \`${principal.roleArn}\`)`;
        default:
            return `\`${principal.arn}\``;
    }
}
