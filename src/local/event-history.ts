import type { Decision, Explanation } from '../core/index.ts'

/** One question that the engine answered for a call. */
export interface EventDecision {
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  readonly decision: Decision
  /** Why; made when it is read. */
  readonly explain: () => Explanation
}

/** One call as the server saw it. It holds no secret and none of what was sent or answered. */
export interface RecordedCall {
  readonly requestId: string
  readonly atMs: number
  readonly service: string
  /** Undefined where the call was refused before it was read. */
  readonly operation?: string
  readonly region?: string
  readonly principalArn?: string
  readonly accountId?: string
  readonly accessKeyId?: string
  readonly sourceIp: string
  readonly userAgent?: string
  readonly decisions: readonly EventDecision[]
  readonly status: number
  readonly errorCode?: string
  readonly errorMessage?: string
  /** What went wrong inside the server, where it was the server’s fault; without a stack. */
  readonly internalError?: string
}

export interface Event extends Omit<RecordedCall, 'decisions'> {
  readonly decisions: readonly (Omit<EventDecision, 'explain'> & {
    readonly explanation: Explanation
  })[]
}

/** The latest calls, oldest first. */
export interface EventHistory {
  readonly record: (call: RecordedCall) => void
  readonly events: () => readonly Event[]
}

export function createEventHistory(limit = 1000): EventHistory {
  const ring: RecordedCall[] = []
  let next = 0
  return {
    record(call) {
      ring[next] = call
      next = (next + 1) % limit
    },
    events() {
      const inOrder = [...ring.slice(next), ...ring.slice(0, next)]
      return inOrder.map(renderEvent)
    },
  }
}

function renderEvent(call: RecordedCall): Event {
  const decisions = call.decisions.map(({ explain, ...rest }) => ({
    ...rest,
    explanation: explain(),
  }))
  return { ...call, decisions }
}
