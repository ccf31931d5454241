import { hostname, userInfo } from 'node:os'
import type { Account, Grant } from '../access/index.ts'
import {
  type AssumeRoleRequest,
  assumeRole,
  type Credentials,
  defaultSessionName,
  getCallerIdentity,
  loadSourceCredentials,
  type StsEndpoint,
} from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionRow, OptionValues } from './command.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { grantRoleArn } from './grant.ts'
import { askForMfaCode } from './mfa-question.ts'
import { chooseStsEndpoint } from './sts-endpoint.ts'

/** A grant, opened in one of its accounts. */
export interface GrantSession {
  readonly account: Account
  readonly credentials: Credentials & { readonly expiresAtMs: number }
  readonly sessionArn: string
  readonly endpoint: StsEndpoint
}

/** The flags of every command that opens a grant. */
export const sessionOptions: readonly OptionRow[] = [
  { flags: '--profile <name>', summary: 'profile to start from; else as the AWS CLI chooses' },
  { flags: '--duration <seconds>', summary: '900 to 43200; AWS gives 3600 when left out' },
  { flags: '--session-name <name>', summary: 'how the trusting account sees who came' },
  { flags: '--source-identity <name>', summary: 'source identity to set' },
  { flags: '--mfa <code>', summary: 'code of your MFA device, where the grant asks for one' },
  { flags: '--mfa-serial <arn>', summary: 'that device, where it is not named like its user' },
]

export interface GrantTarget {
  readonly grant: Grant
  readonly account: Account
}

/** Signs in from the chosen source and assumes the grant's role. What goes wrong is a `CliError` with its exit code. */
export async function openGrant(
  target: GrantTarget,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<GrantSession> {
  const profile = options.profile ?? profileOf(target.grant)
  const endpoint = await chooseStsEndpoint({ options, profile, environment: context.environment })
  const source = await loadSourceCredentials({
    environment: context.environment,
    endpoint,
    ...(typeof profile === 'string' ? { profile } : {}),
  })
  if (source.kind !== 'credentials') {
    throw new CliError(source.message, {
      exitCode: source.kind === 'needsPerson' ? exitCodes.needsPerson : exitCodes.failed,
      remedy: 'name the profile to start from with --profile',
    })
  }
  const caller = await getCallerIdentity(source.credentials, endpoint)
  if (caller.kind !== 'identity') throw refusal(caller, `${source.origin} cannot sign in`)
  const request = await requestFor({ ...target, callerArn: caller.arn }, { context, options })
  const outcome = await assumeRole(source.credentials, request, endpoint)
  if (outcome.kind !== 'credentials') {
    throw refusal(outcome, `${caller.arn} may not assume ${request.roleArn}`)
  }
  return { account: target.account, endpoint, ...outcome }
}

function profileOf(grant: Grant): string | undefined {
  return grant.from.kind === 'account' ? grant.from.verifyAs : undefined
}

const refusalCodes: Readonly<Record<'denied' | 'failed', ExitCode>> = {
  denied: exitCodes.denied,
  failed: exitCodes.failed,
}

function refusal(
  answer: { readonly kind: 'denied' | 'failed'; readonly code: string; readonly message: string },
  what: string,
): CliError {
  return new CliError(`${what}: ${answer.code}: ${answer.message}`, {
    exitCode: refusalCodes[answer.kind],
    ...(answer.kind === 'denied'
      ? { remedy: 'AWS does not say which side refused; `stile drift` compares both with the file' }
      : {}),
  })
}

async function requestFor(
  { grant, account, callerArn }: GrantTarget & { readonly callerArn: string },
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<AssumeRoleRequest> {
  const { tags, transitiveTags } = grant.session
  const text = (key: string) => (typeof options[key] === 'string' ? options[key] : undefined)
  const sourceIdentity = text('sourceIdentity') ?? defaultSourceIdentity(grant, callerArn)
  return {
    roleArn: grantRoleArn(grant, account),
    sessionName: text('sessionName') ?? sessionNameOf(callerArn),
    tags,
    transitiveTagKeys: transitiveTags,
    ...(options.duration === undefined ? {} : { durationSeconds: durationOf(options.duration) }),
    ...(grant.require.externalId === undefined ? {} : { externalId: grant.require.externalId }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(grant.require.mfa || options.mfa !== undefined
      ? { mfa: await mfaOf(callerArn, { context, options }) }
      : {}),
  }
}

function sessionNameOf(callerArn: string): string {
  return defaultSessionName({ callerArn, loginName: userInfo().username, hostName: hostname() })
}

function defaultSourceIdentity(grant: Grant, callerArn: string): string | undefined {
  return grant.session.sourceIdentity === undefined ? undefined : sessionNameOf(callerArn)
}

function durationOf(value: unknown): number {
  const seconds = Number(value)
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200) return seconds
  throw new CliError(`--duration \`${value}\`: give whole seconds from 900 to 43200`)
}

async function mfaOf(
  callerArn: string,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<{ readonly serialNumber: string; readonly tokenCode: string }> {
  // AWS: the console names a user's first virtual device like the user.
  const serialNumber = String(options.mfaSerial ?? callerArn.replace(':user/', ':mfa/'))
  if (options.mfa !== undefined) return { serialNumber, tokenCode: String(options.mfa) }
  return { serialNumber, tokenCode: await askForMfaCode(serialNumber, { context, options }) }
}
