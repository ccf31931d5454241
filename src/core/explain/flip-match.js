import { compileAction } from '../policy/action-index.js';
export function pairsOf(policy) {
    return policy.policy.statements.flatMap((statement, index) => {
        const compiled = policy.statements[index];
        return compiled === undefined ? [] : [{ index, statement, compiled }];
    });
}
export function fitOf({ statement, compiled }, facts) {
    const holds = statement.conditions.map((_, i) => compiled.conditions[i]?.(facts) ?? false);
    return {
        isAction: compileAction(statement.action)(facts.action),
        isPrincipal: (compiled.matchesPrincipal?.(facts) ?? 1) !== 0,
        isResource: compiled.matchesResource?.(facts) ?? true,
        unmet: statement.conditions.filter((_, i) => !holds[i]),
        met: statement.conditions.filter((_, i) => holds[i]),
    };
}
export function takesIn({ isAction, isPrincipal, isResource, unmet }) {
    return isAction && isPrincipal && isResource && unmet.length === 0;
}
/** Whether an element names what the request has and nothing else. */
export function isExactly(element, name) {
    if (element === undefined)
        return true;
    const wanted = name.toLowerCase();
    return !element.negated && element.patterns.every((pattern) => pattern.toLowerCase() === wanted);
}
