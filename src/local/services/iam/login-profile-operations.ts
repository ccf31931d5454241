import type { PolicyDocument } from '../../../core/index.ts'
import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import { validationError } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { LoginProfile } from './login-profile.ts'
import {
  changePassword as changeStoredPassword,
  firstPassword,
  loginProfilesOf,
  passwordExpiresAtMs,
  policyOf,
  profileKey,
  requireLoginProfile,
  requireNoLoginProfile,
} from './login-profile.ts'
import { hashPassword, isSameHash } from './password-hash.ts'
import type { OptionalUserInput } from './user.ts'
import { findNamedUser, namedUserArn, namedUserContext } from './user.ts'

interface ProfileInput extends OptionalUserInput {
  readonly Password?: string
  readonly PasswordResetRequired?: boolean
}

const asked = { resource: namedUserArn, context: namedUserContext }

const createLoginProfile = iamOperation<ProfileInput, object>({
  name: 'CreateLoginProfile',
  ...asked,
  run(input, call) {
    const user = findNamedUser(input, call)
    requireNoLoginProfile(user, call)
    if (user !== undefined && input.Password === undefined) {
      throw validationError('Must specify password when creating a login profile for a user')
    }
    const profile: LoginProfile = {
      createdAtMs: call.nowMs,
      changedAtMs: call.nowMs,
      isResetRequired: input.PasswordResetRequired ?? false,
      formerPasswords: [],
      ...(input.Password === undefined ? {} : { password: firstPassword(input.Password, call) }),
    }
    loginProfilesOf(call.store).set(profileKey(user, call), profile)
    return { LoginProfile: renderProfile(profile, user?.name) }
  },
})

function renderProfile(profile: LoginProfile, userName: string | undefined): object {
  return {
    ...(userName === undefined ? {} : { UserName: userName }),
    CreateDate: new Date(profile.createdAtMs),
    PasswordResetRequired: profile.isResetRequired,
  }
}

const getLoginProfile = iamOperation<OptionalUserInput, object>({
  name: 'GetLoginProfile',
  ...asked,
  run(input, call) {
    const user = findNamedUser(input, call)
    return { LoginProfile: renderProfile(requireLoginProfile(user, call), user?.name) }
  },
})

const updateLoginProfile = iamOperation<ProfileInput, object>({
  name: 'UpdateLoginProfile',
  ...asked,
  run(input, call) {
    const user = findNamedUser(input, call)
    const profile = requireLoginProfile(user, call)
    const { Password: password, PasswordResetRequired: isResetRequired } = input
    const changed = password === undefined ? profile : changeStoredPassword(profile, password, call)
    const flagged = isResetRequired === undefined ? changed : { ...changed, isResetRequired }
    loginProfilesOf(call.store).set(profileKey(user, call), flagged)
    return {}
  },
})

const deleteLoginProfile = iamOperation<OptionalUserInput, object>({
  name: 'DeleteLoginProfile',
  ...asked,
  run(input, call) {
    const user = findNamedUser(input, call)
    requireLoginProfile(user, call)
    loginProfilesOf(call.store).delete(profileKey(user, call))
    return {}
  },
})

interface ChangeInput {
  readonly OldPassword: string
  readonly NewPassword: string
}

/** AWS: where the account lets users change their passwords, they need no policy for it; a deny holds all the same. */
const ownPasswords: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
      Resource: '*',
    },
  ],
}

/** What lets a user of the account ask for its own password's sake; undefined where the account does not. */
export function ownPasswordGrant(call: IamCall) {
  const isUser = call.caller.kind === 'authenticated' && call.caller.principal.kind === 'user'
  if (!isUser || policyOf(call)?.letsUsersChange !== true) return undefined
  return { type: 'resource' as const, name: 'account password policy', document: ownPasswords }
}

const changePassword = iamOperation<ChangeInput, object>({
  name: 'ChangePassword',
  resource: (_input, call) => namedUserArn({}, call),
  context: (_input, call) => namedUserContext({}, call),
  resourcePolicy: (_input, call) => ownPasswordGrant(call),
  run(input, call) {
    const caller = call.caller.kind === 'authenticated' ? call.caller.principal.kind : undefined
    if (caller !== 'user') {
      const message = 'Only IAM Users can change their own password'
      throw new ServiceError('InvalidUserType', message)
    }
    const user = findNamedUser({}, call)
    const profile = requireLoginProfile(user, call)
    requireOldPassword(profile, input.OldPassword)
    requireRenewable(profile, call)
    const changed = changeStoredPassword(profile, input.NewPassword, call)
    const saved = { ...changed, isResetRequired: false }
    loginProfilesOf(call.store).set(profileKey(user, call), saved)
    return {}
  },
})

function requireOldPassword({ password }: LoginProfile, given: string): void {
  if (password !== undefined && isSameHash(hashPassword(given, password.salt), password)) return
  throw new ServiceError('AccessDenied', 'The old password was incorrect.', { status: 403 })
}

function requireRenewable(profile: LoginProfile, call: IamCall): void {
  const expiresAtMs = passwordExpiresAtMs(profile, call)
  const isExpired = expiresAtMs !== undefined && expiresAtMs <= call.nowMs
  if (!isExpired || policyOf(call)?.hasHardExpiry !== true) return
  const message = 'The password has expired; an administrator must set a new one.'
  throw new ServiceError('AccessDenied', message, { status: 403 })
}

export const loginProfileOperations: readonly Operation[] = [
  createLoginProfile,
  getLoginProfile,
  updateLoginProfile,
  deleteLoginProfile,
  changePassword,
]
