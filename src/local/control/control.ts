import type { EventHistory } from '../event-history.ts'
import type { LocalTools } from '../operation.ts'
import type { RootCredentials } from '../services/iam/accounts.ts'
import type { ControlClock } from './control-clock.ts'
import type { FaultSettings } from './fault-settings.ts'

/** What can be done to a running server from outside its APIs; the same over HTTP and in the library. */
export interface Control {
  readonly tools: LocalTools
  readonly history: EventHistory
  readonly clock: ControlClock
  /** Trouble from now on, or none. */
  readonly setFaults: (settings: FaultSettings) => void
  /** Back to the seed: sessions and tokens of before are worthless. */
  readonly reset: () => void
  /** Keys of a user or, without a name, of the root user. Throws when there are none. */
  readonly credentials: (accountId: string, userName: string | undefined) => RootCredentials
  /** Aborted when the server stops: nobody is kept waiting then. */
  readonly stopping: AbortSignal
}
