import type { Readable } from 'node:stream'
import type { AuthorizationTools } from './authorize-call.ts'
import type { Faults } from './control/faults.ts'
import type { CredentialTools } from './credential.ts'
import type { EventHistory, RecordedCall } from './event-history.ts'
import type { LocalTools, ServiceName } from './operation.ts'
import type { LazyOperations } from './services/lazy-operations.ts'
import type { OperationTable } from './services/operations.ts'
import type { RequestHead } from './signature/canonical-request.ts'
import type { SignatureReading } from './signature/read-signature.ts'
import type { SigningKeys } from './signature/signing-key.ts'

/** One HTTP request, its head read and its body not. */
export interface Incoming {
  readonly head: RequestHead
  readonly body: Readable
  readonly sourceIp: string
  /** `http://127.0.0.1:4566`, as the client addressed the server. */
  readonly endpoint: string
  /** Called before the body is read: lets a client that waits for it go on. */
  readonly onContinue: () => void
}

export interface DispatchTools extends LocalTools, CredentialTools {
  readonly signingKeys: SigningKeys
  /** What clients sign by, where the server's own clock was set to another time. */
  readonly signingClock?: CredentialTools['clock']
  readonly compiler: AuthorizationTools['compiler']
  readonly operations: OperationTable
  /** Before a service's first call; undefined where its operations are there. */
  readonly loadOperations: LazyOperations['load']
  readonly history: EventHistory
  readonly faults?: Faults
}

/** What is learnt about a call while it is served; the event history gets it whatever the outcome is. */
export type CallNotes = {
  -readonly [K in keyof RecordedCall]?: RecordedCall[K]
}

/** A call whose service is known and built. */
export interface ServedCall {
  readonly service: ServiceName
  readonly requestId: string
  readonly signature: SignatureReading
  readonly notes: CallNotes
}
