import type { Operation } from '../../operation.ts'
import type { Member } from './entities.ts'
import { quitOrganization } from './member-accounts.ts'
import type { OrganizationCall } from './organization-operation.ts'
import { organizationOperation } from './organization-operation.ts'
import { constraintViolation, organizationsError } from './organizations-error.ts'
import { dayMs, organizationQuotas } from './quotas.ts'
import { delegationsOf } from './tables.ts'
import { requireMember } from './tree.ts'

const removeAccountFromOrganization = organizationOperation<{ readonly AccountId: string }>({
  name: 'RemoveAccountFromOrganization',
  callableBy: 'managementAccount',
  on: (input) => [input.AccountId],
  run: (input, call) => leave(requireMember(call.store, call.organization, input.AccountId), call),
})

const leaveOrganization = organizationOperation<object>({
  name: 'LeaveOrganization',
  callableBy: 'member',
  run: (_input, call) => leave(requireMember(call.store, call.organization, call.accountId), call),
})

/** The account stands alone again, and no policy of the organization binds it. */
function leave(member: Member, call: OrganizationCall): object {
  const { store, organization } = call
  if (member.id === organization.managementAccountId) {
    throw organizationsError('MasterCannotLeaveOrganizationException')
  }
  if (member.closedAtMs !== undefined) {
    const message = 'A closed account cannot leave the organization.'
    throw constraintViolation('ACCOUNT_CANNOT_LEAVE_ORGANIZATION', message)
  }
  if (delegationsOf(store, organization.id).get(member.id) !== undefined) {
    const message = 'You must deregister the account as a delegated administrator first.'
    throw constraintViolation('CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG', message)
  }
  const { waitDays } = organizationQuotas
  const isNew = call.nowMs - member.joinedAtMs < waitDays * dayMs
  if (member.joinedMethod === 'CREATED' && isNew) {
    const message = `An account can leave at the earliest ${waitDays} days after it was created.`
    throw constraintViolation('WAIT_PERIOD_ACTIVE', message)
  }
  quitOrganization(call, organization, member.id)
  return {}
}

export const leavingOperations: readonly Operation[] = [
  removeAccountFromOrganization,
  leaveOrganization,
]
