import { parseAccountId } from '../arn/account-id.ts'
import { type Arn, parseArn } from '../arn/arn.ts'
import type { Principal } from '../evaluate/request.ts'
import { unreachable } from '../unreachable.ts'
import type { PrincipalElement, PrincipalEntry } from './policy.ts'

/**
 * Texts of which a caller's own text starts with one, wherever the element may take in that caller or leaves it open.
 * They tell account and role, and are empty where that is not enough to rule a caller out: for everyone, for
 * `NotPrincipal`, for unique ids, canonical users and identity providers.
 */
export function principalPrefixes({ negated, entries }: PrincipalElement): readonly string[] {
  return negated ? [''] : entries.map(prefixOf)
}

function prefixOf(entry: PrincipalEntry): string {
  switch (entry.kind) {
    case 'everyone':
    case 'CanonicalUser':
    // Role sessions that came by the provider are left open.
    case 'Federated':
      return ''
    case 'Service':
      return `service ${entry.value} `
    case 'AWS':
      return prefixOfAws(entry.value)
    default:
      return unreachable(entry)
  }
}

function prefixOfAws(value: string): string {
  if (parseAccountId(value) !== undefined) return `account ${value} `
  const arn = parseArn(value)
  if (arn === undefined) return ''
  const role = roleNameOf(arn)
  return `account ${arn.accountId} ${role === undefined ? '' : `role ${role} `}`
}

/** The role's name without its path: all that a session's ARN tells of its role. */
function roleNameOf({ service, resource }: Arn): string | undefined {
  if (service === 'iam' && resource.startsWith('role/')) {
    return resource.slice(resource.lastIndexOf('/') + 1)
  }
  if (service !== 'sts' || !resource.startsWith('assumed-role/')) return undefined
  return resource.split('/', 2)[1]
}

/** The caller's own text; undefined where its ARNs tell different accounts or roles, and any element may name it. */
export function callerText(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous '
    case 'service':
      return `service ${principal.service} `
    case 'federated':
      return `federated ${principal.arn} `
    case 'roleSession':
      return textOfSession(principal)
    case 'federatedUser':
      return textOfAccount(principal.accountId, [principal.arn, principal.userArn ?? principal.arn])
    case 'root':
    case 'user':
      return textOfAccount(principal.accountId, [principal.arn])
    default:
      return unreachable(principal)
  }
}

function textOfAccount(accountId: string, arns: readonly string[]): string | undefined {
  const isOne = arns.every((arn) => parseArn(arn)?.accountId === accountId)
  return isOne ? `account ${accountId} ` : undefined
}

function textOfSession(principal: Extract<Principal, { kind: 'roleSession' }>): string | undefined {
  const { accountId, arn, roleArn } = principal
  const [session, role] = [parseArn(arn), parseArn(roleArn)]
  if (session === undefined || role === undefined) return undefined
  const name = roleNameOf(role)
  const isOne = name !== undefined && name === roleNameOf(session)
  if (!isOne || session.accountId !== accountId || role.accountId !== accountId) return undefined
  return `account ${accountId} role ${name} `
}
