import { parseDate } from '../condition/date.js';
import { findOperator } from '../condition/operators.js';
import { fillText, parseTemplate } from '../condition/template.js';
import { contextValue } from '../evaluate/facts.js';
/**
 * Values that may make the condition true, the most fitting first. Whoever tries them decides whether they do;
 * none for a value that cannot be filled in.
 */
export function valuesThatMeet(condition, facts) {
    const { operator, quantifier } = condition;
    if (operator === 'Null') {
        return condition.values.some((value) => value.toLowerCase() === 'true') ? [null] : ['any'];
    }
    const near = condition.values.flatMap((value) => nearValues(operator, fill(value, facts)));
    const isNegated = findOperator(operator)?.negated ?? false;
    const fitting = isNegated ? [null, ...outside] : near;
    if (quantifier === undefined)
        return fitting;
    const kept = currentValues(condition, facts).filter((value) => near.includes(value));
    const lists = fitting.map((value) => (value === null ? null : [value].flat()));
    return kept.length > 0 && quantifier === 'ForAllValues' ? [kept, ...lists] : [...lists, null];
}
/** Values that may make the condition false, the most fitting first. */
export function valuesThatFail(condition, facts) {
    const { operator } = condition;
    if (operator === 'Null') {
        return condition.values.some((value) => value.toLowerCase() === 'true') ? ['any'] : [null];
    }
    const near = condition.values.flatMap((value) => nearValues(operator, fill(value, facts)));
    if (operator === 'Bool')
        return near.map((value) => (value === 'true' ? 'false' : 'true'));
    const isNegated = findOperator(operator)?.negated ?? false;
    return isNegated ? near : [null, ...far(condition), ...outside];
}
const outside = ['other', '192.0.2.1', '0'];
/** Numbers and dates on the other side of what a comparison demands. */
function far({ operator, values }) {
    if (!/^(Numeric|Date)/.test(operator))
        return [];
    const opposite = operator.includes('Less')
        ? operator.replace(/LessThan(Equals)?/, 'GreaterThan')
        : operator.replace(/GreaterThan(Equals)?/, 'LessThan');
    return values.flatMap((value) => nearValues(opposite, value));
}
function fill(value, facts) {
    if (!value.includes('${'))
        return value;
    const parts = parseTemplate(value);
    return parts && fillText(parts, facts);
}
function nearValues(operator, value) {
    if (value === undefined)
        return [];
    if (/Like|^Arn/.test(operator))
        return [value.replace(/[*?]/g, 'x')];
    if (/IpAddress/.test(operator))
        return [value.replace(/\/\d+$/, '')];
    if (operator.startsWith('Numeric'))
        return [String(Number(value) + step(operator))];
    if (operator.startsWith('Date')) {
        const ms = parseDate(value);
        return ms === undefined ? [] : [new Date(ms + step(operator) * 1000).toISOString()];
    }
    return [value];
}
function step(operator) {
    if (operator.endsWith('Equals'))
        return 0;
    return operator.includes('Less') ? -1 : 1;
}
export function currentValues(condition, facts) {
    const value = contextValue(facts, condition.key.toLowerCase());
    if (value === undefined)
        return [];
    return [value].flat().map(String);
}
