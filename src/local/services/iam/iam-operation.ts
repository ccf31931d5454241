import type { AccountId, RequestContext } from '../../../core/index.ts'
import type { AuthorizationQuestion, Call, Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { validationError } from './iam-error.ts'

/** A call whose caller is known: IAM answers nobody else. */
export interface IamCall extends Call {
  readonly accountId: AccountId
}

/** One operation of IAM, in the few words in which most differ. */
export interface IamOperation<I, O extends object> {
  readonly name: string
  /** The ARN to be allowed on; `*` by default. */
  readonly resource?: (input: I, call: IamCall) => string
  readonly context?: (input: I, call: IamCall) => RequestContext
  /** Asked as well, such as `iam:TagUser` when a user is created with tags; on `resource` unless it says otherwise. */
  readonly alsoAsk?: (input: I, call: IamCall) => readonly FurtherQuestion[]
  /** A policy that grants by itself, as a resource's own does. */
  readonly resourcePolicy?: (
    input: I,
    call: IamCall,
  ) => AuthorizationQuestion['resourcePolicy'] | undefined
  readonly run: (input: I, call: IamCall) => O
}

export interface FurtherQuestion {
  readonly action: string
  readonly resource?: string
  readonly context?: RequestContext
}

/** An operation of IAM as the dispatcher takes it. The protocol has given `input` the members that `I` names. */
export function iamOperation<I, O extends object>(row: IamOperation<I, O>): Operation {
  const operation: Operation<I, O> = {
    service: 'iam',
    name: row.name,
    authorize: (input, call) => questions(row, input, requireIamCall(call)),
    run: (input, call) => row.run(input, requireIamCall(call)),
  }
  return operation as unknown as Operation
}

export function requireIamCall(call: Call): IamCall {
  if (call.caller.kind === 'authenticated') return { ...call, accountId: call.caller.accountId }
  const message = 'Request is missing Authentication Token'
  throw new ServiceError('MissingAuthenticationToken', message, { status: 403 })
}

function questions<I, O extends object>(
  row: IamOperation<I, O>,
  input: I,
  call: IamCall,
): readonly AuthorizationQuestion[] {
  const resource = requireArn(row.resource?.(input, call) ?? '*')
  const context = row.context?.(input, call) ?? {}
  const resourceAccount = accountOfArn(resource) ?? call.accountId
  const resourcePolicy = row.resourcePolicy?.(input, call)
  const granted = resourcePolicy === undefined ? {} : { resourcePolicy }
  const asked = { action: `iam:${row.name}`, resource, resourceAccount, context, ...granted }
  const further = row.alsoAsk?.(input, call) ?? []
  const all = [asked, ...further.map((question) => ({ ...asked, ...question }))]
  return all.map((question) => ({ ...question, context: keysOfAction(question) }))
}

/**
 * AWS: few calls tell the boundary of the user or role that they are about. A policy that allows by it allows no other
 * call, not even on a user who has that boundary.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const tellsBoundary: ReadonlySet<string> = new Set([
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateRole',
  'iam:CreateUser',
  'iam:DeleteRole',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteRolePolicy',
  'iam:DeleteUserPermissionsBoundary',
  'iam:DeleteUserPolicy',
  'iam:DetachRolePolicy',
  'iam:DetachUserPolicy',
  'iam:GetRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:PutUserPermissionsBoundary',
  'iam:PutUserPolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
])

function keysOfAction({
  action,
  context,
}: {
  readonly action: string
  readonly context: RequestContext
}): RequestContext {
  if (tellsBoundary.has(action)) return context
  const { 'iam:PermissionsBoundary': _, ...rest } = context
  return rest
}

/** AWS: refuses what is no ARN before it asks whether the caller may. */
function requireArn(resource: string): string {
  if (resource === '*' || resource.startsWith('arn:')) return resource
  throw validationError('Invalid ARN:  Could not be parsed!')
}

/** AWS managed policies stand in the account `aws`: they count as the caller's own. */
function accountOfArn(arn: string): AccountId | undefined {
  const id = /^arn:aws:iam::(\d{12}):/.exec(arn)?.[1]
  return id as AccountId | undefined
}
