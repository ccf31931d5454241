import type { AuthenticatedCaller } from '../caller.ts'
import type { LocalTools } from '../operation.ts'
import {
  type AuthorizationToken,
  findFederator,
  openToken,
} from '../services/ecr/authorization-token.ts'
import { accountsOf, nameKey, rolesOf, usersOf } from '../services/iam/tables.ts'
import { isClosed } from '../services/organizations/organization-context.ts'
import type { Store } from '../store/store.ts'

export type TokenReading =
  | { readonly kind: 'caller'; readonly caller: AuthenticatedCaller; readonly region: string }
  /** No credentials at all: the client is asked for some. */
  | { readonly kind: 'none' }
  /** Forged, expired, or of a principal that is gone. */
  | { readonly kind: 'invalid' }

type Tools = Pick<LocalTools, 'store' | 'randomBytes'>

/** Who a registry request's `Authorization: Basic` stands for: user `AWS` and the password of `GetAuthorizationToken`. */
export function readToken(
  tools: Tools,
  authorization: string | undefined,
  nowMs: number,
): TokenReading {
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return { kind: authorization === undefined ? 'none' : 'invalid' }
  const [user, password] = splitOnce(Buffer.from(encoded, 'base64').toString('utf8'))
  const token = user === 'AWS' ? openToken(tools, password, nowMs) : undefined
  if (token === undefined || !isStillThere(tools.store, token)) return { kind: 'invalid' }
  return { kind: 'caller', caller: token.caller, region: token.region }
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf(':')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/**
 * Whether the principal exists as it did when the token was given. One of the same name that was made since is another,
 * one that was renamed has to sign in again, and a closed account has none.
 */
function isStillThere(store: Store, token: AuthorizationToken): boolean {
  const { caller } = token
  const { principal, accountId } = caller
  if (isClosed(store, accountId)) return false
  switch (principal.kind) {
    case 'root':
      return accountsOf(store).get(accountId) !== undefined
    case 'user':
      return isUser(store, caller, { arn: principal.arn, id: principal.uniqueId })
    case 'roleSession': {
      const role = rolesOf(store, accountId).get(nameKey(lastSegment(principal.roleArn)))
      return role !== undefined && role.id === principal.uniqueId && role.arn === principal.roleArn
    }
    case 'federatedUser':
      return isFederatorThere(store, token, principal.userArn)
    default:
      return false
  }
}

interface UserFacts {
  readonly arn: string
  readonly id: string | undefined
}

function isUser(store: Store, caller: AuthenticatedCaller, { arn, id }: UserFacts): boolean {
  const user = usersOf(store, caller.accountId).get(nameKey(lastSegment(arn)))
  return user !== undefined && user.id === id && user.arn === arn
}

/** A federated user is there as long as the user, or the account's root, that federated it. */
function isFederatorThere(
  store: Store,
  { caller, federatorId }: AuthorizationToken,
  userArn: string | undefined,
): boolean {
  if (userArn === undefined) return accountsOf(store).get(caller.accountId) !== undefined
  const user = findFederator(store, caller)
  return user !== undefined && user.id === federatorId && user.arn === userArn
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
