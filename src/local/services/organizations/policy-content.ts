import type { PolicyDocument, PolicyType } from '../../../core/index.ts'
import { parsePolicy } from '../../../core/index.ts'
import { ServiceError } from '../../service-error.ts'
import { parsePolicyJson } from '../policy-json.ts'
import type { AuthorizationPolicyType, OrganizationPolicy } from './entities.ts'
import { constraintViolation } from './organizations-error.ts'
import { organizationQuotas } from './quotas.ts'

const grammars = {
  SERVICE_CONTROL_POLICY: 'scp',
  RESOURCE_CONTROL_POLICY: 'rcp',
} as const satisfies Readonly<Record<AuthorizationPolicyType, PolicyType>>

/** Checks the text of a policy. Organizations says that it does not parse, and not why: the problem goes with it here. */
export function readContent(
  content: string,
  type: AuthorizationPolicyType,
): Pick<OrganizationPolicy, 'content' | 'document'> {
  if (content.length > organizationQuotas.policySize) {
    const message = 'You have exceeded the maximum policy size.'
    throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED', message)
  }
  const parsed = parsePolicy(content, grammars[type])
  if (!parsed.ok) throw malformed(parsed.problems[0])
  const document = parseDocument(content)
  if (type === 'RESOURCE_CONTROL_POLICY' && hasAllow(document)) throw malformed(undefined)
  return { content, document }
}

function parseDocument(content: string): PolicyDocument {
  try {
    return parsePolicyJson(content) as PolicyDocument
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw malformed({ path: 'policy', message: error.message })
  }
}

/** AWS: its own `RCPFullAWSAccess` is the one that allows; the grammar takes it, wherever it stands. */
function hasAllow({ Statement: statement }: PolicyDocument): boolean {
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  return statements.some((one) => !isDeny(one))
}

function isDeny(statement: unknown): boolean {
  const isObject = typeof statement === 'object' && statement !== null
  return isObject && 'Effect' in statement && statement.Effect === 'Deny'
}

function malformed(
  problem: { readonly path: string; readonly message: string } | undefined,
): ServiceError {
  const words =
    'The provided policy document does not meet the requirements of the specified policy type.'
  const reason = problem === undefined ? '' : ` ${problem.path}: ${problem.message}`
  return new ServiceError('MalformedPolicyDocumentException', `${words}${reason}`)
}
