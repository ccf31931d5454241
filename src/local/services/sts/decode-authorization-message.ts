import { decodeAuthorizationMessage as decode } from '../../authorization-message.ts'
import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { stsOperation } from './sts-operation.ts'

interface Input {
  readonly EncodedMessage: string
}

/** Opens what the event history tells of a denial; no service built here answers with such a message. */
export const decodeAuthorizationMessage: Operation = stsOperation<Input, object>({
  name: 'DecodeAuthorizationMessage',
  authorize: (_input, { caller }) => [
    { action: 'sts:DecodeAuthorizationMessage', resource: '*', resourceAccount: caller.accountId },
  ],
  run(input, call) {
    const message = decode(call, input.EncodedMessage, call.caller.accountId)
    if (message !== undefined) return { DecodedMessage: message }
    throw new ServiceError('InvalidAuthorizationMessageException', 'Invalid authorization message')
  },
})
