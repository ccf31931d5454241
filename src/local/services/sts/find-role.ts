import type { AccountId, PolicyDocument } from '../../../core/index.ts'
import type { Call } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { Role } from '../iam/entities.ts'
import { nameKey, rolesOf } from '../iam/tables.ts'

const roleArnPattern = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/

/** The role with this very ARN, path included. */
export function findRole(arn: string, call: Pick<Call, 'store'>): Role | undefined {
  const parts = roleArnPattern.exec(arn)
  if (parts === null) return undefined
  const role = rolesOf(call.store, parts[1] as AccountId).get(nameKey(parts[2] ?? ''))
  return role?.arn === arn ? role : undefined
}

/** The account that a role's ARN names. */
export function requireRoleAccount(arn: string): AccountId {
  const accountId = roleArnPattern.exec(arn)?.[1]
  if (accountId !== undefined) return accountId as AccountId
  throw new ServiceError('ValidationError', `${arn} is invalid`)
}

/**
 * Stands in for the trust policy of a role that is not there: it trusts no caller of this server, and it denies
 * nobody explicitly, which would tell the two cases apart.
 */
export const nobody: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'nobody.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
}
