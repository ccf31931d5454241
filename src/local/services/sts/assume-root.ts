import type { AccountId } from '../../../core/index.ts'
import { parseAccountId } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { stsOperation } from './sts-operation.ts'

interface Input {
  readonly TargetPrincipal: string
  readonly TaskPolicyArn: { readonly arn?: string }
  readonly DurationSeconds?: number
}

/**
 * Refuses everybody whom the engine lets pass: only an organization's management account may, or its delegated
 * administrator, where root access is centralized, and nobody can centralize it here.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export const assumeRoot: Operation = stsOperation<Input, object>({
  name: 'AssumeRoot',
  authorize: (input, call) => {
    if (call.caller.principal.kind === 'root') throw denied(call.caller.principal.arn, input)
    return [
      {
        action: 'sts:AssumeRoot',
        resource: rootArn(input),
        resourceAccount: call.caller.accountId,
        context: { 'sts:TaskPolicyArn': input.TaskPolicyArn.arn ?? '' },
      },
    ]
  },
  run: (input, call) => {
    throw denied(call.caller.principal.arn, input)
  },
})

function denied(caller: string, input: Input): ServiceError {
  const message = `User: ${caller} is not authorized to perform: sts:AssumeRoot on resource: ${rootArn(input)}`
  return new ServiceError('AccessDenied', message, { status: 403 })
}

/** AWS takes an account's id or its root user's ARN. */
function rootArn({ TargetPrincipal: target }: Input): string {
  const id = /^arn:aws:iam::(\d{12}):root$/.exec(target)?.[1] ?? target
  const accountId: AccountId | undefined = parseAccountId(id)
  if (accountId !== undefined) return `arn:aws:iam::${accountId}:root`
  throw new ServiceError('ValidationError', `Invalid target principal: ${target}`)
}
