import type { EventHistory } from '../event-history.ts'
import type { Operation, ServiceName } from '../operation.ts'
import type { SessionTokens } from '../session-token.ts'
import { createCloudTrailOperations } from './cloudtrail/index.ts'
import { ecrOperations } from './ecr/index.ts'
import { iamOperations } from './iam/index.ts'
import { organizationsOperations } from './organizations/index.ts'
import { s3Operations } from './s3/index.ts'
import { createStsOperations } from './sts/index.ts'

/** Finds a built operation by its service and name. */
export type OperationTable = (service: ServiceName, name: string) => Operation | undefined

/** Every operation that is built. */
export function createOperationTable(
  sessionTokens: SessionTokens,
  history: EventHistory,
): OperationTable {
  const all = [
    ...createStsOperations(sessionTokens),
    ...iamOperations,
    ...s3Operations,
    ...ecrOperations,
    ...organizationsOperations,
    ...createCloudTrailOperations(history),
  ]
  const byName = new Map(
    all.map((operation) => [`${operation.service}:${operation.name}`, operation]),
  )
  return (service, name) => byName.get(`${service}:${name}`)
}
