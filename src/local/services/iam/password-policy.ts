/**
 * What an account demands of its users' passwords. Members that AWS's answers leave out while nobody set them are optional.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export interface PasswordPolicy {
  readonly minimumLength: number
  readonly requiresSymbols: boolean
  readonly requiresNumbers: boolean
  readonly requiresUppercase: boolean
  readonly requiresLowercase: boolean
  /** Every user may change its own password without a policy of its own that allows it. */
  readonly letsUsersChange: boolean
  readonly maxAgeDays?: number
  /** How many former passwords may not be used again. */
  readonly reusePrevention?: number
  /** An expired password can be renewed by an administrator alone. */
  readonly hasHardExpiry?: boolean
}

interface CharacterRule {
  readonly isDemanded: (policy: PasswordPolicy) => boolean
  readonly of: RegExp
  readonly message: string
}

const characterRules: readonly CharacterRule[] = [
  {
    isDemanded: (policy) => policy.requiresUppercase,
    of: /[A-Z]/,
    message: 'Password should have at least one uppercase letter',
  },
  {
    isDemanded: (policy) => policy.requiresLowercase,
    of: /[a-z]/,
    message: 'Password should have at least one lowercase letter',
  },
  {
    isDemanded: (policy) => policy.requiresNumbers,
    of: /[0-9]/,
    message: 'Password should have at least one number',
  },
  {
    isDemanded: (policy) => policy.requiresSymbols,
    of: /[!@#$%^&*()_+\-=[\]{}|']/,
    message: 'Password should have at least one symbol',
  },
]

/** Without a policy of its own an account demands eight characters of three kinds. */
const leastLength = 8
const leastKinds = 3

/** What is wrong with a new password, in AWS's words; undefined when nothing is. */
export function passwordProblem(
  password: string,
  policy: PasswordPolicy | undefined,
): string | undefined {
  const length = policy?.minimumLength ?? leastLength
  if (password.length < length) return `Password should have a minimum length of ${length}`
  if (policy !== undefined) {
    const rules = characterRules.filter((rule) => rule.isDemanded(policy))
    return rules.find((rule) => !rule.of.test(password))?.message
  }
  const kinds = characterRules.filter((rule) => rule.of.test(password)).length
  return kinds < leastKinds
    ? 'Password does not conform to the account password policy.'
    : undefined
}
