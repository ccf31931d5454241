import type { AccountId } from '../arn/account-id.ts'
import type { Principal, RequestContext } from '../evaluate/request.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'

/** Everything known of some accounts: who is there with which policies, and which resources have policies of their own. */
export interface Estate {
  readonly principals: readonly EstatePrincipal[]
  readonly resources: readonly EstateResource[]
  /** What binds a whole account, by its id; accounts without SCPs and RCPs may be left out. */
  readonly organization: ReadonlyMap<string, AccountLimits>
  /** The accounts that were read; all others are outside. */
  readonly accounts: ReadonlySet<string>
  /** What is not known although it may matter, in words. */
  readonly unread: readonly string[]
}

/** A user or a role with everything that its own account attaches to it. */
export interface EstatePrincipal {
  /** Of the user or the role. */
  readonly arn: string
  readonly accountId: AccountId
  /** Who calls: the user, or a session of the role. */
  readonly principal: Principal
  /** Those of groups included. */
  readonly identity: readonly CompiledPolicy[]
  readonly boundary: readonly CompiledPolicy[] | null
  /** Of a role. */
  readonly trust: CompiledPolicy | null
}

/** A resource that has a policy of its own: a bucket, a key, a repository, a queue. */
export interface EstateResource {
  readonly arn: string
  readonly accountId: AccountId
  readonly policy: CompiledPolicy
}

/** One list per level, the organization's root first. */
export interface AccountLimits {
  readonly scp: readonly (readonly CompiledPolicy[])[]
  readonly rcp: readonly (readonly CompiledPolicy[])[]
}

/** What is asked of an estate. */
export interface EstateQuestion {
  readonly action: string
  readonly resource: string
  /** Where the resource's ARN does not tell, and no policy of it is known. */
  readonly resourceAccount?: AccountId
  /** Keys whose values are given; conditions on others are answered with `if`. */
  readonly context: RequestContext
}
