import type { Operation } from '../../operation.ts'
import type { Tag } from '../iam/tags.ts'
import { accountArn } from './arns.ts'
import { findAccountByEmail } from './emails.ts'
import type { CreateAccountStatus, Member } from './entities.ts'
import { newIds } from './ids.ts'
import { joinOrganization, openAccount } from './member-accounts.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { constraintViolation, organizationsError } from './organizations-error.ts'
import { type PageInput, pageOf } from './page.ts'
import { dayMs, organizationQuotas } from './quotas.ts'
import { createStatusesOf, delegationsOf, treeOf, writeTree } from './tables.ts'
import { addTags, readTags } from './tags.ts'
import { pathOfNode, requireMember } from './tree.ts'

interface CreateInput {
  readonly Email: string
  readonly AccountName: string
  readonly RoleName?: string
  readonly Tags?: readonly Tag[]
}

/** AWS: the account is made after the answer; here it is there when the answer is, which nobody can tell apart. */
const createAccount = organizationOperation<CreateInput>({
  name: 'CreateAccount',
  callableBy: 'managementAccount',
  tags: (input) => input.Tags,
  made: ({ organization }) => accountArn(organization, '*'),
  run(input, call) {
    const tags = readTags(input.Tags)
    requireRoom(call)
    const asked = {
      id: newIds.createAccountRequest(call.randomBytes),
      accountName: input.AccountName,
      requestedAtMs: call.nowMs,
    }
    const statuses = createStatusesOf(call.store, call.organization.id)
    if (findAccountByEmail(call.store, input.Email) !== undefined) {
      statuses.set(asked.id, { ...asked, failureReason: 'EMAIL_ALREADY_EXISTS' })
    } else {
      const id = createMember(input, call)
      addTags(call.store, call.organization, { id, tags })
      statuses.set(asked.id, { ...asked, accountId: id })
    }
    return { CreateAccountStatus: { ...renderRequest(asked), State: 'IN_PROGRESS' } }
  },
})

function createMember(input: CreateInput, call: OrganizationCall): Member['id'] {
  const { AccountName: name, Email: email, RoleName } = input
  const roleName = RoleName ?? 'OrganizationAccountAccessRole'
  const id = openAccount(call, call.organization, { name, email, roleName })
  joinOrganization(call, call.organization, { id, name, email, joinedMethod: 'CREATED' })
  return id
}

/** Closed accounts count as well. */
export function requireRoom({ store, organization }: OrganizationCall): void {
  if (treeOf(store, organization.id, 'members').size < organizationQuotas.accounts) return
  const message = 'You have exceeded the allowed number of AWS accounts.'
  throw constraintViolation('ACCOUNT_NUMBER_LIMIT_EXCEEDED', message)
}

function renderRequest(
  status: Pick<CreateAccountStatus, 'id' | 'accountName' | 'requestedAtMs'>,
): object {
  return {
    Id: status.id,
    AccountName: status.accountName,
    RequestedTimestamp: new Date(status.requestedAtMs),
  }
}

function renderStatus(status: CreateAccountStatus): object {
  return {
    ...renderRequest(status),
    State: stateOf(status),
    CompletedTimestamp: new Date(status.requestedAtMs),
    ...(status.accountId === undefined ? {} : { AccountId: status.accountId }),
    ...(status.failureReason === undefined ? {} : { FailureReason: status.failureReason }),
  }
}

function stateOf(status: CreateAccountStatus): 'SUCCEEDED' | 'FAILED' {
  return status.failureReason === undefined ? 'SUCCEEDED' : 'FAILED'
}

const describeCreateAccountStatus = organizationOperation<{
  readonly CreateAccountRequestId: string
}>({
  name: 'DescribeCreateAccountStatus',
  callableBy: 'reader',
  run(input, { store, organization }) {
    const status = createStatusesOf(store, organization.id).get(input.CreateAccountRequestId)
    if (status === undefined) throw organizationsError('CreateAccountStatusNotFoundException')
    return { CreateAccountStatus: renderStatus(status) }
  },
})

const listCreateAccountStatus = organizationOperation<
  PageInput & { readonly States?: readonly string[] }
>({
  name: 'ListCreateAccountStatus',
  callableBy: 'reader',
  run(input, { store, organization }) {
    const all = [...createStatusesOf(store, organization.id).entries()].map(([, one]) => one)
    const wanted = all.filter((one) => input.States?.includes(stateOf(one)) ?? true)
    const page = pageOf(wanted, input, (one) => one.id)
    return { CreateAccountStatuses: page.items.map(renderStatus), ...page.more }
  },
})

const listAccounts = organizationOperation<PageInput>({
  name: 'ListAccounts',
  callableBy: 'reader',
  run(input, call) {
    const all = [...treeOf(call.store, call.organization.id, 'members').entries()]
    const page = pageOf(all, input, ([id]) => id)
    return { Accounts: page.items.map(([, one]) => renderAccount(one, call)), ...page.more }
  },
})

export function renderAccount(member: Member, { store, organization }: OrganizationCall): object {
  const isOpen = member.closedAtMs === undefined
  return {
    Id: member.id,
    Arn: accountArn(organization, member.id),
    Email: member.email,
    Name: member.name,
    Status: isOpen ? 'ACTIVE' : 'SUSPENDED',
    State: isOpen ? 'ACTIVE' : 'CLOSED',
    Paths: [pathOfNode(store, organization, member.id)],
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: new Date(member.joinedAtMs),
  }
}

interface AccountInput {
  readonly AccountId: string
}

const describeAccount = organizationOperation<AccountInput>({
  name: 'DescribeAccount',
  callableBy: 'reader',
  on: (input) => [input.AccountId],
  run(input, call) {
    const member = requireMember(call.store, call.organization, input.AccountId)
    return { Account: renderAccount(member, call) }
  },
})

/** The account is closed at once: AWS takes a few minutes. */
const closeAccount = organizationOperation<AccountInput>({
  name: 'CloseAccount',
  callableBy: 'managementAccount',
  on: (input) => [input.AccountId],
  run(input, call) {
    const { store, organization, nowMs } = call
    const member = requireMember(store, organization, input.AccountId)
    if (member.id === organization.managementAccountId) {
      const message = 'You cannot close the management account.'
      throw constraintViolation('CANNOT_CLOSE_MANAGEMENT_ACCOUNT', message)
    }
    if (member.closedAtMs !== undefined) throw organizationsError('AccountAlreadyClosedException')
    requireClosable(call, nowMs)
    delegationsOf(store, organization.id).delete(member.id)
    const value = { ...member, closedAtMs: nowMs }
    const organizationId = organization.id
    writeTree(store, { organizationId, kind: 'members', key: member.id, value })
    return {}
  },
})

function requireClosable({ store, organization }: OrganizationCall, nowMs: number): void {
  const members = [...treeOf(store, organization.id, 'members').entries()]
  const sinceMs = nowMs - 30 * dayMs
  const closed = members.filter(([, one]) => (one.closedAtMs ?? 0) > sinceMs).length
  const limit = Math.max(organizationQuotas.closedInThirtyDays, Math.floor(members.length / 5))
  if (closed < limit) return
  const message = 'You have exceeded close account quota for the past 30 days.'
  throw constraintViolation('CLOSE_ACCOUNT_QUOTA_EXCEEDED', message)
}

export const accountOperations: readonly Operation[] = [
  createAccount,
  describeCreateAccountStatus,
  listCreateAccountStatus,
  listAccounts,
  describeAccount,
  closeAccount,
]
