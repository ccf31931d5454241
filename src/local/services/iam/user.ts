import type { RequestContext } from '../../../core/index.ts'
import { renderBoundary } from './boundaries.ts'
import type { User } from './entities.ts'
import { holderContext, requireHolder, userKind } from './holder.ts'
import { validationError } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { renderTags } from './tags.ts'

/** The members of a user that every answer holds. */
export function renderUser(user: User): object {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: new Date(user.createdAtMs),
  }
}

/** A user with what only `CreateUser` and `GetUser` tell. */
export function renderUserInFull(user: User): object {
  const tags = renderTags(user.tags)
  return {
    ...renderUser(user),
    ...renderBoundary(user.boundaryArn),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  }
}

export interface OptionalUserInput {
  readonly UserName?: string
}

/** The user named, or the caller where AWS lets the name be left out; undefined for the root user. */
export function findNamedUser(input: OptionalUserInput, call: IamCall): User | undefined {
  if (input.UserName !== undefined) return requireHolder(userKind, input.UserName, call)
  const caller = call.caller.kind === 'authenticated' ? call.caller.principal : undefined
  if (caller?.kind === 'root') return undefined
  if (caller?.kind !== 'user') {
    throw validationError('Must specify userName when calling with non-User credentials')
  }
  return requireHolder(userKind, caller.arn.slice(caller.arn.lastIndexOf('/') + 1), call)
}

/** The ARN of the user named, or of the caller. */
export function namedUserArn(input: OptionalUserInput, call: IamCall): string {
  if (input.UserName === undefined && call.caller.kind === 'authenticated') {
    return call.caller.principal.arn
  }
  const name = input.UserName ?? ''
  const user = userKind.table(call.store, call.accountId).get(name.toLowerCase())
  return user?.arn ?? `arn:aws:iam::${call.accountId}:user/${name}`
}

/** Tags and boundary of the user named, or of the caller, as condition keys. */
export function namedUserContext(input: OptionalUserInput, call: IamCall): RequestContext {
  const arn = namedUserArn(input, call)
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  return holderContext(userKind.table(call.store, call.accountId).get(name.toLowerCase()))
}
