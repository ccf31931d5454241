import { factsOf, trySending } from './flip-context.js';
import { levelsOf, placeOf, spotsOf, withStatements } from './flip-layers.js';
import { fitOf, pairsOf, takesIn } from './flip-match.js';
import { addStatements } from './flip-statement.js';
import { valuesThatMeet } from './flip-value.js';
import { widenStatement } from './flip-widen.js';
import { describeChange, renderOne } from './flip-words.js';
/** Ways to have a layer allow the request: what to send, what to widen in its statements, what to add. */
export function candidatesForMissing(state, layer, setting) {
    const level = missingLevel(state, layer);
    const spots = spotsOf(state.layers, layer).filter((spot) => spot.level === level);
    const nearest = spots.flatMap((spot) => pairsOf(spot.policy)
        .filter(({ statement }) => statement.effect === 'Allow')
        .flatMap((pair) => repairStatement(state, { spot, pair }, setting)));
    if (setting.may === 'context')
        return nearest;
    return [...nearest, ...addStatements(state, { layer, level, spots }, setting)];
}
/** Of SCPs the first level where nothing allows; 0 elsewhere. */
function missingLevel(state, layer) {
    const facts = factsOf(state);
    const isSilent = (level) => !spotsOf(state.layers, layer)
        .filter((spot) => spot.level === level)
        .flatMap((spot) => pairsOf(spot.policy))
        .some((pair) => pair.statement.effect === 'Allow' && takesIn(fitOf(pair, facts)));
    const level = levelsOf(state.layers, layer).findIndex((_, i) => isSilent(i));
    return Math.max(level, 0);
}
/** What one statement takes to match: first what the request can send, then what has to be widened. */
function repairStatement(state, { spot, pair }, setting) {
    const fit = fitOf(pair, factsOf(state));
    if (!fit.isAction && !fit.isResource)
        return [];
    const sent = sendAll(state, pair, setting);
    const left = fitOf(pair, factsOf(sent.state));
    if (takesIn(left))
        return [sent];
    if (setting.may === 'context' || setting.isFixed(spot.policy.label))
        return [];
    const widening = widenStatement(pair.statement, left, sent.state);
    if (widening === undefined)
        return [];
    return [widened(sent, { spot, pair }, widening)];
}
/** Sends what meets each unmet condition, one after the other. */
function sendAll(start, pair, { reach }) {
    let found = { changes: [], state: start, cost: 0 };
    for (const condition of fitOf(pair, factsOf(start)).unmet) {
        for (const value of valuesThatMeet(condition, factsOf(found.state))) {
            const trial = trySending(found.state, { condition, value, wanted: 'met' }, reach);
            if (trial === undefined)
                break;
            const still = fitOf(pair, factsOf(trial.state)).unmet;
            if (still.includes(condition))
                continue;
            const changes = [...found.changes, trial.change];
            found = { changes, state: trial.state, cost: found.cost + 1 };
            break;
        }
    }
    return found;
}
function widened(sent, { spot, pair }, widening) {
    const statements = spot.policy.policy.statements.map((each, i) => (i === pair.index ? widening.statement : each));
    const state = withStatements(sent.state, spot, statements);
    const change = {
        kind: 'changeStatement',
        ...placeOf(state, spot.layer),
        ref: { ...pair.compiled.ref, layer: spot.layer },
        statement: renderOne(widening.statement, spot.policy.policy.version),
        text: describeChange(state, { spot, pair }, widening.words),
        ...(widening.warning === undefined ? {} : { warning: widening.warning }),
    };
    return { changes: [...sent.changes, change], state, cost: sent.cost + widening.cost };
}
