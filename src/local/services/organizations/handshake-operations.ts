import { parseAccountId } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import { accountsOf } from '../iam/tables.ts'
import type { Tag } from '../iam/tags.ts'
import { requireRoom } from './account-operations.ts'
import { accountArn, handshakeArn } from './arns.ts'
import { emailOf, findAccountByEmail } from './emails.ts'
import type { Handshake } from './entities.ts'
import {
  closeHandshake,
  isInvited,
  isInviting,
  renderHandshake,
  requireHandshake,
  stateOf,
} from './handshake.ts'
import { newIds } from './ids.ts'
import { joinOrganization } from './member-accounts.ts'
import type { AccountCall, OrganizationCall } from './organization-operation.ts'
import { accountOperation, organizationOperation } from './organization-operation.ts'
import { askForServiceLinkedRole } from './organization-operations.ts'
import { handshakeViolation, invalidInput, organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { findOrganization, handshakesOf, organizationsOf } from './tables.ts'
import { addTags, readTags } from './tags.ts'

interface InviteInput {
  readonly Target: { readonly Id: string; readonly Type: string }
  readonly Notes?: string
  readonly Tags?: readonly Tag[]
}

const inviteAccountToOrganization = organizationOperation<InviteInput>({
  name: 'InviteAccountToOrganization',
  callableBy: 'managementAccount',
  tags: (input) => input.Tags,
  on: invitedAccount,
  run(input, call) {
    const { store, organization } = call
    const target = readTarget(input, call)
    const tags = readTags(input.Tags)
    requireRoom(call)
    const isOpen = openHandshakes(call).some(
      (one) => one.organizationId === organization.id && one.target.id === target.id,
    )
    if (isOpen) throw organizationsError('DuplicateHandshakeException')
    const handshake: Handshake = {
      id: newIds.handshake(call.randomBytes),
      organizationId: organization.id,
      target,
      requestedAtMs: call.nowMs,
      state: 'OPEN',
      tags,
      ...(input.Notes === undefined ? {} : { notes: input.Notes }),
    }
    handshakesOf(store).set(handshake.id, handshake)
    return { Handshake: renderHandshake(handshake, organization, call) }
  },
})

/** By whichever of its names it is invited; an e-mail address that no account has may become any account's. */
function invitedAccount(
  { Target: { Id: id, Type: type } }: InviteInput,
  { store, organization }: OrganizationCall,
): readonly string[] {
  const accountId = type === 'EMAIL' ? findAccountByEmail(store, id) : parseAccountId(id)
  return [accountArn(organization, accountId ?? '*')]
}

function readTarget({ Target }: InviteInput, { store }: OrganizationCall): Handshake['target'] {
  const { Id: id, Type: type } = Target
  if (type !== 'ACCOUNT' && type !== 'EMAIL') {
    const message = 'An invitation goes to an account or to an e-mail address.'
    throw invalidInput('INVALID_PARTY_TYPE_TARGET', message)
  }
  const accountId = type === 'ACCOUNT' ? parseAccountId(id) : findAccountByEmail(store, id)
  if (type === 'ACCOUNT' && accountId === undefined) {
    throw invalidInput('INVALID_PATTERN_TARGET_ID', 'You specified an invalid target.')
  }
  // An e-mail address that no account has yet can be invited all the same.
  if (accountId === undefined) return { type, id }
  if (accountsOf(store).get(accountId) === undefined) {
    throw organizationsError('AccountNotFoundException')
  }
  if (findOrganization(store, accountId) !== undefined) {
    const message = 'The specified account is already a member of an organization.'
    throw handshakeViolation('ALREADY_IN_AN_ORGANIZATION', message)
  }
  return { type, id }
}

function allHandshakes({ store }: AccountCall): readonly Handshake[] {
  return [...handshakesOf(store).entries()].map(([, handshake]) => handshake)
}

function openHandshakes(call: AccountCall): readonly Handshake[] {
  return allHandshakes(call).filter((one) => stateOf(one, call.nowMs) === 'OPEN')
}

interface HandshakeInput {
  readonly HandshakeId: string
}

/** The ARN of a handshake that the caller's account is a party to; else `*`, which says nothing of it. */
function handshakeResource({ HandshakeId }: HandshakeInput, call: AccountCall): readonly string[] {
  const handshake = handshakesOf(call.store).get(HandshakeId)
  const organization = organizationsOf(call.store).get(handshake?.organizationId ?? '')
  if (handshake === undefined || organization === undefined) return ['*']
  const isParty = isInvited(handshake, call) || isInviting(handshake, call)
  return isParty ? [handshakeArn(organization, handshake)] : ['*']
}

const acceptHandshake = accountOperation<HandshakeInput>({
  name: 'AcceptHandshake',
  on: handshakeResource,
  alsoAsk: askForServiceLinkedRole,
  run(input, call) {
    const { store, accountId } = call
    const { handshake, organization } = requireHandshake(input.HandshakeId, call)
    if (!isInvited(handshake, call)) throw organizationsError('AccessDeniedException')
    const accepted = closeHandshake(handshake, 'ACCEPTED', call)
    if (findOrganization(store, accountId) !== undefined) {
      const message = 'The specified account is already a member of an organization.'
      throw handshakeViolation('ALREADY_IN_AN_ORGANIZATION', message)
    }
    requireRoom({ ...call, organization })
    joinOrganization(call, organization, {
      id: accountId,
      name: accountsOf(store).get(accountId)?.name ?? accountId,
      email: emailOf(store, accountId),
      joinedMethod: 'INVITED',
    })
    addTags(store, organization, { id: accountId, tags: handshake.tags })
    return { Handshake: renderHandshake(accepted, organization, call) }
  },
})

const declineHandshake = accountOperation<HandshakeInput>({
  name: 'DeclineHandshake',
  on: handshakeResource,
  run(input, call) {
    const { handshake, organization } = requireHandshake(input.HandshakeId, call)
    if (!isInvited(handshake, call)) throw organizationsError('AccessDeniedException')
    const declined = closeHandshake(handshake, 'DECLINED', call)
    return { Handshake: renderHandshake(declined, organization, call) }
  },
})

const cancelHandshake = accountOperation<HandshakeInput>({
  name: 'CancelHandshake',
  on: handshakeResource,
  run(input, call) {
    const { handshake, organization } = requireHandshake(input.HandshakeId, call)
    if (!isInviting(handshake, call)) throw organizationsError('AccessDeniedException')
    const canceled = closeHandshake(handshake, 'CANCELED', call)
    return { Handshake: renderHandshake(canceled, organization, call) }
  },
})

const describeHandshake = accountOperation<HandshakeInput>({
  name: 'DescribeHandshake',
  on: handshakeResource,
  run(input, call) {
    const { handshake, organization } = requireHandshake(input.HandshakeId, call)
    return { Handshake: renderHandshake(handshake, organization, call) }
  },
})

interface ListInput extends PageInput {
  readonly Filter?: { readonly ActionType?: string; readonly ParentHandshakeId?: string }
}

const listHandshakesForAccount = accountOperation<ListInput>({
  name: 'ListHandshakesForAccount',
  run: (input, call) =>
    listHandshakes(
      input,
      call,
      allHandshakes(call).filter((one) => isInvited(one, call)),
    ),
})

const listHandshakesForOrganization = organizationOperation<ListInput>({
  name: 'ListHandshakesForOrganization',
  callableBy: 'reader',
  run(input, call) {
    const { id } = call.organization
    const own = allHandshakes(call).filter((one) => one.organizationId === id)
    return listHandshakes(input, call, own)
  },
})

/** Invitations are the only handshakes here, and none of them has a parent. */
function listHandshakes(
  { Filter, ...input }: ListInput,
  call: AccountCall,
  all: readonly Handshake[],
): object {
  const isWanted =
    (Filter?.ActionType ?? 'INVITE') === 'INVITE' && Filter?.ParentHandshakeId === undefined
  const page = pageOf(isWanted ? all : [], input, (one) => one.id)
  const handshakes = page.items.flatMap((one) => {
    const organization = organizationsOf(call.store).get(one.organizationId)
    return organization === undefined ? [] : [renderHandshake(one, organization, call)]
  })
  return { Handshakes: handshakes, ...page.more }
}

export const handshakeOperations: readonly Operation[] = [
  inviteAccountToOrganization,
  acceptHandshake,
  declineHandshake,
  cancelHandshake,
  describeHandshake,
  listHandshakesForAccount,
  listHandshakesForOrganization,
]
