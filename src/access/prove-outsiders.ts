import type { Account, Grant, OwnAccountFrom } from './access-file.ts'
import { hasWildcard } from './compile-arns.ts'
import { mayAssumeAnything, roleCaller, userCaller } from './prove-callers.ts'
import { unknownAccount } from './prove-lookups.ts'
import type { ProofWorld } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'

/**
 * Principals whom a grant does not mean, armed with all that the administrators of their accounts could give: others of
 * the callers' account, and one of an account that nobody named.
 */
export function outsidersOf(
  world: ProofWorld,
  grant: Grant,
  trusting: Account,
): readonly TrialCaller[] {
  const stranger = strangerOf(world, grant, trusting)
  switch (grant.from.kind) {
    case 'account':
      return [...neighboursOf(world, grant.from), stranger]
    case 'external': {
      const place = { id: grant.from.accountId, partition: trusting.partition }
      const words = `another role of ${grant.from.accountId} ${holding}`
      return [{ ...armed(world, roleCaller(place, `/${outsiderName}`)), words }, stranger]
    }
    default: {
      const words = `a role of ${trusting.name} ${holding}`
      return [{ ...armed(world, roleCaller(trusting, `/${outsiderName}`)), words }, stranger]
    }
  }
}

/** Who decides about this caller, where the grant's trust leaves it to them; undefined where the trust alone decides. */
export function delegatedTo(grant: Grant, { principal }: TrialCaller): string | undefined {
  if (!('accountId' in principal)) return undefined
  const { from } = grant
  if (from.kind === 'external' && from.role === undefined) {
    return principal.accountId === from.accountId
      ? `the administrators of ${from.accountId}`
      : undefined
  }
  if (from.kind !== 'account' || principal.accountId !== from.account.id) return undefined
  const kind = principal.kind === 'user' ? 'user' : 'role'
  const isLeftOpen =
    from.principals.length === 0 ||
    from.principals.some((one) => one.kind === kind && hasWildcard(one)) ||
    (kind === 'user' && from.principals.some((one) => one.kind === 'group'))
  return isLeftOpen ? `the administrators of ${from.account.name} (${from.account.id})` : undefined
}

const outsiderName = 'stile-outsider'
const holding = 'that holds sts:AssumeRole on *'

function neighboursOf(
  world: ProofWorld,
  { account, principals }: OwnAccountFrom,
): readonly TrialCaller[] {
  const hasKind = (kind: string) =>
    principals.length === 0 || principals.some((principal) => principal.kind === kind)
  const groups = principals.filter(({ kind }) => kind === 'group').map(({ name }) => name)
  const outside = groups.length === 0 ? '' : ` outside group ${groups.join(', ')}`
  const user = hasKind('user') ? 'another user' : 'a user'
  const role = hasKind('role') ? 'another role' : 'a role'
  return [
    {
      ...armed(world, roleCaller(account, `/${outsiderName}`)),
      words: `${role} of ${account.name} ${holding}`,
    },
    {
      ...armed(world, userCaller(account, `/${outsiderName}`)),
      words: `${user} of ${account.name}${outside} ${holding}`,
    },
  ]
}

/** A principal of the same name as the first one of the grant, in an account that the file does not know. */
function strangerOf(world: ProofWorld, grant: Grant, trusting: Account): TrialCaller {
  const place = { id: unknownAccount(world), partition: trusting.partition }
  const [first] = grant.from.kind === 'account' ? grant.from.principals : []
  const pathAndName = first === undefined ? `/${outsiderName}` : `${first.path}${first.name}`
  const plain = pathAndName.replace(/[*?]/g, 'x')
  const isUser = first?.kind === 'user' || first?.kind === 'group'
  const caller = isUser ? userCaller(place, plain) : roleCaller(place, plain)
  const words = `a ${isUser ? 'user' : 'role'} of a third account ${holding}`
  return { ...armed(world, caller), words }
}

function armed(world: ProofWorld, caller: TrialCaller): TrialCaller {
  return { ...caller, identity: [mayAssumeAnything(world)] }
}
