import type { Grant } from './access-file.ts'
import type { Proof } from './proof.ts'
import { grantCallers, mayAssumeAnything } from './prove-callers.ts'
import type { EntryAttempt } from './prove-entry.ts'
import { admittingGrants, metContext, tryToEnter } from './prove-entry.ts'
import type { PlacedProof } from './prove-join.ts'
import { joinProofs } from './prove-join.ts'
import { lapsesOf } from './prove-lapses.ts'
import { rolesOfGrant } from './prove-lookups.ts'
import { delegatedTo, outsidersOf } from './prove-outsiders.ts'
import { reasonOf } from './prove-reason.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'

/**
 * Tries every grant: its callers get in, and each way that must fail does. The same trial with the same outcome in
 * many accounts becomes one proof.
 */
export function proveGrants(world: ProofWorld): readonly Proof[] {
  return world.access.grants.flatMap((grant) => {
    const trials = rolesOfGrant(world, grant).flatMap((role) =>
      proveInAccount({ world, grant, role }),
    )
    return [...joinProofs(trials), ...permissionSetProofs(grant)]
  })
}

interface Trial {
  readonly world: ProofWorld
  readonly grant: Grant
  readonly role: ProvedRole
}

function proveInAccount(trial: Trial): readonly PlacedProof[] {
  const { world, grant, role } = trial
  const callers = grantCallers(world, grant, role.desired.account)
  if (hasEnded(grant, world.nowMs)) return callers.map((caller) => proveEnded(trial, caller))
  return [
    ...callers.map((caller) => proveEntry(trial, caller)),
    ...callers.flatMap((caller) => proveLapses(trial, caller)),
    ...outsidersOf(world, grant, role.desired.account).map((outsider) =>
      proveOutsider(trial, outsider),
    ),
  ]
}

function hasEnded({ expires }: Grant, nowMs: number): boolean {
  return expires !== undefined && nowMs >= Date.parse(expires.endsAt)
}

function proveEntry(trial: Trial, caller: TrialCaller): PlacedProof {
  const outcome = tryToEnter(attemptOf(trial, caller))
  const title = `${caller.words} may assume ${trial.role.desired.name}`
  return placed(trial, {
    kind: outcome.isIn ? 'allowed' : 'failed',
    title,
    ...reasonOf(trial.world, outcome),
  })
}

/** What an ended grant gave its callers may be there until the next plan, so they are tried as if they held it all. */
function proveEnded(trial: Trial, caller: TrialCaller): PlacedProof {
  const { grant, role, world } = trial
  const title = `${caller.words}, after the end of the grant on ${grant.expires?.on ?? ''}`
  const holder = { ...caller, identity: [...caller.identity, mayAssumeAnything(world)] }
  const attempt = attemptOf(trial, holder)
  if (!tryToEnter(attempt).isIn) return proveRefusal(trial, { title, attempt })
  const others = admittingGrants(attempt).filter(({ name }) => name !== grant.name)
  const meant = others.find((one) => isMeantBy(one, caller, { world, role }))
  const decider = others.map((one) => delegatedTo(one, caller)).find((one) => one !== undefined)
  if (meant !== undefined) {
    const detail = `still gets in by grant \`${meant.name}\`, which names it too`
    return placed(trial, { kind: 'allowed', title, detail, side: 'resource' })
  }
  if (decider === undefined) return proveRefusal(trial, { title, attempt })
  const names = others.map(({ name }) => `\`${name}\``).join(', ')
  const detail = `grant ${names} leaves it to ${decider} who may enter`
  return placed(trial, { kind: 'delegated', title, detail, side: 'principal' })
}

function isMeantBy(
  grant: Grant,
  { principal }: TrialCaller,
  { world, role }: Pick<Trial, 'world' | 'role'>,
): boolean {
  const wanted = JSON.stringify(principal)
  return grantCallers(world, grant, role.desired.account).some(
    (caller) => JSON.stringify(caller.principal) === wanted,
  )
}

function proveLapses(trial: Trial, caller: TrialCaller): readonly PlacedProof[] {
  const { world, grant, role } = trial
  return lapsesOf(grant, caller, world.nowMs).map(({ title, context, claims }) => {
    const attempt: EntryAttempt = {
      caller: { ...caller, context: claims ?? caller.context },
      role,
      context,
    }
    return proveRefusal(trial, { title, attempt })
  })
}

function proveOutsider(trial: Trial, outsider: TrialCaller): PlacedProof {
  const attempt = attemptOf(trial, outsider)
  const deciders = tryToEnter(attempt).isIn
    ? admittingGrants(attempt).map((grant) => delegatedTo(grant, outsider))
    : []
  const [decider] = deciders
  if (decider === undefined || deciders.includes(undefined)) {
    return proveRefusal(trial, { title: outsider.words, attempt })
  }
  return placed(trial, {
    kind: 'delegated',
    title: outsider.words,
    detail: `gets in: ${decider} decide who may, since ${whatIsTrusted(trial.grant)}`,
    side: 'principal',
  })
}

interface Refusal {
  readonly title: string
  readonly attempt: EntryAttempt
}

function proveRefusal(trial: Trial, { title, attempt }: Refusal): PlacedProof {
  const outcome = tryToEnter(attempt)
  if (!outcome.isIn)
    return placed(trial, {
      kind: 'refused',
      title,
      ...reasonOf(trial.world, outcome),
    })
  const admitters = admittingGrants(attempt).map(({ name }) => `\`${name}\``)
  const by =
    admitters.length === 0 ? 'the grants on the role together' : `grant ${admitters.join(', ')}`
  const detail = `gets in, by ${by}: ${reasonOf(trial.world, outcome).detail}`
  return placed(trial, { kind: 'failed', title, detail, side: 'resource' })
}

function attemptOf({ world, grant, role }: Trial, caller: TrialCaller): EntryAttempt {
  return { caller, role, context: metContext(grant, caller, world.nowMs) }
}

function placed(
  { grant, role }: Trial,
  proof: Omit<Proof, 'grant' | 'about' | 'position'>,
): PlacedProof {
  return {
    place: role.desired.account.name,
    proof: { grant: grant.name, about: 'grant', position: grant.position, ...proof },
  }
}

function whatIsTrusted({ from }: Grant): string {
  if (from.kind !== 'account') return 'the trust names their account'
  if (from.principals.length === 0) return 'the trust is in the whole account'
  return from.principals.some(({ kind }) => kind === 'group')
    ? 'a trust policy cannot name a group'
    : 'the trust holds a wildcard'
}

/** What no document of ours can say. */
function permissionSetProofs(grant: Grant): readonly Proof[] {
  if (grant.from.kind !== 'account') return []
  return grant.from.principals
    .filter(({ kind }) => kind === 'permission-set')
    .map(({ name, position }) => ({
      grant: grant.name,
      kind: 'delegated',
      about: 'grant',
      title: `who holds permission-set/${name}`,
      detail: 'the administrators of Identity Center decide, and add the printed policy to the set',
      side: 'principal',
      position,
    }))
}
