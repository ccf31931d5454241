import { matchGlob } from '../arn/glob.js';
import { compileAction } from '../policy/action-index.js';
import { namedIn } from './named-principals.js';
export function indexEstate(estate) {
    const trusted = new Map();
    const rolesByTrust = new Map();
    const byAccount = new Map();
    for (const role of estate.principals) {
        push(byAccount, role.accountId, role);
        if (role.trust === null)
            continue;
        const named = namedIn(role.trust);
        trusted.set(role, named);
        for (const key of named.keys)
            push(rolesByTrust, key, role);
    }
    const byAction = new Map();
    return {
        estate,
        principals: new Map(estate.principals.map((each) => [each.arn, each])),
        byAccount,
        resources: new Map(estate.resources.map((each) => [each.arn, each])),
        rolesByTrust,
        trusted: (role) => trusted.get(role) ?? nobody,
        holders: (action, resource, within) => {
            const lower = action.toLowerCase();
            const found = byAction.get(lower) ?? indexAction(estate, lower);
            byAction.set(lower, found);
            return findHolders(found, resource, within);
        },
    };
}
const nobody = { keys: new Set(), entries: [] };
/** One pass over all principals; what policies that many hold say is looked up once. */
function indexAction(estate, action) {
    const exact = new Map();
    const open = new Map();
    const known = new Map();
    for (const holder of estate.principals) {
        for (const policy of holder.identity) {
            const reach = known.get(policy) ?? reachOf(policy, action);
            known.set(policy, reach);
            for (const resource of reach.exact)
                push(exact, resource, holder);
            for (const mayMatch of reach.open)
                push(open, holder.accountId, { holder, mayMatch });
        }
    }
    return { exact, open };
}
function reachOf({ policy }, action) {
    const statements = policy.statements.filter((each) => each.effect === 'Allow' && compileAction(each.action)(action));
    const isExact = ({ resource }) => resource?.negated === false && resource.patterns.every((pattern) => !/[*?$]/.test(pattern));
    return {
        exact: statements.filter(isExact).flatMap(({ resource }) => resource?.patterns ?? []),
        open: statements.filter((each) => !isExact(each)).map(openTest),
    };
}
/** Whether a statement may take in a resource, whatever its variables hold. */
export function openTest({ resource }) {
    if (resource === undefined || resource.negated)
        return () => true;
    const patterns = resource.patterns.map((pattern) => pattern.replace(/\$\{[^}]*\}/g, '*'));
    return (asked) => patterns.some((pattern) => matchGlob(pattern, asked));
}
function findHolders({ exact, open }, resource, within) {
    const named = exact.get(resource) ?? [];
    const accounts = within === 'all' ? [...open.keys()] : [...within];
    const matching = accounts
        .flatMap((account) => open.get(account) ?? [])
        .filter(({ mayMatch }) => mayMatch(resource));
    return new Set([
        ...named.filter(({ accountId }) => within === 'all' || within.has(accountId)),
        ...matching.map(({ holder }) => holder),
    ]);
}
function push(map, key, value) {
    const list = map.get(key);
    if (list === undefined)
        map.set(key, [value]);
    else
        list.push(value);
}
