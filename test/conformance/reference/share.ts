import { env } from 'node:process'
import { expect } from 'vitest'
import { findDisagreement, type Tally } from './differential.ts'

const runs = Number(env.STILE_REFERENCE_RUNS ?? 100_000)
const seed = Number(env.STILE_REFERENCE_SEED ?? 20_260_101)
const shares = 2

/** How long a share may take: a slow machine is no disagreement. */
export const timeoutMs = 120_000 + runs * 5

/** The least part of all scenarios that has to reach each outcome, so that a world that drifts shows itself. */
const floors: Readonly<Record<string, number>> = {
  allow: 0.15,
  explicitDeny: 0.15,
  implicitDeny: 0.15,
  settled: 0.9,
  documented: 0.9,
  undocumented: 0.01,
  'allow by identity': 0.05,
  'allow by resource': 0.03,
  'allow by trust': 0.003,
  'allow by grant': 0.003,
  'explicitDeny by identity': 0.05,
  'explicitDeny by boundary': 0.01,
  'explicitDeny by session': 0.01,
  'explicitDeny by resource': 0.01,
  'explicitDeny by trust': 0.002,
  'explicitDeny by scp': 0.008,
  'explicitDeny by rcp': 0.02,
  'explicitDeny by vpce': 0.001,
  'principal misses identity': 0.05,
  'principal misses boundary': 0.01,
  'principal misses session': 0.01,
  'principal misses scp': 0.02,
  'principal misses vpce': 0.02,
  'resource misses resource': 0.1,
  'resource misses trust': 0.02,
  'rule callerIdentityIsAlwaysTold': 0.01,
  'rule sessionTokenNeedsNoPermission': 0.002,
  'rule sessionTokenWithoutMfa': 0.001,
  'rule sessionsGetNoTokens': 0.005,
  'rule rootCannotAssumeRoles': 0.0002,
  'rule federatedUserCannotCall': 0.003,
  'rule federatedUserWithoutSessionPolicy': 0.003,
  'rule onlyFederatedPrincipals': 0.005,
  'rule providersOnlyAssumeRoles': 0.01,
  'rule otherPartition': 0.01,
}

/** One share of the random scenarios: files of their own, so that several workers take part. */
export function checkShare(index: number): void {
  const tally: Tally = new Map()
  const own = Math.ceil(runs / shares)
  const found = findDisagreement({ seed: seed * shares + index, runs: own }, tally)
  // As it is printed, the scenario is one that `stile evaluate` takes.
  expect(found, `seed ${seed}: ${JSON.stringify({ id: 'disagreement', ...found?.scenario })}`).toBe(
    undefined,
  )
  const low = Object.entries(floors).filter(([name, floor]) => (tally.get(name) ?? 0) < own * floor)
  expect(low.map(([name]) => `${name}: ${tally.get(name) ?? 0} of ${own}`)).toEqual([])
}
