import { readFailure } from './aws-failure.ts'

/** How often and how long to try again. Times in milliseconds. */
export interface RetrySettings {
  /** Calls in all, the first included, for throttling, network and server failures. */
  readonly attempts: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** How long to wait for a new principal to become known elsewhere. */
  readonly propagationMs: number
  readonly sleep: (ms: number) => Promise<void>
  /** From 0 up to 1, spreads the delays of many accounts. */
  readonly random: () => number
}

export const defaultRetry: RetrySettings = {
  attempts: 8,
  firstDelayMs: 100,
  longestDelayMs: 10_000,
  propagationMs: 120_000,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
}

/** Runs `call` until it succeeds or its failure is one that more tries do not mend; then throws that failure as it is. */
export async function retrying<T>(call: () => Promise<T>, settings: RetrySettings): Promise<T> {
  let waitedMs = 0
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const { kind } = readFailure(error)
      const isOver =
        kind === 'propagation' ? waitedMs >= settings.propagationMs : attempt >= settings.attempts
      if (kind === 'answered' || isOver) throw error
    }
    const delayMs = delayAfter(attempt, settings)
    waitedMs += delayMs
    await settings.sleep(delayMs)
  }
}

function delayAfter(attempt: number, settings: RetrySettings): number {
  const ceiling = Math.min(settings.longestDelayMs, settings.firstDelayMs * 2 ** (attempt - 1))
  return Math.ceil(ceiling * (0.5 + settings.random() / 2))
}
