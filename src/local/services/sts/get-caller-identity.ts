import type { Operation } from '../../operation.ts'
import { stsOperation } from './sts-operation.ts'

/** AWS: needs no permission, and no policy can deny it. */
export const getCallerIdentity: Operation = stsOperation({
  name: 'GetCallerIdentity',
  run: (_input, { caller }) => ({
    UserId: caller.userId,
    Account: caller.accountId,
    Arn: caller.principal.arn,
  }),
})
