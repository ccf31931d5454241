import type { Cohort, CohortGroup } from './cohort.ts'
import type { PairAnswer } from './decide-pair.ts'
import type { EstatePrincipal } from './estate.ts'
import type { EstateIndex } from './estate-index.ts'
import type { WhoKind } from './outsiders.ts'
import type { SetAside } from './policy-traits.ts'

/** Who may assume one role, in sets whose members share one answer. */
export interface Assumers {
  readonly role: EstatePrincipal
  readonly sets: readonly AssumerSet[]
}

/** Callers who may take a role for the same reason and under the same conditions, told as one. */
export interface AssumerSet extends PairAnswer {
  readonly kind: WhoKind
  /** The one, or the first of them: an ARN, an account's id, a provider, a service, or `*`. */
  readonly who: string
  /** That all are of; empty for those of several accounts or of none. */
  readonly account: string
  readonly size: number
  readonly members: Members
}

/** Who is in such a set: listed one by one only where there are few. */
export type Members =
  /** Not read: `who` alone says who it is. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'listed'; readonly principals: readonly EstatePrincipal[] }
  /** All of a cohort, but for those of some accounts and some by their ARN. */
  | { readonly kind: 'cohort'; readonly cohort: Cohort; readonly except: SetAside }

/** Everybody of a set who was read. */
export function* membersOf(members: Members): Generator<EstatePrincipal> {
  if (members.kind === 'listed') yield* members.principals
  if (members.kind !== 'cohort') return
  const { cohort, except } = members
  for (const { account, members: principals } of cohort.groups) {
    if (except.accounts.has(account)) continue
    for (const each of principals) if (!except.arns.has(each.arn)) yield each
  }
}

export interface Except {
  readonly cohort: Cohort
  readonly except: SetAside
}

export function sizeOf(index: EstateIndex, { cohort, except }: Except): number {
  const { byAccount } = index.cohorts()
  const groupIn = (account: string): CohortGroup | undefined =>
    byAccount.get(account)?.find((group) => group.cohort === cohort)
  let size = cohort.size
  for (const account of except.accounts) size -= groupIn(account)?.members.length ?? 0
  for (const arn of except.arns) {
    const each = index.principals.get(arn)
    if (each === undefined || except.accounts.has(each.accountId)) continue
    if (groupIn(each.accountId)?.members.includes(each) === true) size -= 1
  }
  return size
}

export function listed(
  principals: readonly EstatePrincipal[],
  answer: PairAnswer,
): readonly AssumerSet[] {
  const [first] = principals
  if (first === undefined) return []
  return [
    {
      kind: kindOf(first),
      who: first.arn,
      account: first.accountId,
      size: principals.length,
      members: { kind: 'listed', principals },
      ...answer,
    },
  ]
}

export function kindOf({ principal }: EstatePrincipal): WhoKind {
  return principal.kind === 'user' ? 'user' : 'role'
}
