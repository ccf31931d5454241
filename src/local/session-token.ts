import type { AccountId } from '../core/index.ts'
import type { SessionFacts } from './caller.ts'
import { deriveKey } from './derive-key.ts'
import { createRecentValues } from './recent-values.ts'
import { createSealing } from './sealing.ts'

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
    encryption: deriveKey(serverKey, 'stile session token, encryption'),
    authentication: deriveKey(serverKey, 'stile session token, authentication'),
  }
  const sealing = createSealing(keys, randomBytes)
  // A session makes many calls. What its token says never changes, and whether it still holds is asked elsewhere.
  const opened = createRecentValues<OpenedSession>(1000)
  return {
    seal(session) {
      // 40 characters, as AWS's.
      const secretAccessKey = randomBytes(30).toString('base64')
      return { token: sealing.seal(pack(session, secretAccessKey)), secretAccessKey }
    },
    open(token) {
      const known = opened.get(token)
      if (known !== undefined) return known
      const text = sealing.open(token)
      if (text === undefined) return undefined
      const session = unpack(text)
      opened.set(token, session)
      return session
    },
  }
}

/** In lines where it is a role session that nothing else is known of, as most are; else in JSON. */
function pack(session: Session, secretAccessKey: string): string {
  const { accessKeyId, accountId, principal, facts } = session
  if (principal.kind !== 'role' || !isUsual(facts)) {
    return JSON.stringify({ ...session, secretAccessKey } satisfies OpenedSession)
  }
  const { uniqueId, sessionName } = principal
  const { issuedAtMs, expiresAtMs } = facts
  if (sessionName.includes('\n')) throw new Error('bug: a session name of two lines')
  return `${accessKeyId}\n${accountId}\n${secretAccessKey}\n${uniqueId}\n${sessionName}\n${issuedAtMs}\n${expiresAtMs}`
}

/** Of all the facts but its times, when the short form may leave one out. A fact that is not here does not compile. */
const leftOut: {
  readonly [K in Exclude<keyof SessionFacts, 'issuedAtMs' | 'expiresAtMs'>]-?: (
    facts: SessionFacts,
  ) => boolean
} = {
  kind: ({ kind }) => kind === 'assumedRole',
  mfaAuthenticatedAtMs: (facts) => facts.mfaAuthenticatedAtMs === undefined,
  sourceIdentity: (facts) => facts.sourceIdentity === undefined,
  tags: ({ tags }) => Object.keys(tags).length === 0,
  transitiveTagKeys: (facts) => facts.transitiveTagKeys.length === 0,
  policy: ({ policy }) => policy === undefined,
  policyArns: ({ policyArns }) => policyArns.length === 0,
  federation: ({ federation }) => federation === undefined,
  isChained: ({ isChained }) => !isChained,
}
const mayLeaveOut = Object.values(leftOut)

function isUsual(facts: SessionFacts): boolean {
  for (const may of mayLeaveOut) if (!may(facts)) return false
  return true
}

/** The authentication tag proved that this server wrote the text. */
function unpack(text: string): OpenedSession {
  if (text.startsWith('{')) return JSON.parse(text) as OpenedSession
  // The number that comes last takes the spaces behind it.
  const [accessKeyId = '', account = '', secretAccessKey = '', ...rest] = text.split('\n')
  const [uniqueId = '', sessionName = '', issuedAt, expiresAt] = rest
  const times = { issuedAtMs: Number(issuedAt), expiresAtMs: Number(expiresAt) }
  return {
    accessKeyId,
    accountId: account as AccountId,
    secretAccessKey,
    principal: { kind: 'role', uniqueId, sessionName },
    facts: { kind: 'assumedRole', ...times, ...nothingElse },
  }
}

const nothingElse = { tags: {}, transitiveTagKeys: [], policyArns: [], isChained: false }
