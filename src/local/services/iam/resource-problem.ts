import type { Policy } from '../../../core/index.ts'

export const legacyParsing = 'The policy failed legacy parsing'

/**
 * What AWS refuses in the ARNs of an identity-based policy although each has the form of one, in its words; undefined
 * when there is nothing.
 */
export function resourceProblem(policy: Policy): string | undefined {
  const patterns = policy.statements.flatMap(({ resource }) => resource?.patterns ?? [])
  for (const pattern of patterns) {
    const problem = pattern === '*' ? undefined : problemOf(pattern)
    if (problem !== undefined) return problem
  }
  return undefined
}

/**
 * What AWS says of a resource that has not the form of an ARN; undefined where it stumbles only when it reads the
 * document for the second time. It fills up what is too short.
 */
export function resourceFormProblem(resource: string): string | undefined {
  const [first, ...rest] = resource.split(':')
  const [partition = '', service = '*', region = '*', account = '*', ...more] = rest
  if (first === undefined || rest.length === 0) {
    return `Resource ${resource} must be in ARN format or "*".`
  }
  if (!partitions.test(partition)) {
    const named = more.length === 0 ? account : [account, ...more].join(':')
    const whole = `arn:${partition}:${service === '' && rest.length < 3 ? '*' : service}:${region}:${named}`
    return `Partition "${partition}" is not valid for resource "${rest.length > 3 ? whole : `${whole}:*`}".`
  }
  if (rest.length === 1) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.'
  }
  return undefined
}

/** A bucket has no region; what an account has in S3 does, such as an access point. */
function s3Problem(pattern: string): string | undefined {
  const [, , , region = '', account] = pattern.split(':')
  if (account !== '' || /^$|[*?$]/.test(region)) return undefined
  return `Resource ${pattern} can not contain region information.`
}

const partitions = /^(?:aws(?:-[a-z]+)*|.*[*?$].*)$/

/** What an ARN of IAM can name. */
const iamKinds = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
]

function problemOf(pattern: string): string | undefined {
  const [, partition = '', service, region = '', , ...rest] = pattern.split(':')
  if (!partitions.test(partition)) {
    return `Partition "${partition}" is not valid for resource "${pattern}".`
  }
  if (service === '') return legacyParsing
  if (service === 's3') return s3Problem(pattern)
  if (service !== 'iam') return undefined
  if (/^[^*?$]+$/.test(region)) {
    return `IAM resource ${pattern} cannot contain region information.`
  }
  const resource = rest.join(':')
  const isOpen = /^[^/]*[*?$]/.test(resource)
  if (isOpen || resource === 'root' || iamKinds.some((kind) => resource.startsWith(kind))) {
    return undefined
  }
  return `IAM resource path must either be "*" or start with ${iamKinds.join(', ')}.`
}
