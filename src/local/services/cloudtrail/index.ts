import type { EventHistory } from '../../event-history.ts'
import type { Operation } from '../../operation.ts'
import { lookupEvents } from './lookup-events.ts'

/** Every operation of CloudTrail that is built. */
export function createCloudTrailOperations(history: EventHistory): readonly Operation[] {
  return [lookupEvents(history)]
}
