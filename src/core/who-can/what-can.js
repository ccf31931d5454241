import { prepareFacts } from '../evaluate/facts.js';
import { describeDemand } from '../explain/describe-condition.js';
import { originOf } from '../explain/flip-key.js';
import { pairsOf } from '../explain/flip-match.js';
import { decidePair, requestFor } from './decide-pair.js';
import { openTest } from './estate-index.js';
/** What a principal may do: by its own policies and those of resources, then through every role it can take. */
export function* whatCan(index, { who, asker }, context) {
    const seen = new Set([who]);
    const first = { who, asker, route: [], provisos: [], certainty: 'documented' };
    const steps = [first];
    for (const step of steps) {
        yield describe(index, step, context);
        for (const role of rolesFor(index, step.asker)) {
            if (seen.has(role.arn))
                continue;
            const action = actionToEnter(step.asker.principal);
            const answer = decidePair(index, step.asker, { action, resource: role.arn, context });
            if (answer === undefined)
                continue;
            seen.add(role.arn);
            const own = answer.provisos.map((each) => ({ ...each, at: role.arn }));
            steps.push({
                who: role.arn,
                asker: role,
                route: [...step.route, role.arn],
                provisos: [...step.provisos, ...own],
                certainty: answer.certainty === 'documented' ? step.certainty : answer.certainty,
            });
        }
    }
}
function actionToEnter(principal) {
    if (principal.kind !== 'federated')
        return 'sts:AssumeRole';
    const isSaml = principal.arn.includes(':saml-provider/');
    return isSaml ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity';
}
/** Roles whose trust names the caller in some way, and which its own policies may let it assume. */
function rolesFor(index, { principal, identity }) {
    const keys = keysOf(principal);
    const named = new Set(keys.flatMap((key) => index.rolesByTrust.get(key) ?? []));
    if (!('accountId' in principal))
        return named;
    const own = identity.flatMap(({ policy }) => policy.statements.filter(({ effect }) => effect === 'Allow').map(openTest));
    const byName = new Set(keys.filter((key) => key.startsWith('arn:')));
    return [...named].filter((role) => {
        const { keys: trusts } = index.trusted(role);
        const isOwn = role.accountId === principal.accountId;
        const isNamed = [...trusts].some((key) => byName.has(key) || (isOwn && key === '*'));
        return isNamed || own.some((test) => test(role.arn));
    });
}
function keysOf(principal) {
    switch (principal.kind) {
        case 'roleSession':
            return [principal.roleArn, principal.arn, principal.accountId, '*'];
        case 'service':
            return [principal.service];
        case 'federated':
            return [principal.arn];
        case 'anonymous':
            return [];
        default:
            return [principal.arn, principal.accountId, '*'];
    }
}
function describe(index, step, context) {
    const { asker, ...rest } = step;
    const asked = requestFor(index, asker, {
        action: 'sts:GetCallerIdentity',
        resource: '*',
        context,
    });
    const { principal, identity } = asker;
    const own = identity.flatMap((policy) => 'accountId' in principal
        ? abilitiesOf(policy, { asker, context, side: 'principal', owner: principal.accountId })
        : []);
    const ofResources = index.estate.resources.flatMap(({ policy, arn, accountId }) => abilitiesOf(policy, { asker, context, side: 'resource', arn, owner: accountId }));
    const limits = [...(asker.boundary ?? []), ...(asked?.layers.scp.flat() ?? [])];
    return {
        ...rest,
        within: [...new Set(limits.map(({ label }) => label))],
        abilities: [...own, ...ofResources],
    };
}
function abilitiesOf(policy, holding) {
    return pairsOf(policy).flatMap((pair) => {
        const facts = factsFor(pair, holding);
        if ((pair.compiled.matchesPrincipal?.(facts) ?? 1) === 0)
            return [];
        const provisos = openConditions(pair, facts, holding.context);
        if (provisos === undefined)
            return [];
        const { effect, action, resource } = pair.statement;
        return [
            {
                effect,
                actions: names(action),
                resources: resource === undefined ? [holding.arn ?? '*'] : names(resource),
                policy: policy.label,
                side: holding.side,
                provisos,
            },
        ];
    });
}
function factsFor({ statement }, { asker, context, owner }) {
    const request = {
        principal: asker.principal,
        action: statement.action.patterns[0] ?? '*',
        resource: '*',
        resourceAccount: owner,
        context,
    };
    return prepareFacts(request, { hasBoundary: asker.boundary !== null });
}
/** The conditions nobody can decide yet, in words; undefined where one is known not to be met. */
function openConditions({ statement, compiled }, facts, context) {
    const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
    const open = [];
    for (const [i, condition] of statement.conditions.entries()) {
        const key = condition.key.toLowerCase();
        const isSettled = given.has(key) ||
            (key !== 'aws:resourceaccount' && originOf(key, facts.request.principal).kind === 'settled');
        if (!isSettled)
            open.push(describeDemand(condition));
        else if (compiled.conditions[i]?.(facts) !== true)
            return undefined;
    }
    return open;
}
function names(element) {
    return element.negated ? [`all but ${element.patterns.join(', ')}`] : element.patterns;
}
