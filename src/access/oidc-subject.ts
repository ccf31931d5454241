/** What an exact `sub` claim of a build system's tokens stands for. */
export interface OidcSubject {
  readonly system: 'github' | 'gitlab' | 'other'
  /** `ORG/REPO` or `GROUP/PROJECT`, without GitHub's ids; undefined where it names none. */
  readonly repository?: string
  /** GitHub: whether names stand with the ids that no later repository can have. */
  readonly form: 'names' | 'ids'
  readonly admits: OidcAdmission
}

/** Which runs carry the claim. */
export type OidcAdmission =
  | { readonly kind: 'branch' | 'tag' | 'environment'; readonly name: string }
  | { readonly kind: 'pullRequests' }
  /** Every branch, tag and pull request of one repository. */
  | { readonly kind: 'repository' }
  /** Every repository of an organization, group or enterprise. */
  | { readonly kind: 'organization'; readonly name: string }
  | { readonly kind: 'unknown' }

/**
 * Reads a subject as GitHub and GitLab write it, in GitHub's form by names (`repo:ORG/REPO:…`), in its immutable form
 * (`repo:ORG@ID/REPO@ID:…`), and in those that an organization can choose instead.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 * @see https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export function readOidcSubject(issuer: string, subject: string): OidcSubject {
  if (subject.startsWith('project_path:')) return readGitlab(subject)
  if (isGithubIssuer(issuer) || subject.startsWith('repo:')) return readGithub(subject)
  const group = /^(?:namespace_path|namespace_id|root_group_path):([^:]+)$/.exec(subject)?.[1]
  const admits: OidcAdmission =
    group === undefined ? { kind: 'unknown' } : { kind: 'organization', name: group }
  return { system: group === undefined ? 'other' : 'gitlab', form: 'names', admits }
}

/** GitHub's own issuer, an enterprise's of it, or that of a GitHub server. */
export function isGithubIssuer(issuer: string): boolean {
  return /^token\.actions\.githubusercontent\.com(\/|$)|\/_services\/token$/.test(issuer)
}

function readGitlab(subject: string): OidcSubject {
  const [, repository = '', rest = ''] = /^project_path:([^:]+)(?::(.*))?$/.exec(subject) ?? []
  const [, type, name] = /^ref_type:(branch|tag):ref:(.+)$/.exec(rest) ?? []
  const base = { system: 'gitlab', form: 'names', repository } as const
  if (rest === '') return { ...base, admits: { kind: 'repository' } }
  if (name === undefined) return { ...base, admits: { kind: 'unknown' } }
  return { ...base, admits: { kind: type === 'tag' ? 'tag' : 'branch', name } }
}

function readGithub(subject: string): OidcSubject {
  const owner = /^(?:repository_owner|repository_owner_id|enterprise|enterprise_id):([^:]+)$/
  const wide = owner.exec(subject)?.[1]
  if (wide !== undefined) {
    const admits = { kind: 'organization', name: wide } as const
    return { system: 'github', form: subject.includes('_id:') ? 'ids' : 'names', admits }
  }
  const [, org, orgId, repo, repoId, rest = ''] =
    /^repo:([^/:@]+)(@\d+)?\/([^/:@]+)(@\d+)?(?::(.*))?$/.exec(subject) ?? []
  if (org === undefined || repo === undefined) {
    return { system: 'github', form: 'names', admits: { kind: 'unknown' } }
  }
  const form = orgId === undefined || repoId === undefined ? 'names' : 'ids'
  return { system: 'github', repository: `${org}/${repo}`, form, admits: admittedByGithub(rest) }
}

function admittedByGithub(context: string): OidcAdmission {
  if (context === '') return { kind: 'repository' }
  if (context === 'pull_request') return { kind: 'pullRequests' }
  const [, kind, name] =
    /^(environment:|ref:refs\/heads\/|ref:refs\/tags\/)(.+)$/.exec(context) ?? []
  if (kind === undefined || name === undefined) return { kind: 'unknown' }
  if (kind === 'environment:') return { kind: 'environment', name: decodeOnce(name) }
  return { kind: kind.endsWith('heads/') ? 'branch' : 'tag', name }
}

/** GitHub writes a colon in an environment's name as `%3A`. */
function decodeOnce(name: string): string {
  return name.replaceAll(/%3A/gi, ':')
}
