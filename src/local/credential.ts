import type { AccountId } from '../core/index.ts'
import type { AuthenticatedCaller, SessionFacts } from './caller.ts'
import type { LocalTools } from './operation.ts'
import type { AccessKey, Role, User } from './services/iam/entities.ts'
import {
  accessKeysOf,
  nameKey,
  principalPlacesOf,
  rolesOf,
  usersOf,
} from './services/iam/tables.ts'
import type { OpenedSession, SessionPrincipal, SessionTokens } from './session-token.ts'

/** What is known about the access key of a request, before its signature is looked at. */
export type CredentialLookup =
  | {
      readonly kind: 'found'
      readonly secretAccessKey: string
      readonly caller: AuthenticatedCaller
    }
  | { readonly kind: 'unknownKey' }
  | { readonly kind: 'invalidToken' }
  | { readonly kind: 'expiredToken' }

export interface PresentedKey {
  readonly accessKeyId: string
  readonly sessionToken?: string
}

export interface CredentialTools extends Pick<LocalTools, 'store' | 'clock'> {
  readonly sessionTokens: SessionTokens
}

/** Finds the secret and the caller that an access key id, with its session token, stands for. */
export function findCredential(given: CredentialTools, key: PresentedKey): CredentialLookup {
  const { store, clock, sessionTokens } = given
  const { spread } = store
  const tools = spread === undefined ? given : { store: spread, clock, sessionTokens }
  if (key.sessionToken !== undefined) {
    const session = tools.sessionTokens.open(key.sessionToken)
    if (session?.accessKeyId !== key.accessKeyId) return { kind: 'invalidToken' }
    return findSession(tools, session)
  }
  const accessKey = accessKeysOf(tools.store).get(key.accessKeyId)
  if (accessKey === undefined || !accessKey.isActive) return { kind: 'unknownKey' }
  const caller = longTermCaller(tools, accessKey)
  if (caller === undefined) return { kind: 'unknownKey' }
  return { kind: 'found', secretAccessKey: accessKey.secretAccessKey, caller }
}

type PlaceTools = Pick<LocalTools, 'store' | 'clock'>

function longTermCaller(tools: PlaceTools, key: AccessKey): AuthenticatedCaller | undefined {
  const { accountId, accessKeyId } = key
  if (key.userName === undefined) return rootCaller({ accountId, accessKeyId })
  const user = usersOf(tools.store, accountId).get(nameKey(key.userName))
  return user === undefined ? undefined : userCaller(user, { accessKeyId })
}

function findSession(tools: PlaceTools, session: OpenedSession): CredentialLookup {
  if (session.facts.expiresAtMs <= tools.clock.nowMs()) return { kind: 'expiredToken' }
  const caller = sessionCaller(tools, session)
  if (caller === undefined) return { kind: 'invalidToken' }
  return { kind: 'found', secretAccessKey: session.secretAccessKey, caller }
}

/** Undefined when the principal was deleted since, also when one of its name is there again. */
function sessionCaller(tools: PlaceTools, session: OpenedSession): AuthenticatedCaller | undefined {
  const { accountId, accessKeyId, principal, facts } = session
  if (principal.kind === 'root') return rootCaller({ accountId, accessKeyId, session: facts })
  if (principal.kind === 'federatedUser') return federatedUserCaller(tools, session, principal)
  if (principal.kind === 'user') {
    const user = findUserById(tools, accountId, principal.uniqueId)
    return user === undefined ? undefined : userCaller(user, { accessKeyId, session: facts })
  }
  const place = principalPlacesOf(tools.store).get(principal.uniqueId)
  if (place?.kind !== 'role') return undefined
  const role = rolesOf(tools.store, accountId).get(nameKey(place.name))
  if (role?.id !== principal.uniqueId) return undefined
  const { sessionName } = principal
  return roleSessionCaller(role, { accessKeyId, session: facts, sessionName })
}

function findUserById(tools: PlaceTools, accountId: AccountId, id: string): User | undefined {
  const place = principalPlacesOf(tools.store).get(id)
  if (place?.kind !== 'user') return undefined
  const user = usersOf(tools.store, accountId).get(nameKey(place.name))
  return user?.id === id ? user : undefined
}

function federatedUserCaller(
  tools: PlaceTools,
  session: OpenedSession,
  { name, userId }: Extract<SessionPrincipal, { kind: 'federatedUser' }>,
): AuthenticatedCaller | undefined {
  const { accountId, accessKeyId, facts } = session
  const user = userId === undefined ? undefined : findUserById(tools, accountId, userId)
  if (userId !== undefined && user === undefined) return undefined
  const arn = `arn:aws:sts::${accountId}:federated-user/${name}`
  const federator = user === undefined ? {} : { userArn: user.arn, userUniqueId: user.id }
  return {
    kind: 'authenticated',
    userId: `${accountId}:${name}`,
    accountId,
    accessKeyId,
    session: facts,
    principal: { kind: 'federatedUser', accountId, arn, ...federator },
  }
}

interface KeyFacts {
  readonly accessKeyId: string
  readonly session?: SessionFacts
}

function rootCaller(key: KeyFacts & { readonly accountId: AccountId }): AuthenticatedCaller {
  const { accountId, accessKeyId, session } = key
  const arn = `arn:aws:iam::${accountId}:root`
  return {
    kind: 'authenticated',
    userId: accountId,
    accountId,
    accessKeyId,
    session,
    principal: { kind: 'root', accountId, arn },
  }
}

function userCaller(user: User, { accessKeyId, session }: KeyFacts): AuthenticatedCaller {
  const { accountId, arn, id } = user
  return {
    kind: 'authenticated',
    userId: id,
    accountId,
    accessKeyId,
    session,
    principal: { kind: 'user', accountId, arn, uniqueId: id },
  }
}

function roleSessionCaller(
  role: Role,
  key: KeyFacts & { readonly session: SessionFacts; readonly sessionName: string },
): AuthenticatedCaller {
  const { accountId, id } = role
  const { sessionName, accessKeyId, session } = key
  return {
    kind: 'authenticated',
    userId: `${id}:${sessionName}`,
    accountId,
    accessKeyId,
    session,
    principal: {
      kind: 'roleSession',
      accountId,
      arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
      roleArn: role.arn,
      roleArnIsDerived: false,
      sessionName,
      uniqueId: id,
    },
  }
}
