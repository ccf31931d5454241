import type { Operation } from '../../operation.ts'
import { accountOperations } from './account-operations.ts'
import { attachmentOperations } from './attachment-operations.ts'
import { handshakeOperations } from './handshake-operations.ts'
import { hierarchyOperations } from './hierarchy-operations.ts'
import { leavingOperations } from './leaving-operations.ts'
import { ownOrganizationOperations } from './organization-operations.ts'
import { policyOperations } from './policy-operations.ts'
import { policyTypeOperations } from './policy-type-operations.ts'
import { tagOperations } from './tag-operations.ts'
import { trustedServiceOperations } from './trusted-service-operations.ts'
import { unitOperations } from './unit-operations.ts'

/** Every operation of Organizations that is built. */
export const organizationsOperations: readonly Operation[] = [
  ...ownOrganizationOperations,
  ...accountOperations,
  ...unitOperations,
  ...hierarchyOperations,
  ...leavingOperations,
  ...policyTypeOperations,
  ...policyOperations,
  ...attachmentOperations,
  ...handshakeOperations,
  ...trustedServiceOperations,
  ...tagOperations,
]
