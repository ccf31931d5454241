import { type AccessFile, findAccessFile, type Grant } from '../access/index.ts'
import { parseArn } from '../core/index.ts'
import {
  type Alias,
  loadAliases,
  loadProfiles,
  loadRecentUse,
  type ProfileSettings,
  type RecentUse,
} from '../session/index.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { grantRoleArn } from './grant.ts'
import { requireAccess } from './load-access.ts'

/** Something that `stile assume` can be asked for. */
export interface Candidate {
  /** What to say on the command line; `resolveTarget` knows every one. */
  readonly name: string
  readonly kind: 'grant' | 'alias' | 'profile' | 'role'
  /** The account's name in the access file, else its id; empty where it is not known. */
  readonly account: string
  /** Without its path; empty for a profile that assumes none. */
  readonly role: string
  readonly arn: string
  readonly uses: number
}

export interface Candidates {
  readonly list: readonly Candidate[]
  /** The files of the access file. */
  readonly sources: readonly string[]
  /** Why the access file offers nothing, where there is one. */
  readonly problem?: string
}

/** All that the access file, the aliases, `~/.aws` and recent use offer; most used first, then in the order of the files. */
export async function loadCandidates(request: {
  readonly context: CommandContext
  readonly options: OptionValues
}): Promise<Candidates> {
  const { environment } = request.context
  const [found, aliases, profiles, recent] = await Promise.all([
    accessIfThere(request),
    loadAliases(environment),
    loadProfiles(environment),
    loadRecentUse(environment),
  ])
  const access = found.access
  const offered = [
    ...(access?.grants ?? []).flatMap(grantCandidates),
    ...[...aliases].map(([name, alias]) => aliasCandidate(name, alias)),
    ...[...profiles].map(([name, settings]) => profileCandidate(name, settings)),
    ...recent.filter(({ name }) => name.startsWith('arn:')).map(({ name }) => roleCandidate(name)),
  ]
  const list = mostUsedFirst(withoutShadows(offered), recent).map((each) => named(each, access))
  return {
    list,
    sources: access?.sources ?? [],
    ...(found.problem === undefined ? {} : { problem: found.problem }),
  }
}

async function accessIfThere(request: {
  readonly context: CommandContext
  readonly options: OptionValues
}): Promise<{ readonly access?: AccessFile; readonly problem?: string }> {
  const { context, options } = request
  if (options.file === undefined && findAccessFile(context.cwd) === undefined) return {}
  try {
    return { access: await requireAccess(options, context) }
  } catch (error) {
    if (options.file !== undefined || !(error instanceof Error)) throw error
    return { problem: error.message }
  }
}

function grantCandidates(grant: Grant): readonly Candidate[] {
  const { accounts } = grant.to
  return accounts.map((account) => ({
    name: accounts.length === 1 ? grant.name : `${grant.name}@${account.name}`,
    kind: 'grant',
    account: account.name,
    role: grant.to.role,
    arn: grantRoleArn(grant, account),
    uses: 0,
  }))
}

function aliasCandidate(name: string, { roleArn }: Alias): Candidate {
  return { ...roleCandidate(roleArn), name, kind: 'alias' }
}

function profileCandidate(name: string, settings: ProfileSettings): Candidate {
  const arn = settings.get('role_arn') ?? ''
  return { ...roleCandidate(arn), name, kind: 'profile' }
}

function roleCandidate(arn: string): Candidate {
  const parsed = parseArn(arn)
  const role = parsed?.resource.split('/').at(-1) ?? ''
  return { name: arn, kind: 'role', account: parsed?.accountId ?? '', role, arn, uses: 0 }
}

/** A name that something else has already means that: a profile can be told apart, an alias cannot be reached. */
function withoutShadows(all: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>()
  return all.flatMap((each) => {
    const isTaken = seen.has(each.name)
    seen.add(each.name)
    if (!isTaken) return [each]
    return each.kind === 'profile' ? [{ ...each, name: `profile:${each.name}` }] : []
  })
}

function mostUsedFirst(
  all: readonly Candidate[],
  recent: readonly RecentUse[],
): readonly Candidate[] {
  const places = new Map(recent.map(({ name, count }, place) => [name, { count, place }]))
  const counted = all.map((each) => ({ ...each, uses: places.get(each.name)?.count ?? 0 }))
  const placeOf = ({ name }: Candidate) => places.get(name)?.place ?? recent.length
  return counted.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function named(candidate: Candidate, access: AccessFile | undefined): Candidate {
  const account = access?.accounts.find(({ id }) => id === candidate.account)
  return account === undefined ? candidate : { ...candidate, account: account.name }
}
