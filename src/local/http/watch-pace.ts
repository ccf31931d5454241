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
  const begun = new Map<IncomingMessage, Begun>()
  const endSlow = (): void => {
    const nowMs = performance.now()
    for (const [message, { atMs, bytesRead }] of begun) {
      const tookMs = nowMs - atMs
      if (message.complete || tookMs < graceMs) continue
      const least = (bytesPerSecond * tookMs) / 1000
      if (message.socket.bytesRead - bytesRead < least) message.socket.destroy()
    }
  }
  const timer = setInterval(endSlow, everyMs).unref()
  return {
    begin: (message) =>
      void begun.set(message, { atMs: performance.now(), bytesRead: message.socket.bytesRead }),
    end: (message) => void begun.delete(message),
    stop: () => clearInterval(timer),
  }
}

interface Begun {
  readonly atMs: number
  readonly bytesRead: number
}
