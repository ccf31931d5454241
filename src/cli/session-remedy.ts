import { findAccessFile, loadAccessFile } from '../access/index.ts'
import { grantRoleArn } from './grant.ts'
import { accessPath } from './load-access.ts'
import { renderSeconds } from './plan-duration.ts'
import type { SessionTarget, TargetRequest } from './session-target.ts'

/** What AWS answered. */
interface Refusal {
  readonly code: string
  readonly message: string
}

/** What to do about a refusal that is about neither side's documents; undefined where nothing better is known. */
export async function remedyOf(
  refusal: Refusal,
  target: SessionTarget,
  request: TargetRequest,
): Promise<string | undefined> {
  if (isAboutTime(refusal))
    return 'set the clock of this machine: `stile doctor` says how far it is off'
  if (!refusal.message.includes('exceeds the MaxSessionDuration')) return undefined
  const maximum = await maximumOf(target, request)
  return maximum === undefined
    ? 'every role gives 1 h; its `MaxSessionDuration` in IAM says how much more: lower --duration'
    : `the role gives ${renderSeconds(maximum)} at most, says the access file: lower --duration`
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
function isAboutTime({ code, message }: Refusal): boolean {
  const isTimeCode = ['RequestTimeTooSkewed', 'RequestExpired'].includes(code)
  return isTimeCode || /signature (expired|not yet current)/i.test(message)
}

/** Seconds; undefined for a role that no access file here knows. */
async function maximumOf(
  { plan, grant }: SessionTarget,
  { context, options }: TargetRequest,
): Promise<number | undefined> {
  if (grant !== undefined) return grant.session.maxDurationSeconds
  if (options.file === undefined && findAccessFile(context.cwd) === undefined) return undefined
  const parsed = await loadAccessFile(accessPath(options.file, context))
  const roleArn = plan.hops.at(-1)?.roleArn
  const grants = parsed.ok ? parsed.access.grants : []
  const known = grants.find(({ to, ...rest }) =>
    to.accounts.some((account) => grantRoleArn({ to, ...rest }, account) === roleArn),
  )
  return known?.session.maxDurationSeconds
}
