import type { IncomingMessage } from 'node:http'
import type { Pace } from './request-limits.ts'

/** Watches the bodies that are on their way. */
export interface PaceWatch {
  readonly begin: (message: IncomingMessage) => void
  readonly end: (message: IncomingMessage) => void
  readonly stop: () => void
}

/**
 * Ends the connections of clients that send a body so slowly that they only mean to keep it open. One timer looks at all
 * of them: a timer for each would cost every small call.
 */
export function watchPace({ graceMs, bytesPerSecond, everyMs }: Pace): PaceWatch {
  // When its time began, and how much there was of it then. Nothing is asked of a body that is here before it is looked at.
  const begun = new Map<IncomingMessage, Begun | undefined>()
  const endSlow = (): void => {
    const nowMs = performance.now()
    for (const [message, start] of begun) {
      const { bytesRead } = message.socket
      if (start === undefined) {
        begun.set(message, { atMs: nowMs, bytesRead })
        continue
      }
      const tookMs = nowMs - start.atMs
      if (message.complete || tookMs < graceMs) continue
      const least = (bytesPerSecond * tookMs) / 1000
      if (bytesRead - start.bytesRead < least) message.socket.destroy()
    }
  }
  const timer = setInterval(endSlow, everyMs).unref()
  return {
    begin: (message) => void begun.set(message, undefined),
    end: (message) => void begun.delete(message),
    stop: () => clearInterval(timer),
  }
}

interface Begun {
  readonly atMs: number
  readonly bytesRead: number
}
