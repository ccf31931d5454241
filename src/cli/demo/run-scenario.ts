import {
  type AccessFile,
  type Compilation,
  checkAccess,
  compileAccess,
  loadAccessFile,
} from '../../access/index.ts'
import { applyPlan, closeAll, connectAll, planChanges, readActual } from '../../cloud/index.ts'
import { type LocalAws, startLocalAws } from '../../local/index.ts'
import { CliError } from '../cli-error.ts'
import { describeProblems } from '../load-access.ts'
import { addAdministratorProfiles, type NamedAccount, seedOf } from '../local-accounts.ts'
import type { Output } from '../output.ts'
import { countOf } from '../render-check.ts'
import { createDemoClock, type DemoClock } from './demo-clock.ts'
import { type FoundScenario, loadScenario } from './discover.ts'
import { keepRunning } from './keep-running.ts'
import type { Scenario } from './scenario.ts'
import { createStepLog, type ScenarioResult, type StepLog } from './step-log.ts'
import { createTemporaryHome, type TemporaryHome } from './temporary-home.ts'
import { createWorld } from './world.ts'

export interface DemoSettings {
  readonly output: Output
  /** From the real environment, so that child processes find programs. */
  readonly searchPath: string | undefined
  /** With it the embedded AWS stays up until it is aborted. */
  readonly keepUntil?: AbortSignal
}

const region = 'eu-west-1'

/** Runs one scenario from an empty AWS to its last step, and tears everything down. Never throws for a failed step. */
export async function runScenario(
  found: FoundScenario,
  settings: DemoSettings,
): Promise<ScenarioResult> {
  const { output } = settings
  const scenario = await loadScenario(found.folder)
  output.print(output.paint('bold', `${found.name}: ${scenario.title}`))
  const log = createStepLog(output, () => performance.now())
  const access = await requireAccessOf(found.folder)
  const clock = createDemoClock()
  const accounts = accountsOf(access, scenario)
  const local = await startLocalAws({ clock, seed: seedOf(accounts) })
  const home = await createTemporaryHome({
    endpoint: local.url,
    region,
    searchPath: settings.searchPath,
  })
  try {
    await addAdministratorProfiles(access.accounts, { home, local, region })
    const ok = await runSteps({ found, scenario, access, accounts, log, home, local, clock })
    output.print(`  ${output.paint('dim', 'next:')} ${scenario.next}`)
    const { keepUntil } = settings
    if (keepUntil !== undefined) await keepRunning(home, { output, keepUntil })
    return { name: found.name, ok, steps: log.steps }
  } finally {
    await Promise.all([local.stop(), home.remove()])
  }
}

async function requireAccessOf(folder: string): Promise<AccessFile> {
  const parsed = await loadAccessFile(`${folder}/access.yaml`)
  if (parsed.ok) return parsed.access
  throw new CliError(describeProblems(parsed.problems))
}

interface Run {
  readonly found: FoundScenario
  readonly scenario: Scenario
  readonly access: AccessFile
  readonly accounts: readonly NamedAccount[]
  readonly log: StepLog
  readonly home: TemporaryHome
  readonly local: LocalAws
  readonly clock: DemoClock
}

/** Stops at the first step that later ones rest on. */
async function runSteps(run: Run): Promise<boolean> {
  const { scenario, access, accounts, log, local, clock } = run
  const world = createWorld({ ...run, region, folder: run.found.folder })
  const step = (name: string, action: () => Promise<string>): Promise<boolean> =>
    log.run({ name, mark: '✓' }, action)
  const isReady =
    (await step('embedded AWS', async () => {
      await scenario.arrange(world)
      return `accounts ${accounts.map(({ name }) => name).join(', ')} at ${local.url}`
    })) &&
    (await step('check', async () => check(access, clock.nowMs()))) &&
    (await step('plan and apply', () => planAndApply(run)))
  if (!isReady) return false
  await scenario.work(world)
  return log.steps.every((each) => each.ok)
}

/** The file's accounts and the scenario's strangers. */
function accountsOf(access: AccessFile, scenario: Scenario): readonly NamedAccount[] {
  const strangers = Object.entries(scenario.strangers ?? {}).map(([name, id]) => ({ name, id }))
  return [...access.accounts, ...strangers]
}

async function check(access: AccessFile, nowMs: number): Promise<string> {
  const { problems, proofs } = checkAccess(access, { nowMs })
  const count = (kind: string): number => proofs.filter((proof) => proof.kind === kind).length
  const failed = proofs.find((proof) => proof.kind === 'failed')
  if (failed !== undefined) throw new Error(`${failed.title}: ${failed.detail}`)
  const warnings = problems.filter((problem) => problem.severity === 'warning').length
  const left = count('delegated') === 0 ? '' : `, ${count('delegated')} left to administrators`
  return `${count('allowed')} proved to work, ${count('refused')} proved to be refused${left}, ${countOf(warnings, 'warning')}`
}

const shownAtMost = 3

function firstOf(lines: readonly string[]): readonly string[] {
  if (lines.length <= shownAtMost + 1) return lines
  return [...lines.slice(0, shownAtMost), `… and ${lines.length - shownAtMost} more`]
}

/** The documents of one role and of one caller: the others of a scenario are alike. */
function documentLines({ roles, callerPolicies }: Compilation): readonly string[] {
  return [
    ...roles
      .slice(0, 1)
      .flatMap((role) => [
        `trust policy of ${role.name}: ${JSON.stringify(role.trustPolicy)}`,
        ...role.inlinePolicies.map(
          ({ name, document }) => `permissions ${name}: ${JSON.stringify(document)}`,
        ),
      ]),
    ...callerPolicies
      .slice(0, 1)
      .map(({ name, document }) => `caller policy ${name}: ${JSON.stringify(document)}`),
  ]
}

/** Signs in with the profiles that the access file names, as `stile apply` does. */
async function planAndApply({ access, clock, home, log }: Run): Promise<string> {
  const compiled = compileAccess(access)
  if (!compiled.ok) throw new Error(describeProblems(compiled.problems))
  const { compilation } = compiled
  const connections = await connectAll(access.accounts, { environment: home.environment })
  try {
    const actual = await readActual(compilation, connections, {})
    const plan = planChanges(compilation, actual, { nowMs: clock.nowMs() })
    log.note([
      ...firstOf(plan.access.map(({ sign, words }) => `${sign} ${words}`)),
      ...documentLines(compilation),
    ])
    const outcome = await applyPlan(plan, connections)
    if (outcome.kind === 'worldMoved') throw new Error('the accounts changed meanwhile')
    const { report } = outcome
    const failed = report.accounts
      .flatMap(({ outcomes }) => outcomes)
      .find(({ kind }) => kind !== 'done')
    if (failed !== undefined && 'because' in failed) throw new Error(failed.because)
    if (!report.ok) throw new Error(report.accounts.flatMap(({ blocked }) => blocked).join('; '))
    return `${plan.changes.length} changes made on both sides`
  } finally {
    closeAll(connections)
  }
}
