import { findAccessFile, loadAccessFile } from '../access/index.ts'
import { grantRoleArn } from './grant.ts'
import { accessPath } from './load-access.ts'
import type { SessionTarget, TargetRequest } from './session-target.ts'

/** What AWS answered. */
interface Refusal {
  readonly code: string
  readonly message: string
}

interface Remedy {
  readonly code?: RegExp
  readonly message?: RegExp
  readonly remedy: string
}

/**
 * What to do about refusals; the first row that fits counts.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const remedies: readonly Remedy[] = [
  {
    code: /^(RequestTimeTooSkewed|RequestExpired)$/,
    remedy: 'set the clock of this machine: `stile doctor` says how far it is off',
  },
  {
    message: /signature (expired|not yet current)/i,
    remedy: 'set the clock of this machine: `stile doctor` says how far it is off',
  },
  {
    message: /MultiFactorAuthentication failed/,
    remedy: 'a code counts once: wait for the next one; --mfa-serial names another device',
  },
  {
    message: /session limit for roles assumed by role chaining/,
    remedy: 'a role that is entered from a role holds for an hour: lower --duration',
  },
  {
    message: /exceeds the MaxSessionDuration/,
    remedy:
      'every role gives 1 h; its `MaxSessionDuration` in IAM says how much more: lower --duration',
  },
  {
    code: /^ExpiredToken/,
    remedy: 'these credentials are over: get new ones, or leave them by `stile assume --unset`',
  },
  {
    code: /^(InvalidClientTokenId|UnrecognizedClientException)$/,
    remedy:
      'the key was deleted or made inactive, its session is over, or it is mistyped: renew it',
  },
  {
    code: /^SignatureDoesNotMatch$/,
    remedy: 'the secret is not the one of this key: copy both again',
  },
  {
    code: /^PackedPolicyTooLarge/,
    remedy:
      'session policies and tags together are too long: shorten --policy, --policy-arn, --tag',
  },
  {
    code: /^RegionDisabled/,
    remedy: 'activate STS in that region for the account, or take another --region',
  },
  {
    message: /perform: sts:TagSession/,
    remedy:
      'session tags need `sts:TagSession` in the role’s trust and in your policies: leave --tag out',
  },
  {
    message: /perform: sts:SetSourceIdentity/,
    remedy:
      'a source identity needs `sts:SetSourceIdentity` in the role’s trust and in your policies',
  },
  {
    code: /^AccessDenied/,
    remedy:
      'AWS does not say why: no such role, a trust that leaves you out or asks for more (--external-id, --mfa, --tag), or no `sts:AssumeRole` of yours',
  },
]

/** By the answer alone; undefined where it says enough by itself. */
export function remedyOfRefusal({ code, message }: Refusal): string | undefined {
  return remedies.find(
    (row) => (row.code?.test(code) ?? true) && (row.message?.test(message) ?? true),
  )?.remedy
}

/** Somebody must type another one. */
export function isWrongCode({ message }: Refusal): boolean {
  return message.startsWith('MultiFactorAuthentication failed')
}

/** Where the access file tells more; undefined where it does not. */
export function remedyOf({ code, message }: Refusal, { grant }: SessionTarget): string | undefined {
  const isPlain = code === 'AccessDenied' && message.includes('sts:AssumeRole ')
  if (!isPlain || grant === undefined) return undefined
  return 'AWS does not say which side refused; `stile drift` compares both with the file'
}

/** The most seconds that a role gives; undefined for one that no access file here knows. */
export async function maximumOf(
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
