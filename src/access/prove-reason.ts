import type { Decision, StatementRef } from '../core/index.ts'
import { explain } from '../core/index.ts'
import type { Account } from './access-file.ts'
import type { EntryOutcome } from './prove-entry.ts'

/** Why a request was allowed or refused, and on which side. */
export interface Reason {
  readonly detail: string
  readonly side?: 'principal' | 'resource'
}

/** In words, with the names that the file gives to accounts. */
export function reasonOf(
  outcome: Omit<EntryOutcome, 'isIn'>,
  accounts: readonly Account[],
): Reason {
  const { request, layers, decision } = outcome
  if (decision.kind === 'allow') return { detail: allowedBy(decision) }
  const { cause } = explain(request, layers)
  if (cause === undefined) return { detail: 'denied' }
  return { detail: nameAccounts(cause.text, accounts), side: cause.side }
}

function allowedBy({ by }: Decision & { readonly kind: 'allow' }): string {
  const names = [...new Set(by.map(nameStatement))]
  return names.length === 0 ? 'allowed' : `allowed by ${names.join(' and ')}`
}

function nameStatement({ policy, sid }: StatementRef): string {
  return sid === undefined ? policy : `${policy} (${sid})`
}

/** `in 222222222222` → `in ourthing (222222222222)`. */
function nameAccounts(text: string, accounts: readonly Account[]): string {
  return text.replace(/\bin (\d{12})\b/g, (whole, id: string) => {
    const account = accounts.find((one) => one.id === id)
    return account === undefined ? whole : `in ${account.name} (${id})`
  })
}
