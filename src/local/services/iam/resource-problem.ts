import type { Policy } from '../../../core/index.ts'

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
