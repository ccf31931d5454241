import { applyHolderChange } from './apply-holder.ts'
import {
  createManagedPolicy,
  deleteManagedPolicy,
  newPolicyVersion,
  tagPolicy,
} from './apply-policy.ts'
import { addOidcAudience, createOidcProvider } from './apply-provider.ts'
import {
  createRole,
  deleteRole,
  setBoundary,
  tagRole,
  updateRole,
  updateTrust,
} from './apply-role.ts'
import type { Change } from './change.ts'
import type { Connection } from './connection.ts'

/** Makes one change. Making it twice is as good as once. Throws a `CloudError`. */
export async function applyChange(connection: Connection, change: Change): Promise<void> {
  switch (change.kind) {
    case 'createRole':
      return createRole(connection, change)
    case 'deleteRole':
      return deleteRole(connection, change.roleName)
    case 'updateTrust':
      return updateTrust(connection, change.roleName, JSON.stringify(change.after))
    case 'updateRole':
      return updateRole(connection, change)
    case 'setBoundary':
      return setBoundary(connection, change.roleName, change.boundaryArn)
    case 'tagRole':
      return tagRole(connection, change)
    case 'attachPolicy':
    case 'detachPolicy':
    case 'putInlinePolicy':
    case 'deleteInlinePolicy':
      return applyHolderChange(connection, change)
    case 'createManagedPolicy':
      return createManagedPolicy(connection, change)
    case 'newPolicyVersion':
      return newPolicyVersion(connection, change.policyArn, JSON.stringify(change.after))
    case 'tagPolicy':
      return tagPolicy(connection, change)
    case 'deleteManagedPolicy':
      return deleteManagedPolicy(connection, change.policyArn)
    case 'createOidcProvider':
      return createOidcProvider(connection, change)
    case 'addOidcAudience':
      return addOidcAudience(connection, change)
    default:
      change satisfies never
  }
}
