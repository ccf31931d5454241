import { fileURLToPath } from 'node:url'
import type { AccessFile, Account } from '../../access/index.ts'
import type { LocalAws } from '../../local/index.ts'
import { assumeRole, type Credentials } from '../../session/index.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-code.ts'
import { grantRoleArn, requireGrant } from '../grant.ts'
import { administratorName, type NamedAccount } from '../local-accounts.ts'
import type { DemoClock } from './demo-clock.ts'
import { describeRefusal } from './refusal.ts'
import { runProgram } from './run-program.ts'
import type { AssumeChanges, ClientSettings, World } from './scenario.ts'
import type { StepLog } from './step-log.ts'
import type { TemporaryHome } from './temporary-home.ts'

const stileBinary = fileURLToPath(new URL('../../../bin/stile.js', import.meta.url))

export interface WorldParts {
  readonly access: AccessFile
  readonly folder: string
  readonly local: LocalAws
  readonly clock: DemoClock
  readonly home: TemporaryHome
  readonly log: StepLog
  readonly region: string
  readonly accounts: readonly NamedAccount[]
}

/** The world that a scenario's `arrange` and `work` act in. */
export function createWorld(parts: WorldParts): World {
  const { local, home, log, folder, clock, region } = parts
  const accountNames = new Map(parts.accounts.map(({ id, name }) => [id, name]))
  const signedIn = (credentials: Credentials): ClientSettings => settingsFor(credentials, parts)
  return {
    endpoint: local.url,
    region,
    folder,
    home: home.path,
    environment: home.environment,
    nowMs: clock.nowMs,
    later: clock.later,
    accountId: (name) => requireAccountId(name, accountNames),
    admin: (name) =>
      signedIn(local.userCredentials(requireAccountId(name, accountNames), administratorName)),
    signedIn,
    addProfile: (profile) => home.addProfile({ region, endpointUrl: local.url, ...profile }),
    assume: (grant, source, changes) => assumeGrant({ grant, source, changes }, parts),
    step: async (name, action) => void (await log.run({ name, mark: '✓' }, action)),
    refused: async (name, attempt) =>
      void (await log.run({ name, mark: '✗' }, () =>
        describeRefusal(attempt, { local, accountNames }),
      )),
    show: (heading, lines) => log.note([`${heading}:`, ...lines.map((line) => `  ${line}`)]),
    stile: (...argv) =>
      runProgram({
        argv: [process.execPath, stileBinary, ...argv],
        cwd: folder,
        environment: home.environment,
      }),
    run: (argv, environment) =>
      runProgram({ argv, cwd: folder, environment: { ...home.environment, ...environment } }),
  }
}

function requireAccountId(name: string, names: ReadonlyMap<string, string>): string {
  for (const [id, each] of names) if (each === name) return id
  throw new CliError(
    `the scenario names an account \`${name}\` that neither it nor its access file declares`,
  )
}

function settingsFor(credentials: Credentials, parts: WorldParts): ClientSettings {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return {
    endpoint: parts.local.url,
    region: parts.region,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    systemClockOffset: parts.clock.offsetMs(),
    forcePathStyle: true,
  }
}

interface GrantAttempt {
  readonly grant: string
  readonly source: Credentials
  readonly changes: AssumeChanges | undefined
}

async function assumeGrant(attempt: GrantAttempt, parts: WorldParts): Promise<Credentials> {
  const grant = requireGrant(parts.access, attempt.grant)
  const { changes = {} } = attempt
  const account = grant.to.accounts.find((each: Account) => each.name === changes.account)
  const externalId = 'externalId' in changes ? changes.externalId : grant.require.externalId
  const outcome = await assumeRole(
    attempt.source,
    {
      roleArn: grantRoleArn(grant, account ?? grant.to.accounts[0]),
      sessionName: 'demo',
      durationSeconds: changes.durationSeconds ?? 3600,
      ...(externalId === undefined ? {} : { externalId }),
    },
    { endpointUrl: parts.local.url, region: parts.region },
  )
  if (outcome.kind === 'credentials') return outcome.credentials
  throw new CliError(`${outcome.code}: ${outcome.message}`, { exitCode: exitCodes.denied })
}
