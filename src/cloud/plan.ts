import type { AccessLine, Blocked, Change, Manual } from './change.ts'
import type { AccountRef } from './cloud-error.ts'
import type { ReadScope } from './read-scope.ts'

/** What is to be done, in the order in which it is safe. Plain data: it can be saved, shown and applied later. */
export interface Plan {
  readonly version: 1
  readonly kind: 'apply' | 'destroy'
  /** Of everything that was read. `applyPlan` reads again and refuses when it differs. */
  readonly fingerprint: string
  readonly scope: ReadScope
  readonly access: readonly AccessLine[]
  readonly changes: readonly Change[]
  readonly blocked: readonly Blocked[]
  readonly manual: readonly Manual[]
  /** Accounts whose state is not known; nothing is planned there. */
  readonly unread: readonly { readonly account: AccountRef; readonly because: string }[]
}
