import type { Operation } from '../../operation.ts'
import { noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { passwordPoliciesOf, policyOf } from './login-profile.ts'
import { ownPasswordGrant } from './login-profile-operations.ts'
import type { PasswordPolicy } from './password-policy.ts'

interface PolicyInput {
  readonly MinimumPasswordLength?: number
  readonly RequireSymbols?: boolean
  readonly RequireNumbers?: boolean
  readonly RequireUppercaseCharacters?: boolean
  readonly RequireLowercaseCharacters?: boolean
  readonly AllowUsersToChangePassword?: boolean
  readonly MaxPasswordAge?: number
  readonly PasswordReusePrevention?: number
  readonly HardExpiry?: boolean
}

/** AWS: what is left out goes back to its default; nothing is kept of the policy before. */
const updateAccountPasswordPolicy = iamOperation<PolicyInput, object>({
  name: 'UpdateAccountPasswordPolicy',
  run(input, call) {
    const { MaxPasswordAge: maxAgeDays, PasswordReusePrevention: reusePrevention } = input
    const { HardExpiry: hasHardExpiry } = input
    const policy: PasswordPolicy = {
      minimumLength: input.MinimumPasswordLength ?? 6,
      requiresSymbols: input.RequireSymbols ?? false,
      requiresNumbers: input.RequireNumbers ?? false,
      requiresUppercase: input.RequireUppercaseCharacters ?? false,
      requiresLowercase: input.RequireLowercaseCharacters ?? false,
      letsUsersChange: input.AllowUsersToChangePassword ?? false,
      ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
      ...(reusePrevention === undefined ? {} : { reusePrevention }),
      ...(hasHardExpiry === undefined ? {} : { hasHardExpiry }),
    }
    passwordPoliciesOf(call.store).set(call.accountId, policy)
    return {}
  },
})

const getAccountPasswordPolicy = iamOperation<object, object>({
  name: 'GetAccountPasswordPolicy',
  resourcePolicy: (_input, call) => ownPasswordGrant(call),
  run: (_input, call) => ({ PasswordPolicy: renderPolicy(requirePolicy(call)) }),
})

function requirePolicy(call: IamCall): PasswordPolicy {
  const policy = policyOf(call)
  if (policy !== undefined) return policy
  throw noSuchEntity(`The Password Policy with domain name ${call.accountId} cannot be found.`)
}

function renderPolicy(policy: PasswordPolicy): object {
  const { maxAgeDays, reusePrevention, hasHardExpiry } = policy
  return {
    MinimumPasswordLength: policy.minimumLength,
    RequireSymbols: policy.requiresSymbols,
    RequireNumbers: policy.requiresNumbers,
    RequireUppercaseCharacters: policy.requiresUppercase,
    RequireLowercaseCharacters: policy.requiresLowercase,
    AllowUsersToChangePassword: policy.letsUsersChange,
    ExpirePasswords: maxAgeDays !== undefined,
    ...(maxAgeDays === undefined ? {} : { MaxPasswordAge: maxAgeDays }),
    ...(reusePrevention === undefined ? {} : { PasswordReusePrevention: reusePrevention }),
    ...(hasHardExpiry === undefined ? {} : { HardExpiry: hasHardExpiry }),
  }
}

const deleteAccountPasswordPolicy = iamOperation<object, object>({
  name: 'DeleteAccountPasswordPolicy',
  run(_input, call) {
    requirePolicy(call)
    passwordPoliciesOf(call.store).delete(call.accountId)
    return {}
  },
})

export const passwordPolicyOperations: readonly Operation[] = [
  updateAccountPasswordPolicy,
  getAccountPasswordPolicy,
  deleteAccountPasswordPolicy,
]
