import { type PolicyDocument, parsePolicy } from '../../../core/index.ts'
import type { Store } from '../../store/store.ts'
import { renderPrincipals, storePrincipals } from '../iam/policy-principals.ts'
import { parsePolicyJson } from '../policy-json.ts'
import { invalidParameter } from './ecr-error.ts'
import { type RepositoryPlace, type RepositoryPolicy, repositoryArn } from './repository.ts'

/** Checks a repository policy: ECR's statements have no `Resource`, for the repository is it. */
export function readRepositoryPolicy(
  text: string | undefined,
  place: RepositoryPlace,
  store: Store,
): RepositoryPolicy {
  const refusal = 'Invalid repository policy provided'
  const given = parseObject(text, refusal)
  if (
    statementsOf(given).some((statement) => 'Resource' in statement || 'NotResource' in statement)
  )
    throw invalidParameter('PolicyText', refusal)
  const document = checked(store, given, {
    refusal,
    complete: (one) => withResource(one, repositoryArn(place)),
  })
  return { document, effective: withResource(document, repositoryArn(place)) }
}

/** Checks a registry policy. */
export function readRegistryPolicy(text: string | undefined, store: Store): PolicyDocument {
  const refusal = 'Invalid registry policy provided'
  return checked(store, parseObject(text, refusal), { refusal, complete: (one) => one })
}

/** A policy as ECR shows it: principals that are still there by their ARNs. */
export function renderPolicyText(document: PolicyDocument, store: Store): string {
  return JSON.stringify(renderPrincipals(store, document), undefined, 2)
}

interface Check {
  readonly refusal: string
  readonly complete: (document: PolicyDocument) => PolicyDocument
}

function checked(store: Store, given: PolicyDocument, check: Check): PolicyDocument {
  const parsed = parsePolicy(check.complete(given), 'resource')
  if (!parsed.ok) throw invalidParameter('PolicyText', check.refusal)
  const isOfEcr = parsed.policy.statements.every((statement) =>
    statement.action.patterns.every((pattern) => /^(ecr:.*|\*)$/i.test(pattern)),
  )
  // A canonical user id is no name of an account here, so a deny by it would bind nobody.
  const namesUsers = parsed.policy.statements.some((statement) =>
    statement.principal?.entries.some((entry) => entry.kind === 'CanonicalUser'),
  )
  if (!isOfEcr || namesUsers) throw invalidParameter('PolicyText', check.refusal)
  const storing = storePrincipals(store, given)
  if (storing.kind === 'invalid') throw invalidParameter('PolicyText', 'Principal not found')
  return storing.document
}

function parseObject(text: string | undefined, refusal: string): PolicyDocument {
  const value = parseJson(text ?? '')
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalidParameter('PolicyText', refusal)
}

function parseJson(text: string): unknown {
  try {
    return parsePolicyJson(text)
  } catch {
    return undefined
  }
}

function withResource(document: PolicyDocument, arn: string): PolicyDocument {
  const statements = statementsOf(document).map((one) => ({ ...one, Resource: arn }))
  return { ...document, Statement: statements }
}

function statementsOf(document: PolicyDocument): readonly object[] {
  const { Statement: statement } = document
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  return statements.filter((one): one is object => typeof one === 'object' && one !== null)
}
