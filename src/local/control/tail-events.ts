import type { Decision, PolicyType } from '../../core/index.ts'
import type { EventHistory, NumberedCall } from '../event-history.ts'

/** One call in a line's worth of words, for whoever follows them. */
export interface TailEvent {
  readonly number: number
  readonly requestId: string
  readonly atMs: number
  readonly service: string
  readonly operation?: string
  readonly principalArn?: string
  /** The last that was asked about. */
  readonly resource?: string
  readonly status: number
  readonly errorCode?: string
  /** What refused it, also where the caller is told nothing. */
  readonly reason?: string
}

/** The calls after one; waits for the next where there is none yet, as long as `waitMs` and `stopping` let it. */
export async function tailEvents(
  history: EventHistory,
  asked: { readonly after: number; readonly waitMs: number },
  stopping: AbortSignal,
): Promise<readonly TailEvent[]> {
  const { after, waitMs } = asked
  if (waitMs > 0 && history.count() <= after) await nextCall(history, waitMs, stopping)
  return history.callsAfter(after).map(renderTailEvent)
}

function nextCall(history: EventHistory, waitMs: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      forget()
      stopping.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, waitMs)
    const forget = history.onCall(end)
    if (stopping.aborted) end()
    else stopping.addEventListener('abort', end)
  })
}

function renderTailEvent({ number, call }: NumberedCall): TailEvent {
  const { requestId, atMs, service, operation, principalArn, status, errorCode } = call
  const last = call.decisions.at(-1)
  const reason = last === undefined ? undefined : reasonOf(last.decision)
  const said = status >= 400 ? (reason ?? call.internalError ?? call.errorMessage) : undefined
  return {
    number,
    requestId,
    atMs,
    service,
    status,
    ...(operation === undefined ? {} : { operation }),
    ...(principalArn === undefined ? {} : { principalArn }),
    ...(last === undefined ? {} : { resource: last.request.resource }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(said === undefined ? {} : { reason: said }),
  }
}

const layerNames: Readonly<Record<PolicyType, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  trust: 'trust policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
  vpce: 'VPC endpoint policy',
}

function reasonOf(decision: Decision): string | undefined {
  if (decision.kind === 'allow') return undefined
  if (decision.kind === 'implicitDeny') return `no ${layerNames[decision.missing]} allows it`
  const [first] = decision.by
  if (first === undefined) return 'explicitly denied'
  return `denied by the ${layerNames[first.layer]} ${first.policy}`
}
