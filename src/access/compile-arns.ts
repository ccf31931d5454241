import { unreachable } from '../core/index.ts'
import type { Account, GrantPrincipal, Partition } from './access-file.ts'

/** `arn:aws:iam::ID:root`: in a `Principal` element, the whole account. */
export function accountRootArn(account: Pick<Account, 'id' | 'partition'>): string {
  return iamArn(account, 'root')
}

/** The ARN of the role that `to` declares, in one of its accounts. */
export function roleArn(
  account: Pick<Account, 'id' | 'partition'>,
  role: { readonly path: string; readonly role: string },
): string {
  return iamArn(account, `role${role.path}${role.role}`)
}

/** The ARN pattern that a caller's `aws:PrincipalArn` is compared with. */
export function principalArnPattern(account: Account, principal: GrantPrincipal): string {
  switch (principal.kind) {
    case 'user':
    case 'role':
      return iamArn(account, `${principal.kind}${principal.path}${principal.name}`)
    case 'group':
      // AWS: no condition key tells a user's groups, so a group narrows no further than to users.
      return iamArn(account, 'user/*')
    case 'permission-set':
      // AWS: a region may stand between the path and the name, and the suffix changes on re-creation.
      return iamArn(
        account,
        `role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${principal.name}_*`,
      )
    default:
      return unreachable(principal.kind)
  }
}

/** The ARN of a managed policy that an account owns; `name` may hold a path. */
export function customerPolicyArn(
  account: Pick<Account, 'id' | 'partition'>,
  name: string,
): string {
  return iamArn(account, `policy/${name}`)
}

export function oidcProviderArn(account: Account, issuer: string): string {
  return iamArn(account, `oidc-provider/${issuer}`)
}

/** AWS's own policies exist in every partition under that partition's name. */
export function inPartition(arn: string, partition: Partition): string {
  return arn.replace(/^arn:[^:]*:/, `arn:${partition}:`)
}

export function hasWildcard(principal: GrantPrincipal): boolean {
  return /[*?]/.test(principal.path + principal.name)
}

function iamArn(account: Pick<Account, 'id' | 'partition'>, resource: string): string {
  return `arn:${account.partition}:iam::${account.id}:${resource}`
}
