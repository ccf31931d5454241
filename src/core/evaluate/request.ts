import type { AccountId } from '../arn/account-id.ts'

/**
 * What a request says of one condition key. Dates are ISO 8601 text or seconds since 1970; a list is for keys of many
 * values, and an empty one counts as absent.
 */
export type ContextValue = string | number | boolean | readonly (string | number | boolean)[]

/** Condition keys and their values. Key names are compared without regard to case. */
export type RequestContext = Readonly<Record<string, ContextValue>>

/** Who calls. An ARN alone does not tell a role session's path or unique id: see `roleArnIsDerived`. */
export type Principal =
  | { readonly kind: 'root'; readonly accountId: AccountId; readonly arn: string }
  | {
      readonly kind: 'user'
      readonly accountId: AccountId
      readonly arn: string
      /** `AIDA…`; what a policy that stored a unique id is compared with. */
      readonly uniqueId?: string
    }
  | {
      readonly kind: 'roleSession'
      readonly accountId: AccountId
      /** `arn:aws:sts::ID:assumed-role/NAME/SESSION`, without the role's path. */
      readonly arn: string
      /** The role's own ARN, with its path. */
      readonly roleArn: string
      /** True where `roleArn` was made from `arn` by taking the role to be at `/`. */
      readonly roleArnIsDerived: boolean
      readonly sessionName: string
      /** `AROA…` of the role. */
      readonly uniqueId?: string
    }
  | {
      /** A session of `GetFederationToken`. */
      readonly kind: 'federatedUser'
      readonly accountId: AccountId
      readonly arn: string
      /** The user who federated: a resource-based policy that names it grants to the session within its limits. */
      readonly userArn?: string
      /** `AIDA…` of that user. */
      readonly userUniqueId?: string
    }
  /** A caller of AssumeRoleWithWebIdentity or AssumeRoleWithSAML: `arn` is the provider's, or `accounts.google.com` and the like. */
  | { readonly kind: 'federated'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'anonymous' }

/** One API call as IAM sees it. */
export interface Request {
  readonly principal: Principal
  /** `service:Action`, in any case. */
  readonly action: string
  /** The ARN acted on, or `*` for actions without a resource. */
  readonly resource: string
  /** The account that owns the resource; the caller's own for `*`. */
  readonly resourceAccount: AccountId
  readonly context: RequestContext
}
