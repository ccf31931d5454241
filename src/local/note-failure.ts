import type { CallNotes } from './incoming.ts'
import type { ServiceError } from './service-error.ts'

/** Notes what the client is told, and beside it what went wrong inside, of which the client is told nothing. */
export function noteFailure(notes: CallNotes, error: unknown, shown: ServiceError): void {
  if (shown !== error && shown.code.startsWith('Internal')) {
    notes.internalError = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
  }
  notes.errorCode = shown.code
  notes.errorMessage = shown.message
}
