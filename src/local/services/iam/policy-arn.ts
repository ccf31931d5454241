import { validationError } from './iam-error.ts'

/** Throws where a call names a policy by what has not the form of a policy's ARN. AWS: says so before it looks for it. */
export function requirePolicyArn(arn: string): void {
  if (/^arn:aws:iam::(?:\d{12}|aws):policy\/\S+$/.test(arn)) return
  const isElsewhere = /^arn:(?!aws:)[^:]+:iam::/.test(arn)
  throw validationError(
    isElsewhere ? 'Invalid ARN partition' : 'Invalid ARN:  Could not be parsed!',
  )
}
