import { type AccessFile, type Account, findAccessFile, type Grant } from '../access/index.ts'
import { nearestName } from '../core/index.ts'
import {
  type Alias,
  loadAliases,
  loadProfiles,
  type PlanSource,
  type ProfileSettings,
  parseSource,
  profileHop,
  type RoleHop,
  type SessionPlan,
  startingEnvironment,
} from '../session/index.ts'
import { chooseAccount, chooseGrantName } from './choose-account.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionValues } from './command.ts'
import { grantRoleArn } from './grant.ts'
import { requireAccess } from './load-access.ts'
import { refuseRoleFlags, withFlags } from './session-options.ts'
import { requireSource } from './session-source.ts'
import { chooseStsEndpoint } from './sts-endpoint.ts'
import { targetInputs } from './target-inputs.ts'

/** What a name on the command line stands for, and the way there. */
export interface SessionTarget {
  readonly plan: SessionPlan
  /** Where the name is a grant's. */
  readonly grant?: Grant
  readonly account?: Account
  /** The files that say so: when one changes, the way may be another. */
  readonly inputs: readonly string[]
}

export interface TargetRequest {
  readonly context: CommandContext
  readonly options: OptionValues
}

/** Everything that names are looked up in, read once. */
interface Names {
  readonly access: AccessFile | undefined
  readonly aliases: ReadonlyMap<string, Alias>
  readonly profiles: ReadonlyMap<string, ProfileSettings>
}

/**
 * The way to what a name stands for: a grant of the access file, a role's ARN, an alias, or a profile of `~/.aws`. A
 * grant wins over an alias, that over a profile of the same name; `profile:NAME` means the profile, `keys:NAME` kept keys,
 * `GRANT@ACCOUNT` one account of several. No name means the file's only grant.
 */
export async function resolveTarget(
  name: string | undefined,
  asked: TargetRequest,
): Promise<SessionTarget> {
  const request = { ...asked, context: startingContext(asked.context) }
  const { context, options } = request
  const names = await loadNames(name, request)
  const wanted = name ?? chooseGrantName(undefined, names.access?.grants ?? [])
  const last = findTarget(wanted, names, options)
  const via = (Array.isArray(options.via) ? options.via : []).map((each: unknown) =>
    findTarget(String(each), names, {}),
  )
  const way = [...via, last]
  const source = sourceOf(options.profile, way)
  await requireSource(source, names.profiles, context)
  const hops = way.flatMap((each) => (each.hop === undefined ? [] : [each.hop]))
  const profile = source.kind === 'profile' ? source.profile : undefined
  const endpoint = await chooseStsEndpoint({ options, profile, environment: context.environment })
  const lastHop = hops.at(-1)
  if (lastHop === undefined) refuseRoleFlags(wanted, options)
  const flagged = lastHop === undefined ? [] : [await withFlags(lastHop, request)]
  return {
    plan: { name: wanted, source, hops: [...hops.slice(0, -1), ...flagged], endpoint },
    ...(last.grant === undefined ? {} : { grant: last.grant }),
    ...(last.account === undefined ? {} : { account: last.account }),
    inputs: targetInputs(names.access, request),
  }
}

/** Whoever assumed something in this shell goes on from where they were before that. */
export function startingContext(context: CommandContext): CommandContext {
  return { ...context, environment: startingEnvironment(context.environment) }
}

async function loadNames(
  name: string | undefined,
  { context, options }: TargetRequest,
): Promise<Names> {
  const profiles = await loadProfiles(context.environment)
  const aliases = await loadAliases(context.environment)
  const isElsewhere = /^(arn|profile|keys):/.test(name ?? '')
  const isThere = options.file !== undefined || findAccessFile(context.cwd) !== undefined
  if (isThere && !(isElsewhere && options.via === undefined)) {
    return { access: await requireAccess(options, context), aliases, profiles }
  }
  if (name === undefined) {
    throw new CliError(
      'name what to assume: there is no `access.yaml` here or in any folder above',
      {
        remedy: 'an alias, a profile or a role’s ARN; or name the access file with --file',
      },
    )
  }
  return { access: undefined, aliases, profiles }
}

