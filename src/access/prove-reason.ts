import type { Decision, StatementRef } from '../core/index.ts'
import { explain } from '../core/index.ts'
import type { EntryOutcome } from './prove-entry.ts'
import { accountById } from './prove-lookups.ts'
import type { ProofWorld } from './prove-world.ts'

/** Why a request was allowed or refused, and on which side. */
export interface Reason {
  readonly detail: string
  readonly side?: 'principal' | 'resource'
}

/** In words, with the names that the file gives to accounts. */
export function reasonOf(world: ProofWorld, outcome: Omit<EntryOutcome, 'isIn'>): Reason {
  const { request, layers, decision } = outcome
  if (decision.kind === 'allow') return { detail: allowedBy(decision) }
  const { cause } = explain(request, layers)
  if (cause === undefined) return { detail: 'denied' }
  return { detail: nameAccounts(world, cause.text), side: cause.side }
}

function allowedBy({ by }: Decision & { readonly kind: 'allow' }): string {
  const names = [...new Set(by.map(nameStatement))]
  return names.length === 0 ? 'allowed' : `allowed by ${names.join(' and ')}`
}

function nameStatement({ policy, sid }: StatementRef): string {
  return sid === undefined ? policy : `${policy} (${sid})`
}

/** `in 222222222222` → `in ourthing (222222222222)`. */
function nameAccounts(world: ProofWorld, text: string): string {
  return text.replace(/\bin (\d{12})\b/g, (whole, id: string) => {
    const account = accountById(world, id)
    return account === undefined ? whole : `in ${account.name} (${id})`
  })
}
