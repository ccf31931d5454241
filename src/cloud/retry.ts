import { readFailure } from './aws-failure.ts'

/** How often and how long to try again. Times in milliseconds. */
export interface RetrySettings {
  /** Calls in all, the first included, for throttling, network and server failures. */
  readonly attempts: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** How long to wait for a new principal to become known elsewhere. */
  readonly propagationMs: number
  /** How long something made a moment ago may still be answered with `NoSuchEntity`; 0: not at all. */
  readonly settleMs: number
  readonly sleep: (ms: number) => Promise<void>
  /** Told before every wait, with AWS's message. */
  readonly onWait?: (delayMs: number, because: string) => void
  /** From 0 up to 1, spreads the delays of many accounts. */
  readonly random: () => number
}

export const defaultRetry: RetrySettings = {
  attempts: 8,
  firstDelayMs: 100,
  longestDelayMs: 10_000,
  propagationMs: 120_000,
  settleMs: 0,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
}

/** Runs `call` until it succeeds or its failure is one that more tries do not mend; then throws that failure as it is. */
export async function retrying<T>(call: () => Promise<T>, settings: RetrySettings): Promise<T> {
  let so: Progress = { failures: 0, tries: 0, waitedMs: 0 }
  for (;;) {
    let because: string
    try {
      return await call()
    } catch (error) {
      const kind = passingKind(error)
      const failures = so.failures + (kind === 'failure' ? 1 : 0)
      so = { ...so, failures, tries: so.tries + 1 }
      if (isOver(kind, so, settings)) throw error
      because = readFailure(error).message
    }
    const delayMs = delayAfter(so.tries, settings)
    settings.onWait?.(delayMs, because)
    so = { ...so, waitedMs: so.waitedMs + delayMs }
    await settings.sleep(delayMs)
  }
}

interface Progress {
  readonly failures: number
  readonly tries: number
  readonly waitedMs: number
}

type PassingKind = 'failure' | 'propagation' | 'settling' | 'none'

function passingKind(error: unknown): PassingKind {
  const { kind, awsCode, message } = readFailure(error)
  if (kind === 'propagation') return 'propagation'
  // AWS's own policies are not made a moment ago: one that is missing stays missing.
  if (awsCode.startsWith('NoSuchEntity'))
    return message.includes('::aws:policy/') ? 'none' : 'settling'
  return kind === 'answered' ? 'none' : 'failure'
}

function isOver(kind: PassingKind, so: Progress, settings: RetrySettings): boolean {
  switch (kind) {
    case 'propagation':
      return so.waitedMs >= settings.propagationMs
    case 'settling':
      return so.waitedMs >= settings.settleMs
    case 'failure':
      return so.failures >= settings.attempts
    case 'none':
      return true
    default:
      return kind satisfies never
  }
}

function delayAfter(tries: number, settings: RetrySettings): number {
  const ceiling = Math.min(settings.longestDelayMs, settings.firstDelayMs * 2 ** (tries - 1))
  return Math.ceil(ceiling * (0.5 + settings.random() / 2))
}
