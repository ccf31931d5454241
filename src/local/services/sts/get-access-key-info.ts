import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { accessKeysOf } from '../iam/tables.ts'
import { accountOfAccessKeyId } from '../iam/unique-id.ts'
import { stsOperation } from './sts-operation.ts'

interface Input {
  readonly AccessKeyId: string
}

/** Says which account a key id belongs to, whether the key is in use or not. */
export const getAccessKeyInfo: Operation = stsOperation<Input, object>({
  name: 'GetAccessKeyInfo',
  authorize: (_input, { caller }) => [
    { action: 'sts:GetAccessKeyInfo', resource: '*', resourceAccount: caller.accountId },
  ],
  run(input, call) {
    const known = accessKeysOf(call.store).get(input.AccessKeyId)?.accountId
    const accountId = known ?? accountOfAccessKeyId(input.AccessKeyId)
    if (accountId !== undefined) return { Account: accountId }
    throw new ServiceError('ValidationError', 'The specified access key is not valid.')
  },
})
