import type { Request } from '../evaluate/request.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { type AtomElement, type AtomTable, type Literal, makeAtomTable } from './atom.ts'
import { type CompareOptions, settingFor } from './compare-options.ts'
import type { Claim } from './parse-claim.ts'
import { productsOf, readPolicy } from './products.ts'
import { refute } from './refute.ts'
import { canNarrow, enter, everything, narrow, type Region, type RegionSetting } from './region.ts'
import { meets } from './solver.ts'
import { findWitness, isAllowedBy } from './witness.ts'

/** `proved`: no request of the claim is allowed. `refuted`: this one is, as the evaluator confirms. */
export type NeverProof =
  | { readonly kind: 'proved' }
  | {
      readonly kind: 'refuted'
      readonly witness: Request
      /** The statement that allows it, by its position in the document, from 0. */
      readonly statement: number
    }
  | { readonly kind: 'undecided'; readonly reason: string }

/**
 * Proves that a policy by itself allows nothing of what the claim describes, or finds a request that it does allow.
 * Conditions on who calls count: `aws:PrincipalAccount` narrows `Principal: "*"` as an account does.
 */
export function proveNever(policy: Policy, claim: Claim, options: CompareOptions = {}): NeverProof {
  const table = makeAtomTable()
  const compiled = compilePolicy(policy, '')
  const claimed = literalsOf(claim, policy, table)
  const setting = settingFor(policy.type, options, (request) => {
    return meets(claimed, request) && isAllowedBy(compiled, request)
  })
  const within = enterAll(claimed, setting)
  if (within === undefined) return { kind: 'proved' }
  const { denies } = readPolicy(policy, table)
  let open: string | undefined
  for (const { atoms, statement } of productsOf(policy, table)) {
    const start = enter(within, atoms, setting)
    if (start === undefined) continue
    const { regions, isCut } = refute(start, denies, setting)
    if (isCut) open = setting.solver.budget.reason
    for (const region of regions) {
      const found = findWitness(region, setting)
      if (found.kind === 'found') return { kind: 'refuted', witness: found.value, statement }
      if (found.kind === 'unknown') open ??= found.reason
    }
  }
  return open === undefined ? { kind: 'proved' } : { kind: 'undecided', reason: open }
}

/** What a request has to be for the claim to speak of it. */
function literalsOf(
  { callers, action, resource }: Claim,
  { version }: Policy,
  table: AtomTable,
): readonly Literal[] {
  const met = (element: AtomElement): Literal => ({ atom: table.intern(element), wanted: true })
  const literals = [met({ kind: 'action', element: { negated: false, patterns: [action] } })]
  if (resource !== '*') {
    const element = { negated: false, patterns: [resource] }
    literals.push(met({ kind: 'resource', element, version, effect: 'Allow' }))
  }
  if (callers.kind === 'anyone') return literals
  // Whoever may or may not be named counts as what the claim speaks of.
  const isInside = callers.kind === 'inside'
  const effect = isInside ? 'Deny' : 'Allow'
  const named = met({ kind: 'principal', element: callers.names, version, effect })
  return [...literals, { ...named, wanted: isInside }]
}

function enterAll(literals: readonly Literal[], setting: RegionSetting): Region | undefined {
  let region = everything
  for (const literal of literals) {
    if (!canNarrow(region, literal, setting)) return undefined
    region = narrow(region, [literal])
  }
  return region
}
