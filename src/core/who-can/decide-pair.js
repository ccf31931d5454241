import { parseAccountId } from '../arn/account-id.js';
import { parseArn } from '../arn/arn.js';
import { authorize } from '../evaluate/authorize.js';
import { isRole } from '../evaluate/quirks.js';
import { flipByContext } from '../explain/flip.js';
/** Whether it may, and under which conditions on keys that the question leaves open; undefined: it may not. */
export function decidePair(index, asker, question) {
    const asked = requestFor(index, asker, question);
    if (asked === undefined)
        return undefined;
    const decision = authorize(asked.request, asked.layers);
    if (decision.kind === 'allow')
        return { provisos: [], certainty: decision.certainty };
    const found = flipByContext(asked.request, asked.layers);
    if (found.kind === 'none')
        return undefined;
    const provisos = found.changes.flatMap((change) => change.kind === 'sendContext' ? [{ key: change.key, text: change.demand }] : []);
    return { provisos, certainty: found.decision.certainty };
}
/** The request and all layers known for it; undefined where nobody knows whose the resource is. */
export function requestFor(index, asker, question) {
    const { principal, identity, boundary } = asker;
    const own = 'accountId' in principal ? principal.accountId : undefined;
    const owner = ownerOf(index, question) ?? (question.resource === '*' ? own : undefined);
    if (owner === undefined)
        return undefined;
    const { organization } = index.estate;
    return {
        request: {
            principal,
            action: question.action,
            resource: question.resource,
            resourceAccount: owner,
            context: question.context,
        },
        layers: {
            identity,
            boundary,
            session: null,
            resource: policyOfResource(index, question),
            scp: (own === undefined ? undefined : organization.get(own))?.scp ?? [],
            rcp: organization.get(owner)?.rcp ?? [],
            vpce: null,
        },
    };
}
/** The account that owns the resource: by its ARN, its policy, or the question. */
export function ownerOf(index, { resource, resourceAccount }) {
    return (parseAccountId(parseArn(resource)?.accountId ?? '') ??
        findResource(index, resource)?.accountId ??
        resourceAccount);
}
/** The policy that is attached to the resource: a role's trust policy for actions of STS. */
export function policyOfResource(index, { action, resource }) {
    if (isRole(resource) && /^sts:/i.test(action)) {
        return index.principals.get(resource)?.trust ?? null;
    }
    return findResource(index, resource)?.policy ?? null;
}
/** A bucket's policy speaks for its objects. */
function findResource(index, resource) {
    const slash = resource.indexOf('/');
    const exact = index.resources.get(resource);
    if (exact !== undefined || slash < 0 || !/^arn:[^:]*:s3:::/.test(resource))
        return exact;
    return index.resources.get(resource.slice(0, slash));
}
