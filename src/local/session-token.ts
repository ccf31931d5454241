import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { AccountId } from '../core/index.ts'
import type { SessionFacts } from './caller.ts'
import { deriveKey } from './derive-key.ts'
import { createRecentValues } from './recent-values.ts'

/** Whom a session stands for. A principal of the same name with another unique id is somebody else. */
export type SessionPrincipal =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly uniqueId: string }
  | { readonly kind: 'role'; readonly uniqueId: string; readonly sessionName: string }
  /** Of `GetFederationToken`; `userId` is the unique id of the user that called it, absent for a root user. */
  | { readonly kind: 'federatedUser'; readonly name: string; readonly userId?: string }

export interface Session {
  readonly accessKeyId: string
  readonly accountId: AccountId
  readonly principal: SessionPrincipal
  readonly facts: SessionFacts
}

export interface SealedSession {
  readonly token: string
  readonly secretAccessKey: string
}

/**
 * Makes and reads session tokens. A token holds everything that was decided when the session was issued, encrypted
 * and authenticated, so that issuing and checking one writes and looks up nothing.
 */
export interface SessionTokens {
  readonly seal: (session: Session) => SealedSession
  /** Undefined when the token is not of this server's making, or was altered. */
  readonly open: (token: string) => OpenedSession | undefined
}

export interface OpenedSession extends Session {
  readonly secretAccessKey: string
}

/** `serverKey` is 32 random bytes; tokens die with it. */
export function createSessionTokens(
  serverKey: Buffer,
  randomBytes: (size: number) => Buffer,
): SessionTokens {
  const key = deriveKey(serverKey, 'stile session token')
  // A session makes many calls. What its token says never changes, and whether it still holds is asked elsewhere.
  const opened = createRecentValues<OpenedSession>(1000)
  return {
    seal(session) {
      // 40 characters, as AWS's.
      const secretAccessKey = randomBytes(30).toString('base64')
      const text = JSON.stringify({ ...session, secretAccessKey } satisfies OpenedSession)
      return { token: encrypt(key, randomBytes(nonceSize), text), secretAccessKey }
    },
    open(token) {
      const known = opened.get(token)
      if (known !== undefined) return known
      const text = decrypt(key, token)
      if (text === undefined) return undefined
      // The authentication tag proves that this server wrote the text.
      const session = JSON.parse(text) as OpenedSession
      opened.set(token, session)
      return session
    },
  }
}

/** 1 was a token whose secret followed from its nonce. */
const version = Buffer.from([2])
const nonceSize = 12
const tagSize = 16
const smallest = version.length + nonceSize + tagSize + 2

function encrypt(key: Buffer, nonce: Buffer, text: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(version)
  const encrypted = cipher.update(text, 'utf8')
  // GCM gives every byte back at once: `final` adds none.
  cipher.final()
  return Buffer.concat([version, nonce, encrypted, cipher.getAuthTag()]).toString('base64')
}

function decrypt(key: Buffer, token: string): string | undefined {
  const sealed = Buffer.from(token, 'base64')
  // Base64 with other letters, or trailing bits, decodes to the same bytes: only the canonical text is the token.
  if (sealed.length < smallest || sealed.toString('base64') !== token) return undefined
  if (!sealed.subarray(0, version.length).equals(version)) return undefined
  const nonce = sealed.subarray(version.length, version.length + nonceSize)
  const rest = sealed.subarray(version.length + nonceSize)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagSize })
  decipher.setAAD(version)
  decipher.setAuthTag(rest.subarray(rest.length - tagSize))
  try {
    const opened = decipher.update(rest.subarray(0, rest.length - tagSize))
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
