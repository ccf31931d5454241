import type { AccountId, PolicyDocument } from '../../../core/index.ts'
import type { Call } from '../../operation.ts'
import { rememberLatest } from '../../recent-values.ts'
import { ServiceError } from '../../service-error.ts'
import type { Role } from '../iam/entities.ts'
import { nameKey, rolesOf } from '../iam/tables.ts'

interface RolePlace {
  readonly accountId: AccountId
  readonly key: string
}

/** Clients ask for a few roles again and again. */
const parseRoleArn = rememberLatest<RolePlace | undefined>(
  (arn) => {
    const parts = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn)
    return parts === null
      ? undefined
      : { accountId: parts[1] as AccountId, key: nameKey(parts[2] ?? '') }
  },
  { limit: 1000, longest: 1024 },
)

/** The role with this very ARN, path included. */
export function findRole(arn: string, call: Pick<Call, 'store'>): Role | undefined {
  const place = parseRoleArn(arn)
  if (place === undefined) return undefined
  const role = rolesOf(call.store, place.accountId).get(place.key)
  return role?.arn === arn ? role : undefined
}

/** The account that a role's ARN names. */
export function requireRoleAccount(arn: string): AccountId {
  const place = parseRoleArn(arn)
  if (place !== undefined) return place.accountId
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
