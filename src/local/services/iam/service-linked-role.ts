import { ServiceError } from '../../service-error.ts'
import type { PolicyHolder } from './entities.ts'
import { validationError } from './iam-error.ts'

const linkedPath = '/aws-service-role/'

export function linkedPathOf(servicePrincipal: string): string {
  return `${linkedPath}${servicePrincipal}/`
}

export function isServiceLinked(holder: Pick<PolicyHolder, 'path'>): boolean {
  return holder.path.startsWith(linkedPath)
}

/**
 * Throws where an account would change a role that belongs to a service: its trust, its policies, its boundary.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
export function requireModifiable(holder: PolicyHolder): void {
  if (!isServiceLinked(holder) || !holder.arn.includes(':role/')) return
  const what = `Cannot perform the operation on the protected role '${holder.name}'`
  throw new ServiceError('UnmodifiableEntity', `${what} - this role is only modifiable by AWS`)
}

// INVARIANT: control policies of organizations do not bind roles under these paths, so only AWS makes roles there.
const reservedPaths = [linkedPath, '/aws-reserved/']

/** Throws where a path is AWS's own. */
export function requireOwnPath(path: string): void {
  const reserved = reservedPaths.find((one) => path.startsWith(one))
  if (reserved === undefined) return
  throw validationError(`The specified path is reserved: no role can be created under ${reserved}`)
}
