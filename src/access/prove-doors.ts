import { compileGlob } from '../core/index.ts'
import type { Grant } from './access-file.ts'
import { readAssumable } from './assumable-roles.ts'
import { metContext, tryToEnter } from './prove-entry.ts'
import type { ProofWorld, ProvedRole } from './prove-world.ts'
import type { TrialCaller } from './trial-caller.ts'
import { calledBy, readTrustNames } from './trust-names.ts'
import { groupBy, ofWorld } from './world-facts.ts'

/** One grant's way into one role. */
export interface Door {
  readonly role: ProvedRole
  readonly grant: Grant
}

/**
 * The doors that let a caller in with all demands met, in the file's order. Of all doors for its account it tries
 * those alone whose trust may mean it, and to which its own policies may lead.
 */
export function openDoors(world: ProofWorld, caller: TrialCaller): readonly Door[] {
  const known = doorsByCaller(world)
  const present = known.get(caller)
  if (present !== undefined) return present
  const open = likelyDoors(world, caller).filter(({ role, grant }) => {
    const context = metContext(grant, caller, world.nowMs)
    return tryToEnter({ caller, role, context }).isIn
  })
  known.set(caller, open)
  return open
}

const doorsByCaller = ofWorld(() => new WeakMap<TrialCaller, readonly Door[]>())

/** All doors that may let a caller in: what is left out is shut to it for certain. */
export function likelyDoors(world: ProofWorld, caller: TrialCaller): readonly Door[] {
  const place = hallways(world).get(placeOf(caller))
  if (place === undefined) return []
  const isAssumable = readAssumable(caller)
  return [...doorsNaming(place, caller)]
    .sort((one, other) => one - other)
    .flatMap((index) => place.doors[index] ?? [])
    .filter(({ role }) => isAssumable(role.desired))
}

/** Every door for principals of one account, or for tokens, with whom their trust may mean. */
interface Hallway {
  readonly doors: readonly Door[]
  /** Places in `doors`, by a caller's name. */
  readonly byName: ReadonlyMap<string, readonly number[]>
  readonly byPattern: readonly (readonly [(name: string) => boolean, number])[]
  /** For whoever comes. */
  readonly forAll: readonly number[]
}

const tokens = 'tokens'

const hallways = ofWorld((world): ReadonlyMap<string, Hallway> => {
  const doors = world.roles.flatMap((role) => role.desired.grants.map((grant) => ({ role, grant })))
  const groups = groupBy(doors, ({ grant }) => [callerPlace(grant)])
  return new Map([...groups].map(([place, group]) => [place, hallwayOf(group)]))
})

function hallwayOf(doors: readonly Door[]): Hallway {
  const rows = doors.map((door, index) => ({ index, names: readTrustNames(door.role.trust) }))
  const byName = groupBy(rows, ({ names }) => names.exact)
  return {
    doors,
    byName: new Map([...byName].map(([name, group]) => [name, group.map(({ index }) => index)])),
    byPattern: rows.flatMap(({ index, names }) =>
      names.patterns.map((pattern) => [compileGlob(pattern), index] as const),
    ),
    forAll: rows.filter(({ names }) => names.isOpen).map(({ index }) => index),
  }
}

function doorsNaming(hallway: Hallway, { principal, context }: TrialCaller): ReadonlySet<number> {
  const names = calledBy(principal, context)
  return new Set([
    ...names.flatMap((name) => hallway.byName.get(name) ?? []),
    ...hallway.byPattern.filter(([test]) => names.some(test)).map(([, index]) => index),
    ...hallway.forAll,
  ])
}

function placeOf({ principal }: TrialCaller): string {
  return 'accountId' in principal ? principal.accountId : tokens
}

function callerPlace({ from }: Grant): string {
  if (from.kind === 'account') return from.account.id
  return from.kind === 'external' ? from.accountId : tokens
}
