import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { AuthenticatedCaller } from '../../caller.ts'
import type { LocalTools } from '../../operation.ts'
import type { Store } from '../../store/store.ts'
import type { User } from '../iam/entities.ts'
import { nameKey, usersOf } from '../iam/tables.ts'
import { serverKey } from './server-key.ts'

/** Who a registry password stands for, and until when. */
export interface AuthorizationToken {
  readonly caller: AuthenticatedCaller
  /** Of a federated user: the unique id of the user who federated it. */
  readonly federatorId?: string
  /** AWS: a token is good in the region that gave it. */
  readonly region: string
  readonly expiresAtMs: number
}

type Tools = Pick<LocalTools, 'store' | 'randomBytes'>

/** AWS: twelve hours, also where the caller's own session ends sooner. */
export const tokenLifetimeMs = 12 * 60 * 60 * 1000

/** The password of user `AWS`: the caller, sealed, so that whoever holds it has the caller's permissions and no more. */
export function sealToken(tools: Tools, token: AuthorizationToken): string {
  const iv = tools.randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', serverKey(tools), iv)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(token), 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Undefined for what was not sealed here, was changed since, or has expired. */
export function openToken(
  tools: Tools,
  password: string,
  nowMs: number,
): AuthorizationToken | undefined {
  const bytes = Buffer.from(password, 'base64url')
  if (bytes.length <= 28) return undefined
  const decipher = createDecipheriv('aes-256-gcm', serverKey(tools), bytes.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
    const token: AuthorizationToken = JSON.parse(text.toString('utf8'))
    return token.expiresAtMs > nowMs ? token : undefined
  } catch {
    return undefined
  }
}

/** The user whose permissions a federated user's session has; undefined for other callers, and where root federated. */
export function findFederator(store: Store, caller: AuthenticatedCaller): User | undefined {
  const { principal, accountId } = caller
  if (principal.kind !== 'federatedUser' || principal.userArn === undefined) return undefined
  const name = principal.userArn.slice(principal.userArn.lastIndexOf('/') + 1)
  return usersOf(store, accountId).get(nameKey(name))
}
