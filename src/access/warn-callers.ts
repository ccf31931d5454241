import { hasWildcard } from './compile-arns.ts'
import type { WarningRule } from './warn-rule.ts'

/** Who may enter, where that is wider than it looks. */
export const callerRules: readonly WarningRule[] = [
  {
    code: 'whole-account-trusted',
    find: ({ from }) =>
      from.kind === 'account' && from.principals.length === 0
        ? [
            {
              path: 'from.principals',
              message: `the whole of \`${from.account.name}\` is trusted: its administrators let in whom they like`,
              remedy: 'name the principals, such as `principals: [role/NAME]`',
            },
          ]
        : [],
  },
  {
    code: 'wildcard-principal',
    find: ({ from }) =>
      from.kind !== 'account'
        ? []
        : from.principals.filter(hasWildcard).map((principal) => ({
            path: 'from.principals',
            position: principal.position,
            message: `\`${principal.kind}${principal.path}${principal.name}\` admits every principal whose name fits, also ones made later`,
            remedy: 'name the principals one by one where they are known',
          })),
  },
  {
    code: 'permission-set-prefix',
    find: ({ from }) =>
      from.kind !== 'account'
        ? []
        : from.principals
            .filter(({ kind }) => kind === 'permission-set')
            .map(({ name, position }) => ({
              path: 'from.principals',
              position,
              message: `a permission set whose name begins with \`${name}_\` fits the same trust, since AWS adds \`_\` and a suffix to each name`,
              remedy: `keep names that begin with \`${name}_\` for the same people`,
            })),
  },
  {
    code: 'vendor-account-trusted',
    find: ({ from }) =>
      from.kind === 'external' && from.role === undefined
        ? [
            {
              path: 'from.external.role',
              message: `every principal that account ${from.accountId} permits may enter with the external id, not only the vendor's service`,
              remedy: 'name the role that the vendor uses, if it tells',
            },
          ]
        : [],
  },
  {
    code: 'role-named-directly',
    find: ({ from }) =>
      from.kind === 'account' && from.trust === 'principal'
        ? from.principals
            .filter(({ kind }) => kind === 'role')
            .map(({ name, position }) => ({
              path: 'from.trust',
              position,
              message: `IAM stores the unique id of role \`${name}\`: deleted and made again, it is no longer trusted, and it must exist before the trust is written`,
              remedy: 'leave `trust` out: the account narrowed to the role admits the same callers',
            }))
        : [],
  },
  {
    code: 'user-by-name-only',
    find: ({ from }) =>
      from.kind === 'account' && from.trust === 'account'
        ? from.principals
            .filter((principal) => principal.kind === 'user' && !hasWildcard(principal))
            .map(({ name, position }) => ({
              path: 'from.trust',
              position,
              message: `whoever is given the name \`${name}\` after the user is deleted gets in as well`,
              remedy:
                'leave `trust` out: the user itself is trusted, and a new one of that name is not',
            }))
        : [],
  },
  {
    code: 'any-account-not-narrowed',
    find: (grant, { callerPolicies }) => {
      if (grant.from.kind !== 'account' || grant.from.policy.resource !== 'any-account') return []
      const wide = callerPolicies.find(
        (policy) =>
          policy.grants.some(({ name }) => name === grant.name) &&
          !JSON.stringify(policy.document).includes('"aws:ResourceAccount"'),
      )
      if (wide === undefined) return []
      return [
        {
          path: 'from.policy.resource',
          message: `policy \`${wide.name}\` reaches role \`${grant.to.role}\` in any account whatever: the list of ${grant.to.accounts.length} accounts does not fit into it`,
          remedy: 'split the grant over several policies, or rely on the trust of each role alone',
        },
      ]
    },
  },
]
