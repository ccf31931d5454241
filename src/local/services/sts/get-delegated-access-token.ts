import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { stsOperation } from './sts-operation.ts'

interface Input {
  readonly TradeInToken: string
}

/**
 * Knows no token. AWS hands one to a registered partner, by a notification, once a customer has accepted the partner's
 * delegation request; partners, their policy templates and notifications do not exist here, so no token can be good.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
 */
export const getDelegatedAccessToken: Operation = stsOperation<Input, object>({
  name: 'GetDelegatedAccessToken',
  authorize: (_input, { caller }) => [
    { action: 'sts:GetDelegatedAccessToken', resource: '*', resourceAccount: caller.accountId },
  ],
  run() {
    throw new ServiceError('ValidationError', 'Invalid trade-in token')
  },
})