/** One stop of the way. */
interface Stop {
  readonly source?: PlanSource
  readonly hop?: RoleHop
  readonly grant?: Grant
  readonly account?: Account
}

function findTarget(name: string, names: Names, options: OptionValues): Stop {
  if (name.startsWith('arn:')) return roleStop(name)
  const source = parseSource(name)
  if (source.kind === 'keys') return { source }
  const profileName = name.startsWith('profile:') ? name.slice('profile:'.length) : undefined
  const grant = profileName === undefined ? findGrant(name, names) : undefined
  if (grant !== undefined) return grantStop(grant.grant, { ...options, ...grant.options })
  const alias = names.aliases.get(name)
  if (alias !== undefined) return aliasStop(alias)
  const settings = names.profiles.get(profileName ?? name)
  if (settings !== undefined) return profileStop(profileName ?? name, settings)
  throw unknownName(name, names)
}

function roleStop(text: string): Stop {
  if (/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text)) return { hop: { roleArn: text } }
  throw new CliError(`\`${text}\` is no role's ARN`, {
    remedy: 'it is written arn:aws:iam::ACCOUNT:role/NAME, the account as twelve digits',
  })
}

/** `GRANT`, or `GRANT@ACCOUNT` where no grant is called all of that. */
function findGrant(
  name: string,
  { access }: Names,
): { readonly grant: Grant; readonly options: OptionValues } | undefined {
  const called = (text: string) => access?.grants.find((each) => each.name === text)
  const whole = called(name)
  if (whole !== undefined) return { grant: whole, options: {} }
  const at = name.lastIndexOf('@')
  const grant = at > 0 ? called(name.slice(0, at)) : undefined
  return grant && { grant, options: { account: name.slice(at + 1) } }
}

function aliasStop({ roleArn, profile, externalId }: Alias): Stop {
  return {
    ...(profile === undefined ? {} : { source: parseSource(profile) }),
    hop: { roleArn, ...(externalId === undefined ? {} : { externalId }) },
  }
}

function grantStop(grant: Grant, options: OptionValues): Stop {
  const account = chooseAccount(grant, options)
  const { tags, transitiveTags, sourceIdentity } = grant.session
  const profile = grant.from.kind === 'account' ? grant.from.verifyAs : undefined
  return {
    grant,
    account,
    ...(profile === undefined ? {} : { source: { kind: 'profile' as const, profile } }),
    hop: {
      roleArn: grantRoleArn(grant, account),
      tags,
      transitiveTagKeys: transitiveTags,
      ...(grant.require.externalId === undefined ? {} : { externalId: grant.require.externalId }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity: { kind: 'caller' as const } }),
      ...(grant.require.mfa ? { mfa: {} } : {}),
    },
  }
}

function profileStop(name: string, settings: ProfileSettings): Stop {
  const own = profileHop(name, settings)
  if (own === undefined) return { source: { kind: 'profile', profile: name } }
  return { source: { kind: 'profile', profile: own.sourceProfile }, hop: own.hop }
}

/** `--profile` wins; then what the first stop says. */
function sourceOf(profile: unknown, way: readonly Stop[]): PlanSource {
  if (typeof profile === 'string') return parseSource(profile)
  return way[0]?.source ?? { kind: 'default' }
}

function unknownName(name: string, { access, aliases, profiles }: Names): CliError {
  const grants = access?.grants.map((grant) => grant.name) ?? []
  const known = [...grants, ...aliases.keys(), ...profiles.keys()]
  const near = nearestName(name, known)
  const all = known.length === 0 ? 'none is known here' : `there are: ${known.join(', ')}`
  const remedy = near === undefined ? all : `did you mean \`${near}\`?`
  const what = access === undefined ? 'no profile or alias' : 'no grant, alias or profile'
  return new CliError(`${what} is called \`${name}\``, { remedy })
}
