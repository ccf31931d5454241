import { parseArn } from '../arn/arn.js';
import { decidePair, ownerOf, policyOfResource } from './decide-pair.js';
import { namedIn } from './named-principals.js';
import { outsidersOf } from './outsiders.js';
/**
 * Everybody who may do the action on the resource: directly first, then through roles. Each comes once, and again only
 * by a way with fewer conditions. Only those whose policies or whom the resource's policy can match are decided.
 */
export function* whoCan(index, question) {
    const fewest = new Map();
    const steps = [{ question, route: [], provisos: [], certainty: 'documented' }];
    for (const step of steps) {
        for (const found of directly(index, step.question)) {
            const own = found.provisos.map((each) => ({ ...each, at: step.question.resource }));
            const provisos = [...own, ...step.provisos];
            if ((fewest.get(found.who) ?? Number.POSITIVE_INFINITY) <= provisos.length)
                continue;
            fewest.set(found.who, provisos.length);
            const certainty = found.certainty === 'documented' ? step.certainty : found.certainty;
            yield { ...found, route: step.route, provisos, certainty };
            if (found.kind !== 'role')
                continue;
            steps.push({
                question: { ...question, action: 'sts:AssumeRole', resource: found.who },
                route: [found.who, ...step.route],
                provisos,
                certainty,
            });
        }
    }
}
function* directly(index, question) {
    for (const candidate of candidatesFor(index, question)) {
        const answer = decidePair(index, candidate, question);
        if (answer === undefined)
            continue;
        const { arn, accountId, principal } = candidate;
        const kind = principal.kind === 'user' ? 'user' : 'role';
        yield { who: arn, kind, account: accountId, route: [], ...answer };
    }
    for (const outsider of othersFor(index, question)) {
        const { who, kind, account, asker, action } = outsider;
        const answer = decidePair(index, asker, { ...question, action });
        if (answer !== undefined)
            yield { who, kind, account, route: [], ...answer };
    }
}
/** Principals that were read and whose own policies, or whom the resource's policy by name, may allow it. */
function candidatesFor(index, question) {
    const policy = policyOfResource(index, question);
    const keys = policy === null ? new Set() : namedIn(policy).keys;
    const { action, resource } = question;
    const holders = index.holders(action, resource, accountsLetIn(index, question, keys));
    const named = [...keys].flatMap((key) => index.principals.get(key) ?? []);
    // AWS: what a policy grants everyone, principals of its own account need nobody else to grant.
    const own = keys.has('*') ? index.byAccount.get(ownerOf(index, question) ?? '') : undefined;
    return new Set([...holders, ...named, ...(own ?? [])]);
}
/** Accounts whose principals can get there by their own policies: the resource's own, and those its policy names. */
function accountsLetIn(index, question, keys) {
    const owner = ownerOf(index, question);
    if (owner === undefined || keys.has('*'))
        return 'all';
    const named = [...keys].map((key) => parseArn(key)?.accountId ?? key);
    return new Set([owner, ...named]);
}
function othersFor(index, question) {
    const policy = policyOfResource(index, question);
    const outsiders = policy === null ? [] : outsidersOf(index, policy, question);
    const owner = ownerOf(index, question);
    if (owner === undefined || !index.estate.accounts.has(owner))
        return outsiders;
    const arn = `arn:${parseArn(question.resource)?.partition ?? 'aws'}:iam::${owner}:root`;
    const asker = {
        principal: { kind: 'root', accountId: owner, arn },
        identity: [],
        boundary: null,
    };
    return [{ who: arn, kind: 'root', account: owner, asker, action: question.action }, ...outsiders];
}
