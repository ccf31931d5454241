import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import type { AccountId } from '../core/index.ts'
import type { SessionFacts } from './caller.ts'

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
  const keys = {
    sealing: Buffer.from(hkdfSync('sha256', serverKey, '', 'stile session token', 32)),
    secrets: Buffer.from(hkdfSync('sha256', serverKey, '', 'stile session secret', 32)),
  }
  return {
    seal(session) {
      const nonce = randomBytes(nonceSize)
      const cipher = createCipheriv('aes-256-gcm', keys.sealing, nonce)
      cipher.setAAD(version)
      const text = cipher.update(JSON.stringify(session), 'utf8')
      // GCM gives every byte back at once: `final` adds none.
      cipher.final()
      const sealed = Buffer.concat([version, nonce, text, cipher.getAuthTag()])
      return {
        token: sealed.toString('base64'),
        secretAccessKey: deriveSecret(keys.secrets, nonce),
      }
    },
    open(token) {
      const sealed = Buffer.from(token, 'base64')
      // Base64 with other letters, or trailing bits, decodes to the same bytes: only the canonical text is the token.
      if (sealed.length < smallest || sealed.toString('base64') !== token) return undefined
      if (!sealed.subarray(0, 1).equals(version)) return undefined
      const nonce = sealed.subarray(1, 1 + nonceSize)
      const text = decrypt(keys.sealing, nonce, sealed.subarray(1 + nonceSize))
      if (text === undefined) return undefined
      // The authentication tag proves that this server wrote the text.
      const session = JSON.parse(text) as Session
      return { ...session, secretAccessKey: deriveSecret(keys.secrets, nonce) }
    },
  }
}

const version = Buffer.from([1])
const nonceSize = 12
const tagSize = 16
const smallest = 1 + nonceSize + tagSize + 2

/** 40 characters, as AWS's. Each token has a nonce of its own, and so a secret of its own. */
function deriveSecret(key: Buffer, nonce: Buffer): string {
  return createHmac('sha256', key).update(nonce).digest().subarray(0, 30).toString('base64')
}

function decrypt(key: Buffer, nonce: Buffer, rest: Buffer): string | undefined {
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
