import type { Account, Grant, OidcFrom, OidcSubject } from '../../access/index.ts'
import { renderProfile } from '../profiles.ts'

/** A job of a build system that shall work as a grant, with everything that its snippet says. */
export interface CiJob {
  readonly name: string
  readonly roleArn: string
  readonly region: string
  readonly entry: CiEntry
  readonly durationSeconds: number
}

export type CiEntry =
  /** The system's signed token, straight into the trusting account. */
  | { readonly kind: 'token'; readonly audience: string; readonly subjects: readonly CiSubject[] }
  /** The role or user that the runner is, by lines of `~/.aws/config`. */
  | { readonly kind: 'runner'; readonly profile: string }

/** A `sub` claim that is let in, and what it stands for. */
export interface CiSubject extends OidcSubject {
  readonly subject: string
}

export type CredentialSource = 'Ec2InstanceMetadata' | 'EcsContainer' | 'Environment'

export type CiPlan =
  | { readonly kind: 'job'; readonly job: CiJob; readonly warnings: readonly string[] }
  /** The grant cannot be used by a job: what stands in the way. */
  | { readonly kind: 'impossible'; readonly because: string; readonly remedy: string }

export interface CiPlace {
  readonly account: Account
  readonly region: string
  readonly credentialSource?: CredentialSource
}

/** What a build system has to do to work as the grant. */
export async function planCiJob(grant: Grant, place: CiPlace): Promise<CiPlan> {
  // Loaded here: the rest of this room opens sessions without reading an access file.
  const { roleArn } = await import('../../access/index.ts')
  const { from, session, require } = grant
  const base = {
    name: grant.name,
    roleArn: roleArn(place.account, grant.to),
    region: place.region,
    durationSeconds: session.maxDurationSeconds,
  }
  if (from.kind === 'external') {
    return impossible('it is for a vendor', 'the vendor needs the role’s ARN and the external id')
  }
  if (from.kind === 'oidc') {
    const subjects = await readSubjects(from)
    const entry = { kind: 'token', audience: from.audience, subjects } as const
    return { kind: 'job', job: { ...base, entry }, warnings: subjectWarnings(subjects) }
  }
  if (require.mfa) return impossible('it asks for a second factor', 'let an OIDC issuer in instead')
  if (Object.keys(session.tags).length > 0 || session.sourceIdentity !== undefined) {
    return impossible(
      'a profile can give neither session tags nor a source identity',
      `use \`stile exec ${grant.name} -- COMMAND\` in the job`,
    )
  }
  const isUser = from.principals.every(({ kind }) => kind === 'user' || kind === 'group')
  const isByUser = isUser && from.principals.length > 0
  const source = place.credentialSource ?? (isByUser ? 'Environment' : 'Ec2InstanceMetadata')
  const profile = renderProfile({
    kind: 'role',
    name: grant.name,
    roleArn: base.roleArn,
    source: { kind: 'credentialSource', name: source },
    region: place.region,
    ...(require.externalId === undefined ? {} : { externalId: require.externalId }),
  })
  const warnings = isByUser ? [longTermKeys] : []
  return { kind: 'job', job: { ...base, entry: { kind: 'runner', profile } }, warnings }
}

async function readSubjects({ issuer, subjects }: OidcFrom): Promise<readonly CiSubject[]> {
  const { readOidcSubject } = await import('../../access/index.ts')
  return subjects.map((subject) => ({ subject, ...readOidcSubject(issuer, subject) }))
}

const longTermKeys =
  'the grant is for users, whose keys never end: a job that holds them is worth stealing; let an OIDC issuer in instead'

function impossible(because: string, remedy: string): CiPlan {
  return { kind: 'impossible', because, remedy }
}

/** What `check` says of subjects, in short, and what nobody can see in the file: which form the tokens have. */
function subjectWarnings(read: readonly CiSubject[]): readonly string[] {
  const wide = read.flatMap(({ subject, admits }) => {
    if (admits.kind === 'organization') return [`\`${subject}\` admits a whole organization`]
    if (admits.kind === 'repository') return [`\`${subject}\` admits every branch and pull request`]
    return admits.kind === 'pullRequests' ? [`\`${subject}\` admits every pull request`] : []
  })
  return [...wide, ...formWarnings(read)]
}

/** AWS compares subjects exactly: a token of the other form is refused. */
function formWarnings(read: readonly CiSubject[]): readonly string[] {
  const inGithub = read.filter(({ system, repository }) => system === 'github' && repository)
  const repositories = [...new Set(inGithub.map(({ repository }) => repository))]
  return repositories.flatMap((repository) => {
    const forms = inGithub.filter((each) => each.repository === repository).map(({ form }) => form)
    if (new Set(forms).size > 1) return []
    if (forms[0] === 'ids') {
      return [
        `${repository}: repositories from before 2026-07-15 send \`repo:${repository}:…\` unless they chose ids`,
      ]
    }
    return [
      `${repository}: repositories made, renamed or transferred since 2026-07-15 send \`repo:ORG@ID/REPO@ID:…\`; \`gh api repos/${repository} --jq '.owner.id, .id'\` tells the ids`,
    ]
  })
}
