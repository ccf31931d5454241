export { readAuthorizationPages } from './account-details.ts'
export type {
  Actual,
  ActualAccount,
  ActualPolicy,
  ActualPrincipal,
  ActualRole,
  UnreadAccount,
} from './actual.ts'
export type { ApplyEvent, ApplyOptions, ApplyOutcome } from './apply.ts'
export { applyPlan } from './apply.ts'
export type { AccountReport, ApplyReport, ChangeOutcome } from './apply-report.ts'
export { renderReport } from './apply-report.ts'
export type { AccessLine, Blocked, BlockedReason, Change, Manual, PolicyHolder } from './change.ts'
export type { AccountRef, CloudErrorCode } from './cloud-error.ts'
export { CloudError, renderAccount } from './cloud-error.ts'
export type { ConnectOptions } from './connect.ts'
export { closeAll, connect, connectAll } from './connect.ts'
export type { Connection, Connections } from './connection.ts'
export type { Journal } from './journal.ts'
export { openJournal } from './journal.ts'
export type { Plan } from './plan.ts'
export type { PlanOptions } from './plan-changes.ts'
export { planChanges } from './plan-changes.ts'
export { planDestroy } from './plan-destroy.ts'
export type { ReadOptions } from './read-actual.ts'
export { readActual } from './read-actual.ts'
export { renderDrift } from './render-drift.ts'
export { renderPlan } from './render-plan.ts'
export type { RetrySettings } from './retry.ts'
export type { Undeclared } from './undeclared.ts'
export type { Verification, VerifyOptions } from './verify.ts'
export { renderVerifications, verifyGrants } from './verify.ts'
