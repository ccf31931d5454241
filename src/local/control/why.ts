import type { Explanation, Flip } from '../../core/index.ts'
import { explain, flip } from '../../core/index.ts'
import type { EventHistory, RecordedCall } from '../event-history.ts'

/** Why a call was answered as it was, as far as policies had to do with it. */
export interface Why {
  readonly requestId: string
  readonly atMs: number
  readonly service: string
  readonly operation?: string
  readonly principalArn?: string
  readonly status: number
  readonly errorCode?: string
  readonly errorMessage?: string
  /** Of every question that was asked; the last one decided. */
  readonly decisions: readonly { readonly explanation: Explanation; readonly flip: Flip }[]
}

/** The call of this request id; without one the latest that was denied. Undefined where there is none. */
export function findWhy(history: EventHistory, requestId: string | undefined): Why | undefined {
  const calls = history.callsAfter(0).map(({ call }) => call)
  const found = calls.findLast((call) =>
    requestId === undefined ? isDenied(call) : call.requestId === requestId,
  )
  return found === undefined ? undefined : explainCall(found)
}

const denialCodes =
  /AccessDenied|Unauthorized|Forbidden|Signature|Token|AccessKeyId|UnrecognizedClient|RequestExpired|RequestTimeTooSkewed/

function isDenied({ status, errorCode = '', decisions }: RecordedCall): boolean {
  if (status < 400) return false
  return decisions.at(-1)?.decision.kind.endsWith('Deny') === true || denialCodes.test(errorCode)
}

function explainCall(call: RecordedCall): Why {
  const { requestId, atMs, service, operation, principalArn, status } = call
  const { errorCode, errorMessage } = call
  return {
    requestId,
    atMs,
    service,
    status,
    ...(operation === undefined ? {} : { operation }),
    ...(principalArn === undefined ? {} : { principalArn }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    decisions: call.decisions.map(({ request, layers }) => ({
      explanation: explain(request, layers),
      flip: flip(request, layers),
    })),
  }
}
