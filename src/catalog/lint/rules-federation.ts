import { type Condition, parseArn, type Statement } from '../../core/index.ts'
import { links } from './links.ts'
import { inAllows, type LintRule } from './lint-rule.ts'
import {
  claimOf,
  conditionPath,
  coversAction,
  demandsValue,
  isHeldTo,
} from './statement-conditions.ts'

/** Callers that an identity provider vouches for: it vouches for all its customers. */
export const federationRules: readonly LintRule[] = [
  {
    code: 'web-identity-without-audience',
    severity: 'security',
    summary: 'web identities are let in whatever application their token was made for',
    link: links.oidc,
    types: ['trust'],
    find: inAllows(({ statement, pathOf }) =>
      providersWithout(statement, audiences).map((host) => ({
        path: pathOf('Principal'),
        message: `a token of \`${host}\` lets in whatever audience it was made for`,
        remedy: `add a condition on \`${host}:${host === 'www.amazon.com' || host === 'graph.facebook.com' ? 'app_id' : 'aud'}\``,
      })),
    ),
  },
  {
    code: 'web-identity-without-subject',
    severity: 'security',
    summary: 'web identities are let in whoever their token was made for',
    link: links.oidc,
    types: ['trust'],
    find: inAllows(({ statement, pathOf }) =>
      providersWithout(statement, subjects).map((host) => ({
        path: pathOf('Principal'),
        message: `every customer of \`${host}\` gets in: no condition says for whom the token was made`,
        remedy: `add a condition on \`${host}:${subjectOf(host)}\``,
      })),
    ),
  },
  {
    code: 'federated-wildcard',
    severity: 'security',
    summary: 'a pattern on a token that other customers of the provider fit as well',
    link: links.oidc,
    types: ['trust'],
    find: inAllows(({ statement, pathOf }) =>
      statement.conditions
        .filter((condition) => isTokenKey(condition.key) && isPositiveLike(condition))
        .flatMap((condition) =>
          condition.values.filter(isOpenSubject).map((value) => ({
            path: pathOf(conditionPath(condition)),
            message: `\`${value}\` fits tokens of others: the wildcard stands where the owner should be named in full`,
            remedy: 'name the owner before the first wildcard, such as `repo:OWNER/*`',
          })),
        ),
    ),
  },
  {
    code: 'saml-without-audience',
    severity: 'security',
    summary: 'a SAML assertion is let in whatever service it was made for',
    link: links.saml,
    types: ['trust'],
    find: inAllows(({ statement, pathOf }) => {
      const isSaml = federatedValues(statement).some((value) => value.includes(':saml-provider/'))
      if (!isSaml || !coversAction(statement, 'sts:AssumeRoleWithSAML')) return []
      if (isHeldTo(statement, ['saml:aud', 'saml:recipient'])) return []
      return [
        {
          path: pathOf('Principal'),
          message: 'an assertion of the provider lets in whatever service it was made for',
          remedy: 'add a condition on `SAML:aud`, as a rule `https://signin.aws.amazon.com/saml`',
        },
      ]
    }),
  },
]

const audiences: ReadonlySet<string> = new Set(['aud', 'oaud', 'azp', 'app_id'])

/** Claims that name the caller, or what it works for, so that another customer of the provider has another value. */
const subjects: ReadonlySet<string> = new Set([
  'sub',
  'amr',
  'email',
  'google/organization_number',
  'id',
  'user_id',
  'repository',
  'repository_id',
  'repository_owner_id',
  'job_workflow_ref',
  'enterprise_id',
  'organization_id',
  'organization_slug',
  'pipeline_id',
  'project_id',
  'namespace_id',
  'oidc.circleci.com/project-id',
  'rpst_id',
])

function subjectOf(host: string): string {
  const named: Readonly<Record<string, string>> = {
    'www.amazon.com': 'user_id',
    'graph.facebook.com': 'id',
    'cognito-identity.amazonaws.com': 'amr',
  }
  return named[host] ?? 'sub'
}

/** The hosts of web identity providers that the statement lets in without holding any of the claims to a value. */
function providersWithout(statement: Statement, claims: ReadonlySet<string>): readonly string[] {
  if (!coversAction(statement, 'sts:AssumeRoleWithWebIdentity')) return []
  const hosts = new Set(federatedValues(statement).flatMap((value) => hostOf(value) ?? []))
  return [...hosts].filter(
    (host) =>
      !statement.conditions.some(
        (condition) =>
          condition.key.toLowerCase().startsWith(`${host.toLowerCase()}:`) &&
          claims.has(condition.key.slice(host.length + 1).toLowerCase()) &&
          demandsValue(condition),
      ),
  )
}

function federatedValues({ principal }: Statement): readonly string[] {
  if (principal === undefined || principal.negated) return []
  return principal.entries.flatMap((entry) => (entry.kind === 'Federated' ? entry.value : []))
}

/** What stands before the colon of the provider's condition keys. */
function hostOf(provider: string): string | undefined {
  const resource = parseArn(provider)?.resource
  if (resource === undefined) return provider
  return /^oidc-provider\/(.+)$/.exec(resource)?.[1]
}

/** Keys of providers begin with a host: `token.actions.githubusercontent.com:sub`. */
function isTokenKey(key: string): boolean {
  const host = key.slice(0, Math.max(0, key.lastIndexOf(':')))
  return host.includes('.') && subjects.has(claimOf(key)) && claimOf(key) !== 'amr'
}

function isPositiveLike({ operator }: Condition): boolean {
  return operator === 'StringLike'
}

/** Starts that end before the owner does: nothing, a kind such as `repo:`, or a part of the owner's name. */
const openStart =
  /^([\w-]*:|(repo|project_path):[^/]*|(organization|system:serviceaccount):[^:]*)?$/

function isOpenSubject(value: string): boolean {
  const wildcard = value.search(/[*?]/)
  return wildcard >= 0 && openStart.test(value.slice(0, wildcard))
}
