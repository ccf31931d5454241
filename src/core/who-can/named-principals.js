import { parseAccountId } from '../arn/account-id.js';
import { parseArn } from '../arn/arn.js';
export function namedIn({ policy }) {
    const entries = policy.statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) => {
        const { principal } = statement;
        if (principal === undefined || principal.negated) {
            return [{ key: '*', kind: 'everyone', statement }];
        }
        return principal.entries.map((entry) => readEntry(entry, statement));
    });
    return { keys: new Set(entries.map(({ key }) => key)), entries };
}
function readEntry(entry, statement) {
    if (entry.kind === 'everyone')
        return { key: '*', kind: 'everyone', statement };
    const { kind, value } = entry;
    if (kind === 'Federated')
        return { key: value, kind: 'federated', statement };
    if (kind === 'Service')
        return { key: value, kind: 'service', statement };
    if (value === '*')
        return { key: '*', kind: 'everyone', statement };
    const account = accountOf(value);
    if (account !== undefined)
        return { key: account, kind: 'account', statement };
    return { key: value, kind: 'arn', statement };
}
function accountOf(value) {
    const bare = parseAccountId(value);
    if (bare !== undefined)
        return bare;
    const arn = parseArn(value);
    return arn?.service === 'iam' && arn.resource === 'root' ? arn.accountId : undefined;
}
