import { resolve } from 'node:path'
import type { AccessFile, Account, Grant, OwnAccountFrom } from '../access/index.ts'
import {
  chainedLimitSeconds,
  type Profile,
  type ProfileSettings,
  type ProfileSource,
  profileHop,
} from '../session/index.ts'
import { chooseWord } from './choose-word.ts'
import type { OptionValues } from './command.ts'
import { grantRoleArn } from './grant.ts'

export interface GrantProfiles {
  readonly profiles: readonly Profile[]
  /** Grants that no profile can stand for, and what else to know. */
  readonly remarks: readonly string[]
}

export interface ProfileWishes {
  readonly options: OptionValues
  /** What is in `~/.aws` already. */
  readonly known: ReadonlyMap<string, ProfileSettings>
  /** As it was named or found. */
  readonly accessPath: string
  /** How other programs call Stile: a program and its first arguments. */
  readonly ownCommand: readonly string[]
  readonly region: string | undefined
  readonly endpointUrl: string | undefined
}

/** A profile for every grant that a person enters from an own account, one for each account that it reaches. */
export function profilesOfGrants(access: AccessFile, wishes: ProfileWishes): GrantProfiles {
  const profiles: Profile[] = []
  const remarks: string[] = []
  for (const grant of access.grants) {
    const made = profilesOfGrant(grant, wishes)
    profiles.push(...made.profiles)
    remarks.push(...made.remarks.map((remark) => `grant \`${grant.name}\`: ${remark}`))
  }
  return { profiles, remarks: [...remarks, ...missingSources(profiles, wishes)] }
}

/** They may be written before it is; until then no SDK takes them. */
function missingSources(profiles: readonly Profile[], { known }: ProfileWishes): readonly string[] {
  const sources = profiles.flatMap((profile) =>
    profile.kind === 'role' && profile.source.kind === 'profile' ? [profile.source.name] : [],
  )
  return [...new Set(sources)]
    .filter((name) => !known.has(name))
    .map((name) => `there is no profile \`${name}\` yet, from which these start`)
}

function profilesOfGrant(grant: Grant, wishes: ProfileWishes): GrantProfiles {
  const { from } = grant
  if (from.kind === 'oidc') return skipped('its callers sign in with a token of their build system')
  if (from.kind === 'external') return skipped('its callers are in an account of somebody else')
  const source = sourceOf(from, wishes.options)
  if (source === undefined) {
    return skipped('who you are is not known: name your profile with --profile, or `verifyAs:`')
  }
  const because = wishes.options.credentialProcess === true ? undefined : whyProcess(grant, source)
  const isProcess = wishes.options.credentialProcess === true || because !== undefined
  const { accounts } = grant.to
  const make = isProcess ? processProfile : roleProfile
  const profiles = accounts.map((account) => {
    const own = accounts.length === 1 ? grant.name : `${grant.name}@${account.name}`
    const prefix = typeof wishes.options.prefix === 'string' ? wishes.options.prefix : ''
    return make(`${prefix}${own}`, { grant, account, from, source, wishes })
  })
  return {
    profiles,
    remarks: because === undefined ? [] : [`${because}: written as credential_process`],
  }
}

function skipped(because: string): GrantProfiles {
  return { profiles: [], remarks: [`left out, ${because}`] }
}

const credentialSources = ['Ec2InstanceMetadata', 'EcsContainer', 'Environment'] as const

function sourceOf(from: OwnAccountFrom, options: OptionValues): ProfileSource | undefined {
  const { credentialSource, profile } = options
  if (credentialSource !== undefined) {
    const name = chooseWord('--credential-source', credentialSource, credentialSources)
    return { kind: 'credentialSource', name }
  }
  const name = typeof profile === 'string' ? profile : from.verifyAs
  return name === undefined ? undefined : { kind: 'profile', name }
}

/** What a role's profile cannot say, and Stile can. */
function whyProcess({ session }: Grant, source: ProfileSource): string | undefined {
  if (source.kind !== 'profile') return undefined
  if (Object.keys(session.tags).length > 0) return 'profiles cannot give session tags'
  return session.sourceIdentity === undefined ? undefined : 'profiles cannot give a source identity'
}

interface Making {
  readonly grant: Grant
  readonly account: Account
  readonly from: OwnAccountFrom
  readonly source: ProfileSource
  readonly wishes: ProfileWishes
}

function roleProfile(name: string, making: Making): Profile {
  const { grant, account, source } = making
  const { externalId } = grant.require
  const mfaSerial = grant.require.mfa ? mfaSerialOf(making) : undefined
  const duration = durationOf(making)
  return {
    kind: 'role',
    name,
    roleArn: grantRoleArn(grant, account),
    source,
    ...(externalId === undefined ? {} : { externalId }),
    ...(mfaSerial === undefined ? {} : { mfaSerial }),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    ...placeOf(making),
  }
}

/** The source's region serves where nobody names one: some clients do nothing without. */
function placeOf({ account, source, wishes }: Making) {
  const { region, endpointUrl, known } = wishes
  const where = region ?? account.region ?? known.get(source.name)?.get('region')
  return {
    ...(where === undefined ? {} : { region: where }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  }
}

/** The device that was named, that of the source's own profile, or the one named like the grant's only user. */
function mfaSerialOf({ from, source, wishes }: Making): string | undefined {
  const { mfaSerial } = wishes.options
  if (typeof mfaSerial === 'string') return mfaSerial
  const known = wishes.known.get(source.name)?.get('mfa_serial')
  const [only, ...others] = from.principals
  const isOneUser = only?.kind === 'user' && others.length === 0
  const { partition, id } = from.account
  return known ?? (isOneUser ? `arn:${partition}:iam::${id}:mfa/${only.name}` : undefined)
}

/** As long as the role lets; what AWS gives without asking is left out, as is what a chain cannot have. */
function durationOf({ grant, source, wishes }: Making): number | undefined {
  const settings = source.kind === 'profile' ? wishes.known.get(source.name) : undefined
  const isChained = settings !== undefined && profileHop(source.name, settings) !== undefined
  const seconds = grant.session.maxDurationSeconds
  return isChained || seconds <= chainedLimitSeconds ? undefined : seconds
}

function processProfile(name: string, making: Making): Profile {
  const { grant, account, source, wishes } = making
  const isOne = grant.to.accounts.length === 1
  const file = resolve(wishes.accessPath).replaceAll('\\', '/')
  const command = [
    ...wishes.ownCommand,
    'credential-process',
    isOne ? grant.name : `${grant.name}@${account.name}`,
    '--file',
    file,
    ...(source.kind === 'profile' ? ['--profile', source.name] : []),
  ]
  return { kind: 'process', name, command, ...placeOf(making) }
}
