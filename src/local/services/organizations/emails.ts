import type { AccountId } from '../../../core/index.ts'
import { parseAccountId } from '../../../core/index.ts'
import type { Store, Table } from '../../store/store.ts'
import { accountsOf } from '../iam/tables.ts'

/** The address of an account that was given one, by account id; it stays with the account. */
const givenEmails = (store: Store): Table<string> => store.table('organizations.emails', '')

/** The account by its address in lower case. */
const holdersOf = (store: Store): Table<AccountId> => store.table('organizations.email-holders', '')

/** The e-mail address of an account's root user; accounts that were opened without one have one in their number's name. */
export function emailOf(store: Store, accountId: AccountId): string {
  return givenEmails(store).get(accountId) ?? `account-${accountId}@example.com`
}

/** The account with this address; addresses are unique without regard to case. */
export function findAccountByEmail(store: Store, email: string): AccountId | undefined {
  const holder = holdersOf(store).get(email.toLowerCase())
  if (holder !== undefined) return holder
  const digits = /^account-(\d{12})@example\.com$/i.exec(email)?.[1] ?? ''
  const id = parseAccountId(digits)
  if (id === undefined || accountsOf(store).get(id) === undefined) return undefined
  return givenEmails(store).get(id) === undefined ? id : undefined
}

export function saveEmail(store: Store, accountId: AccountId, email: string): void {
  givenEmails(store).set(accountId, email)
  holdersOf(store).set(email.toLowerCase(), accountId)
}
