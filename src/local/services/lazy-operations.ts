import type { EventHistory } from '../event-history.ts'
import type { Operation, ServiceName } from '../operation.ts'
import type { SessionTokens } from '../session-token.ts'
import { createCloudTrailOperations } from './cloudtrail/index.ts'
import { iamOperations } from './iam/index.ts'
import type { OperationTable } from './operations.ts'
import { organizationsOperations } from './organizations/index.ts'
import { createStsOperations } from './sts/index.ts'

export interface LazyOperations {
  /** Finds what is loaded. */
  readonly find: OperationTable
  /** Loads a service's operations before its first call; undefined where they are there. */
  readonly load: (service: ServiceName) => Promise<void> | undefined
}

/** The same operations as `createOperationTable` has; those of S3 and ECR are many, and loaded when they are called. */
export function createLazyOperations(
  sessionTokens: SessionTokens,
  history: EventHistory,
): LazyOperations {
  const byService = new Map<ServiceName, Map<string, Operation>>()
  const add = (operations: readonly Operation[]): void => {
    for (const operation of operations) {
      const byName = byService.get(operation.service) ?? new Map<string, Operation>()
      byService.set(operation.service, byName.set(operation.name, operation))
    }
  }
  add(createStsOperations(sessionTokens))
  add(iamOperations)
  add(organizationsOperations)
  add(createCloudTrailOperations(history))
  const loaders = new Map<ServiceName, () => Promise<readonly Operation[]>>([
    ['s3', async () => (await import('./s3/index.ts')).s3Operations],
    ['ecr', async () => (await import('./ecr/index.ts')).ecrOperations],
  ])
  return {
    find: (service, name) => byService.get(service)?.get(name),
    load(service) {
      const loader = loaders.get(service)
      if (loader === undefined) return undefined
      return loader().then((operations) => {
        add(operations)
        loaders.delete(service)
      })
    },
  }
}
