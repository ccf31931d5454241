import { applyChange } from './apply-change.ts'
import { type ApplyReport, type ChangeOutcome, reportOf } from './apply-report.ts'
import { toCloudError } from './aws-failure.ts'
import { type Change, type PolicyHolder, stages } from './change.ts'
import type { CloudError } from './cloud-error.ts'
import type { Connection, Connections } from './connection.ts'
import { fingerprintOf } from './fingerprint.ts'
import { inParallel } from './in-parallel.ts'
import type { Journal } from './journal.ts'
import type { Plan } from './plan.ts'
import { readScope } from './read-actual.ts'
import { namesAny, withoutRoles } from './role-resources.ts'

export interface ApplyOptions {
  readonly onProgress?: (event: ApplyEvent) => void
  readonly journal?: Journal
  /** `check`, the default, reads again first; `assume` is for a plan made in the same breath. */
  readonly freshness?: 'check' | 'assume'
}

export type ApplyEvent =
  | { readonly kind: 'started'; readonly change: Change }
  /** AWS throttles, or does not know yet what was made a moment ago: the same call is made again later. */
  | {
      readonly kind: 'waiting'
      readonly change: Change
      readonly delayMs: number
      readonly because: string
    }
  | { readonly kind: 'ended'; readonly outcome: ChangeOutcome }

export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly report: ApplyReport }
  /** What was read for the plan is no longer so: nothing was changed, plan again. */
  | { readonly kind: 'worldMoved' }

/**
 * Makes a plan's changes: stage after stage, accounts side by side, the steps of one account one after the other.
 * A failure ends only what rests on it: later steps for the same role, and in no case is a caller given the permission
 * to assume a role that did not come out right. Never throws for what AWS answers; the report says it.
 */
export async function applyPlan(
  plan: Plan,
  connections: Connections,
  options: ApplyOptions = {},
): Promise<ApplyOutcome> {
  if (options.freshness !== 'assume') {
    const actual = await readScope(plan.scope, connections)
    if (fingerprintOf(actual) !== plan.fingerprint) return { kind: 'worldMoved' }
  }
  const run: Run = { connections, options, outcomes: [], failed: new Set(), lost: new Map() }
  for (const stage of stages) {
    const ofStage = plan.changes.filter((change) => change.stage === stage)
    const accountIds = [...new Set(ofStage.map((change) => change.account.id))]
    await inParallel(accountIds, (id) =>
      applyInAccount(
        ofStage.filter((change) => change.account.id === id),
        run,
      ),
    )
  }
  return { kind: 'applied', report: reportOf(plan, run.outcomes) }
}

/** What is known so far; grows while the plan runs. */
interface Run {
  readonly connections: Connections
  readonly options: ApplyOptions
  readonly outcomes: ChangeOutcome[]
  /** Role and policy ARNs of which a step failed. */
  readonly failed: Set<string>
  /** Accounts that nothing more can be asked of, with the error that said so. */
  readonly lost: Map<string, CloudError>
}

async function applyInAccount(changes: readonly Change[], run: Run): Promise<void> {
  for (const planned of changes) {
    const next = chooseStep(planned, run)
    const outcome =
      next.kind === 'skip' ? skipped(planned, next.because) : await attempt(next.change, run)
    if (outcome.kind !== 'done') {
      for (const arn of objectsOf(planned)) run.failed.add(arn)
    }
    run.outcomes.push(outcome)
    run.options.onProgress?.({ kind: 'ended', outcome })
    await run.options.journal?.record(outcome)
  }
}

type Step =
  | { readonly kind: 'make'; readonly change: Change }
  | { readonly kind: 'skip'; readonly because: string }

function chooseStep(change: Change, run: Run): Step {
  const lost = run.lost.get(change.account.id)
  if (lost !== undefined) return { kind: 'skip', because: lost.message }
  if (change.stage === 'caller') return chooseCallerStep(change, run)
  const cause = objectsOf(change).find((arn) => run.failed.has(arn))
  if (cause !== undefined) return { kind: 'skip', because: `an earlier step for ${cause} failed` }
  return { kind: 'make', change }
}

/** A caller's policy is written without the roles that failed, unless it names them already. */
function chooseCallerStep(change: Change, run: Run): Step {
  if ('policyArn' in change && run.failed.has(change.policyArn)) {
    return { kind: 'skip', because: `an earlier step for ${change.policyArn} failed` }
  }
  const unmade = 'holder' in change ? failedHolder(change, run) : undefined
  if (unmade !== undefined) return { kind: 'skip', because: `an earlier step for ${unmade} failed` }
  if (!('after' in change)) return { kind: 'make', change }
  const before = 'before' in change ? (change.before ?? {}) : {}
  const left = change.roleArns.filter(
    (arn) => run.failed.has(arn) && !namesAny(before, new Set([arn])),
  )
  const after = withoutRoles(change.after, new Set(left))
  if (after === undefined) {
    return { kind: 'skip', because: `an earlier step for ${left.join(', ')} failed` }
  }
  return { kind: 'make', change: { ...change, after } }
}

/** The caller itself, where it is a role of this plan that did not come out right. */
function failedHolder(
  { account, holder }: Change & { readonly holder: PolicyHolder },
  run: Run,
): string | undefined {
  if (holder.kind !== 'role') return undefined
  return [...run.failed].find(
    (arn) =>
      arn.split(':')[4] === account.id &&
      /:role\//.test(arn) &&
      arn.slice(arn.lastIndexOf('/') + 1).toLowerCase() === holder.name.toLowerCase(),
  )
}

function objectsOf(change: Change): readonly string[] {
  // A caller's step that fails says nothing about the roles it names, except when it should have been taken away.
  const roles = change.stage === 'caller' ? [] : change.roleArns
  const isOfPolicy = change.side === 'caller' && 'policyArn' in change
  return isOfPolicy ? [...roles, change.policyArn] : roles
}

async function attempt(change: Change, run: Run): Promise<ChangeOutcome> {
  run.options.onProgress?.({ kind: 'started', change })
  try {
    await applyChange(forChange(change, run), change)
    return { kind: 'done', change }
  } catch (error) {
    const failure = toCloudError(error, { account: change.account, call: change.kind })
    if (isFinal(failure)) run.lost.set(change.account.id, failure)
    return { kind: 'failed', change, code: failure.code, because: failure.message }
  }
}

function skipped(change: Change, because: string): ChangeOutcome {
  return { kind: 'skipped', change, because }
}

function requireConnection(change: Change, connections: Connections): Connection {
  const open = connections.open.get(change.account.id)
  if (open !== undefined) return open
  throw connections.failed.get(change.account.id) ?? new Error('not signed in to this account')
}

const settleMs = 20_000

/** The account's connection, patient as far as the change may need it, and telling when it waits. */
function forChange(change: Change, run: Run): Connection {
  const connection = requireConnection(change, run.connections)
  const { retry } = connection
  return {
    ...connection,
    retry: {
      ...retry,
      settleMs: mayPrecede(change) ? Math.min(settleMs, retry.propagationMs) : 0,
      onWait: (delayMs, because) =>
        run.options.onProgress?.({ kind: 'waiting', change, delayMs, because }),
    },
  }
}

/** AWS: what was made a moment ago may not be there for the next call, so these wait for it. */
function mayPrecede(change: Change): boolean {
  return change.kind === 'attachPolicy' || change.kind === 'putInlinePolicy'
}

function isFinal(error: CloudError): boolean {
  return ['endpoint-down', 'bad-credentials', 'expired-credentials', 'no-credentials'].includes(
    error.code,
  )
}
