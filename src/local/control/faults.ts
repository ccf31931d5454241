import type { ServiceName } from '../operation.ts'
import { ServiceError } from '../service-error.ts'
import { type FaultSettings, noFaults } from './fault-settings.ts'

/** Trouble that calls meet before anything is done for them. */
export interface Faults {
  readonly settings: () => FaultSettings
  readonly set: (settings: FaultSettings) => void
  /** Undefined where nothing is to happen; else it waits, and throws the error if there is to be one. */
  readonly meet: (service: ServiceName) => Promise<void> | undefined
}

export function createFaults(): Faults {
  let settings = noFaults
  let random = createRandom(settings.seed)
  return {
    settings: () => settings,
    set(given) {
      settings = given
      random = createRandom(given.seed)
    },
    meet(service) {
      const { throttle, error, latencyMs } = settings
      if (throttle === 0 && error === 0 && latencyMs === 0) return undefined
      // Both are drawn every time: what one share is does not change whom the other hits.
      const isThrottled = random() < throttle
      const fails = random() < error
      return meet(service, { latencyMs, isThrottled, fails })
    },
  }
}

interface Fate {
  readonly latencyMs: number
  readonly isThrottled: boolean
  readonly fails: boolean
}

async function meet(service: ServiceName, { latencyMs, isThrottled, fails }: Fate): Promise<void> {
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
  if (isThrottled) throw asError(throttles[service])
  if (fails) throw asError(failures[service])
}

interface ErrorRow {
  readonly code: string
  readonly status: number
  readonly message: string
}

function asError({ code, status, message }: ErrorRow): ServiceError {
  return new ServiceError(code, message, { status })
}

const rateExceeded: ErrorRow = { code: 'Throttling', status: 400, message: 'Rate exceeded' }

/** How each service says that there were too many calls. */
const throttles: Readonly<Record<ServiceName, ErrorRow>> = {
  sts: rateExceeded,
  iam: rateExceeded,
  s3: { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
  ecr: { ...rateExceeded, code: 'ThrottlingException' },
  cloudtrail: { ...rateExceeded, code: 'ThrottlingException' },
  organizations: {
    code: 'TooManyRequestsException',
    status: 400,
    message: 'AWS Organizations is throttling: too many requests in too short a time.',
  },
}

const internalFailure: ErrorRow = {
  code: 'InternalFailure',
  status: 500,
  message: 'The request processing has failed because of an unknown error, exception or failure.',
}

/** How each service says that the fault is its own. */
const failures: Readonly<Record<ServiceName, ErrorRow>> = {
  sts: internalFailure,
  iam: { ...internalFailure, code: 'ServiceFailure' },
  s3: {
    code: 'InternalError',
    status: 500,
    message: 'We encountered an internal error. Please try again.',
  },
  ecr: { ...internalFailure, code: 'ServerException' },
  cloudtrail: internalFailure,
  organizations: {
    code: 'ServiceException',
    status: 500,
    message:
      "AWS Organizations can't complete your request because of an internal service error. Try again later.",
  },
}

/** Numbers from 0 up to 1 that the seed settles (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
