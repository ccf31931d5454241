import type { Change } from './change.ts'
import { type AccountRef, type CloudErrorCode, renderAccount } from './cloud-error.ts'
import type { Plan } from './plan.ts'

export type ChangeOutcome =
  | { readonly kind: 'done'; readonly change: Change }
  | {
      readonly kind: 'failed'
      readonly change: Change
      readonly code: CloudErrorCode
      readonly because: string
    }
  | { readonly kind: 'skipped'; readonly change: Change; readonly because: string }

export interface ApplyReport {
  /** Everything was done and nothing is in the way: both sides are as declared. */
  readonly ok: boolean
  readonly accounts: readonly AccountReport[]
}

export interface AccountReport {
  readonly account: AccountRef
  readonly outcomes: readonly ChangeOutcome[]
  /** What the plan had to leave alone there. */
  readonly blocked: readonly string[]
}

export function reportOf(plan: Plan, outcomes: readonly ChangeOutcome[]): ApplyReport {
  const accounts = plan.scope.accounts
    .map(({ account }) => ({
      account,
      outcomes: outcomes.filter((outcome) => outcome.change.account.id === account.id),
      blocked: [
        ...plan.blocked
          .filter((blocked) => blocked.account.id === account.id)
          .map((blocked) => blocked.message),
        ...plan.unread.filter((one) => one.account.id === account.id).map((one) => one.because),
      ],
    }))
    .filter((one) => one.outcomes.length > 0 || one.blocked.length > 0)
  const ok = accounts.every(
    (one) => one.blocked.length === 0 && one.outcomes.every((outcome) => outcome.kind === 'done'),
  )
  return { ok, accounts }
}

/** Per account what was done, what failed and why, and what waits for it. */
export function renderReport(report: ApplyReport): readonly string[] {
  const lines = report.accounts.flatMap((one) => [
    `${renderAccount(one.account)}:`,
    ...one.outcomes.map(renderOutcome),
    ...one.blocked.map((message) => `! left alone: ${message}`),
  ])
  return report.ok || lines.length === 0
    ? lines
    : [...lines, 'not everything is done; the next run goes on from here']
}

function renderOutcome(outcome: ChangeOutcome): string {
  const { words } = outcome.change
  switch (outcome.kind) {
    case 'done':
      return `✓ ${words}`
    case 'failed':
      return `✗ ${words}: ${outcome.because}`
    case 'skipped':
      return `· not tried: ${words}: ${outcome.because}`
    default:
      return outcome satisfies never
  }
}
