import { ServiceError } from '../../service-error.ts'
import type { Store, Table } from '../../store/store.ts'
import type { User } from './entities.ts'
import { entityAlreadyExists, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { hashPassword, isSameHash, type PasswordHash, saltBytes } from './password-hash.ts'
import type { PasswordPolicy } from './password-policy.ts'
import { passwordProblem } from './password-policy.ts'

/** A user's password for the console. A root user's profile has none: it lets its owner set one by mail. */
export interface LoginProfile {
  readonly createdAtMs: number
  readonly changedAtMs: number
  readonly isResetRequired: boolean
  readonly password?: PasswordHash
  /** Newest first. */
  readonly formerPasswords: readonly PasswordHash[]
}

/** By the user's unique id; a root user's by its account id. */
export const loginProfilesOf = (store: Store): Table<LoginProfile> =>
  store.table('iam.login-profiles', '')

/** By account id. */
export const passwordPoliciesOf = (store: Store): Table<PasswordPolicy> =>
  store.table('iam.password-policies', '')

/** The most that an account's policy can forbid to use again. */
const mostFormerPasswords = 24

/** `undefined` stands for the root user of the call's account. */
export function profileKey(user: User | undefined, call: IamCall): string {
  return user?.id ?? call.accountId
}

export function requireLoginProfile(user: User | undefined, call: IamCall): LoginProfile {
  const profile = loginProfilesOf(call.store).get(profileKey(user, call))
  if (profile !== undefined) return profile
  // AWS: a root user has no name, and that is what it is told.
  throw noSuchEntity(`Login Profile for User ${user?.name ?? 'null'} cannot be found.`)
}

export function requireNoLoginProfile(user: User | undefined, call: IamCall): void {
  if (loginProfilesOf(call.store).get(profileKey(user, call)) === undefined) return
  const whose = user === undefined ? `account ${call.accountId}` : `User ${user.name}`
  throw entityAlreadyExists(`Login Profile for ${whose} already exists.`)
}

/** A first password. Throws when the account's policy does not take it. */
export function firstPassword(password: string, call: IamCall): PasswordHash {
  requireGoodPassword(password, call)
  return hashPassword(password, call.randomBytes(saltBytes).toString('base64'))
}

/** The profile with another password. Throws when the account's policy does not take it, or it was used before. */
export function changePassword(
  profile: LoginProfile,
  password: string,
  call: IamCall,
): LoginProfile {
  const { password: current, formerPasswords } = profile
  if (current === undefined) {
    return { ...profile, password: firstPassword(password, call), changedAtMs: call.nowMs }
  }
  requireGoodPassword(password, call)
  const next = hashPassword(password, current.salt)
  const kept = [current, ...formerPasswords].slice(0, mostFormerPasswords)
  const forbidden = policyOf(call)?.reusePrevention ?? 0
  if (kept.slice(0, forbidden).some((former) => isSameHash(former, next))) {
    const message =
      'Policy constraint violation with password reuse prevention during password change.'
    throw passwordPolicyViolation(message)
  }
  return { ...profile, password: next, formerPasswords: kept, changedAtMs: call.nowMs }
}

export function policyOf(call: IamCall): PasswordPolicy | undefined {
  return passwordPoliciesOf(call.store).get(call.accountId)
}

/** When the password stops to work; undefined where passwords of the account last. */
export function passwordExpiresAtMs(profile: LoginProfile, call: IamCall): number | undefined {
  const days = policyOf(call)?.maxAgeDays
  return days === undefined ? undefined : profile.changedAtMs + days * 86_400_000
}

function requireGoodPassword(password: string, call: IamCall): void {
  const problem = passwordProblem(password, policyOf(call))
  if (problem !== undefined) throw passwordPolicyViolation(problem)
}

function passwordPolicyViolation(message: string): ServiceError {
  return new ServiceError('PasswordPolicyViolation', message)
}
