import type { Call } from '../../operation.ts'
import { accountsOf } from '../iam/tables.ts'
import { handshakeArn } from './arns.ts'
import { emailOf } from './emails.ts'
import type { Handshake, Organization } from './entities.ts'
import type { AccountCall } from './organization-operation.ts'
import { organizationsError } from './organizations-error.ts'
import { dayMs, organizationQuotas } from './quotas.ts'
import { findOrganization, handshakesOf, organizationsOf } from './tables.ts'

type State = Handshake['state'] | 'EXPIRED'

export function stateOf(handshake: Handshake, nowMs: number): State {
  return handshake.state === 'OPEN' && nowMs >= expiresAtMs(handshake) ? 'EXPIRED' : handshake.state
}

function expiresAtMs(handshake: Handshake): number {
  return handshake.requestedAtMs + organizationQuotas.invitationDays * dayMs
}

/** Whether the invitation is for the account: by its number, or by its e-mail address. */
export function isInvited({ target }: Handshake, call: AccountCall): boolean {
  if (target.type === 'ACCOUNT') return target.id === call.accountId
  return target.id.toLowerCase() === emailOf(call.store, call.accountId).toLowerCase()
}

/** Whether the caller's account is the one that invites. */
export function isInviting(handshake: Handshake, { store, accountId }: AccountCall): boolean {
  const organization = findOrganization(store, accountId)
  return (
    organization?.id === handshake.organizationId && organization.managementAccountId === accountId
  )
}

/** The handshake, for an account that is a party to it; for others it is as if it were not there. */
export function requireHandshake(
  id: string,
  call: AccountCall,
): { readonly handshake: Handshake; readonly organization: Organization } {
  const handshake = handshakesOf(call.store).get(id)
  const organization = organizationsOf(call.store).get(handshake?.organizationId ?? '')
  if (handshake !== undefined && organization !== undefined) {
    if (isInvited(handshake, call) || isInviting(handshake, call))
      return { handshake, organization }
  }
  throw organizationsError('HandshakeNotFoundException')
}

/** The handshake in its new state. Throws where it is no longer open. */
export function closeHandshake(
  handshake: Handshake,
  state: Exclude<Handshake['state'], 'OPEN'>,
  call: Call,
): Handshake {
  const before = stateOf(handshake, call.nowMs)
  if (before === state) throw organizationsError('HandshakeAlreadyInStateException')
  if (before !== 'OPEN') throw organizationsError('InvalidHandshakeTransitionException')
  const closed = { ...handshake, state }
  handshakesOf(call.store).set(handshake.id, closed)
  return closed
}

export function renderHandshake(
  handshake: Handshake,
  organization: Organization,
  { store, nowMs }: Call,
): object {
  const { target, notes } = handshake
  const id = organization.managementAccountId
  return {
    Id: handshake.id,
    Arn: handshakeArn(organization, handshake),
    Parties: [
      { Id: organization.id.slice(2), Type: 'ORGANIZATION' },
      { Id: target.id, Type: target.type },
    ],
    State: stateOf(handshake, nowMs),
    RequestedTimestamp: new Date(handshake.requestedAtMs),
    ExpirationTimestamp: new Date(expiresAtMs(handshake)),
    Action: 'INVITE',
    Resources: [
      {
        Type: 'ORGANIZATION',
        Value: organization.id,
        Resources: [
          { Type: 'MASTER_EMAIL', Value: emailOf(store, id) },
          { Type: 'MASTER_NAME', Value: accountsOf(store).get(id)?.name ?? id },
          { Type: 'ORGANIZATION_FEATURE_SET', Value: 'ALL' },
        ],
      },
      { Type: target.type, Value: target.id },
      ...(notes === undefined ? [] : [{ Type: 'NOTES', Value: notes }]),
    ],
  }
}
