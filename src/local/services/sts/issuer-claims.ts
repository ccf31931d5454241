import type { JWTPayload } from 'jose'
import type { RequestContext } from '../../../core/index.ts'

/** Issuers that AWS knows by name, and the claims of theirs that policies may test. */
interface KnownIssuer {
  /** Of a provider's URL without its scheme. */
  readonly url: RegExp
  readonly claims: readonly string[]
}

const knownIssuers: readonly KnownIssuer[] = [
  {
    url: /^(?:token\.actions\.githubusercontent\.com(?:\/.+)?|token\.actions\.[^./]+\.ghe\.com|github\.com\/enterprises\/[^/]+)$/,
    claims: [
      'actor',
      'actor_id',
      'enterprise_id',
      'environment',
      'job_workflow_ref',
      'ref',
      'repository',
      'repository_id',
      'repository_owner_id',
      'workflow',
    ],
  },
  {
    url: /^gitlab\.com$/,
    claims: [
      'namespace_id',
      'pipeline_source',
      'project_id',
      'ref_protected',
      'runner_environment',
      'user_access_level',
      'user_email',
      'user_id',
      'user_login',
    ],
  },
  {
    url: /^agent\.(?:buildkite\.com|[^./]+\.buildkite\.(?:dev|site))$/,
    claims: [
      'build_branch',
      'cluster_id',
      'cluster_name',
      'organization_id',
      'organization_slug',
      'pipeline_id',
      'pipeline_slug',
    ],
  },
  { url: /^oidc\.circleci\.com\/org\/[^/]+$/, claims: ['oidc.circleci.com/project-id'] },
  { url: /^idcs-[^./]+\.identity\.oraclecloud\.com$/, claims: ['rpst_id'] },
]

/**
 * The condition keys that an issuer's own claims give, as far as the token has them as texts. No session keeps them.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
export function issuerKeys(url: string, claims: JWTPayload): RequestContext {
  const known = knownIssuers.find((one) => one.url.test(url))
  const pairs = (known?.claims ?? []).flatMap((name) => {
    const value = claims[name]
    return typeof value === 'string' ? [[`${url}:${name}`, value] as const] : []
  })
  return Object.fromEntries(pairs)
}
