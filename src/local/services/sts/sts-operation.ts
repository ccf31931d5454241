import type { AuthenticatedCaller } from '../../caller.ts'
import type { AuthorizationQuestion, Call, Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'

/** A call whose caller is known: STS answers nobody else here. */
export interface StsCall extends Call {
  readonly caller: AuthenticatedCaller
}

export interface StsOperation<I, O extends object> {
  readonly name: string
  readonly authorize?: (input: I, call: StsCall) => readonly AuthorizationQuestion[]
  readonly run: (input: I, call: StsCall) => O
}

/** An operation of STS as the dispatcher takes it. The protocol has given `input` the members that `I` names. */
export function stsOperation<I, O extends object>(row: StsOperation<I, O>): Operation {
  const operation: Operation<I, O> = {
    service: 'sts',
    name: row.name,
    authorize: (input, call) => row.authorize?.(input, requireStsCall(call)) ?? [],
    run: (input, call) => row.run(input, requireStsCall(call)),
  }
  return operation as unknown as Operation
}

function requireStsCall(call: Call): StsCall {
  if (hasCaller(call)) return call
  const message = 'Request is missing Authentication Token'
  throw new ServiceError('MissingAuthenticationToken', message, { status: 403 })
}

function hasCaller(call: Call): call is StsCall {
  return call.caller.kind === 'authenticated'
}
