import { createHash } from 'node:crypto'
import type { Environment } from './child-environment.ts'
import { openKeyReader } from './keychain/kept-keys.ts'
import { followProfiles } from './profile-chain.ts'
import type { RoleHop, SessionPlan } from './session-plan.ts'
import { loadProfiles, type ProfileSettings } from './shared-config.ts'

/** A plan with the roles of its source's profiles as hops of its own, down to credentials that no role gave. */
export type ExpandedPlan =
  | {
      readonly kind: 'plan'
      readonly plan: SessionPlan
      /** The profile to start from; undefined: kept keys, the environment's keys, else what the machine gives. */
      readonly baseProfile?: string
      /** The name of kept keys to start from. */
      readonly baseKeys?: string
      /** Changes when the source does: another key, another profile, other settings. Holds no secret. */
      readonly sourceFingerprint: string
      readonly hops: readonly RoleHop[]
    }
  | { readonly kind: 'broken'; readonly message: string }

/** Reads the shared files once, and says what has to be done. What is wrong with a profile is told, not thrown. */
export async function expandPlan(
  plan: SessionPlan,
  environment: Environment,
): Promise<ExpandedPlan> {
  if (plan.source.kind === 'keys') return expandFromKeys(plan, plan.source.name, environment)
  const profiles = await loadProfiles(environment)
  const profile = startingProfile(plan, environment, profiles)
  if (profile === undefined) {
    const sourceFingerprint = fingerprintOf(machineFacts(environment))
    return { kind: 'plan', plan, sourceFingerprint, hops: plan.hops }
  }
  if (!profiles.has(profile)) {
    return { kind: 'broken', message: `there is no profile \`${profile}\`` }
  }
  const chain = followProfiles(profiles, profile)
  if (chain.kind === 'broken') return chain
  const { base, hops } = hopsOfProfile(profiles, profile)
  const settings = [...(profiles.get(base) ?? new Map())]
  return {
    kind: 'plan',
    plan,
    baseProfile: base,
    sourceFingerprint: fingerprintOf([base, ...settings.flat()]),
    hops: [...hops, ...plan.hops],
  }
}

async function expandFromKeys(
  plan: SessionPlan,
  name: string,
  environment: Environment,
): Promise<ExpandedPlan> {
  const kept = (await openKeyReader(environment).list()).find((each) => each.name === name)
  if (kept === undefined) return { kind: 'broken', message: `no keys are kept as \`${name}\`` }
  const { lastFour, addedAtMs } = kept
  const sourceFingerprint = fingerprintOf(['keys', name, lastFour, String(addedAtMs)])
  return { kind: 'plan', plan, baseKeys: name, sourceFingerprint, hops: plan.hops }
}

function startingProfile(
  plan: SessionPlan,
  environment: Environment,
  profiles: ReadonlyMap<string, ProfileSettings>,
): string | undefined {
  if (plan.source.kind === 'profile') return plan.source.profile
  if (environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY) return undefined
  const named = environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE
  return named || (profiles.has('default') ? 'default' : undefined)
}

/** From the profile up to the first one that assumes no role by a source profile; the hops in order of the calls. */
function hopsOfProfile(
  profiles: ReadonlyMap<string, ProfileSettings>,
  start: string,
): { readonly base: string; readonly hops: readonly RoleHop[] } {
  const hops: RoleHop[] = []
  let name = start
  for (;;) {
    const settings = profiles.get(name)
    const source = settings?.get('source_profile')
    // AWS: a source with keys of its own ends the chain, also where it names a role.
    const isEnd = hops.length > 0 && settings?.has('aws_access_key_id') === true
    const hop = settings === undefined || isEnd ? undefined : hopOfProfile(settings)
    if (hop === undefined || source === undefined) return { base: name, hops }
    hops.unshift(hop)
    // A role whose profile is its own source: its keys are the base.
    if (source === name) return { base: name, hops }
    name = source
  }
}

/** A profile's own hop and where it starts from; undefined where it assumes no role by another profile. */
export function profileHop(
  name: string,
  settings: ProfileSettings,
): { readonly hop: RoleHop; readonly sourceProfile: string } | undefined {
  const hop = hopOfProfile(settings)
  const sourceProfile = settings.get('source_profile')
  if (hop === undefined || sourceProfile === undefined || sourceProfile === name) return undefined
  return { hop, sourceProfile }
}

function hopOfProfile(settings: ProfileSettings): RoleHop | undefined {
  const roleArn = settings.get('role_arn')
  if (roleArn === undefined) return undefined
  const externalId = settings.get('external_id')
  const sessionName = settings.get('role_session_name')
  const serialNumber = settings.get('mfa_serial')
  const durationSeconds = Number(settings.get('duration_seconds') ?? Number.NaN)
  return {
    roleArn,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sessionName === undefined ? {} : { sessionName }),
    ...(serialNumber === undefined ? {} : { mfa: { serialNumber } }),
    ...(Number.isInteger(durationSeconds) ? { durationSeconds } : {}),
  }
}

/** What tells one environment's credentials from another's. */
function machineFacts(environment: Environment): readonly string[] {
  const names = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_ROLE_ARN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  ]
  return names.map((name) => `${name}=${environment[name] ?? ''}`)
}

function fingerprintOf(facts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** How many roles stand between who signs in and where the plan leads; those of its profiles count. */
export async function countHops(plan: SessionPlan, environment: Environment): Promise<number> {
  const expanded = await expandPlan(plan, environment)
  return expanded.kind === 'plan' ? expanded.hops.length : plan.hops.length
}
