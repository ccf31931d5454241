import type { RoleHop } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionRow, OptionValues } from './command.ts'
import { requireFlags } from './flag-rules.ts'
import { loadSessionPolicy } from './session-policy.ts'
import { tagsOf } from './session-tags.ts'

/** The flags of every command that opens a session. */
export const sessionOptions: readonly OptionRow[] = [
  {
    flags: '--profile <name>',
    summary: 'profile, or keys:NAME, to start from; else as the AWS CLI chooses',
  },
  { flags: '--via <name...>', summary: 'roles, grants or aliases to go through first, in order' },
  {
    flags: '--duration <time>',
    summary: '15m to 12h, or seconds; AWS gives an hour when left out',
  },
  { flags: '--session-name <name>', summary: 'how the trusting account sees who came' },
  { flags: '--external-id <id>', summary: 'what the trusting account asks for, if it asks' },
  { flags: '--source-identity <name>', summary: 'source identity to set' },
  { flags: '--tag <key=value...>', summary: 'session tags' },
  { flags: '--transitive-tag <key=value...>', summary: 'session tags that later roles keep' },
  { flags: '--policy <file>', summary: 'session policy: less than the role may do' },
  { flags: '--policy-arn <arn...>', summary: 'managed policies as session policies' },
  { flags: '--read-only', summary: 'no more than ReadOnlyAccess lets the role do' },
  { flags: '--mfa <code>', summary: 'code of your MFA device, where a role asks for one' },
  { flags: '--mfa-serial <arn>', summary: 'that device, where it is not named like its user' },
  { flags: '--fresh', summary: 'get a new session although one is kept' },
  { flags: '--cache <where>', summary: 'keep sessions in files (the default) or the keychain' },
]

/** AWS: the managed policy is of the partition of the role. */
const readOnlyPolicy = (roleArn: string): string =>
  `arn:${roleArn.split(':')[1]}:iam::aws:policy/ReadOnlyAccess`

/** AWS: of managed policies, beside the one in `--policy`. */
const mostPolicyArns = 10

/** The hop with what the flags ask for on top. Bad values are usage errors. */
export async function withFlags(
  hop: RoleHop,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<RoleHop> {
  requireFlags(options)
  const sessionName = textOf(options.sessionName)
  const externalId = textOf(options.externalId)
  const sourceIdentity = textOf(options.sourceIdentity)
  const { tags, transitiveTagKeys } = tagsOf(hop, options)
  const policyFile = textOf(options.policy)
  const policy = policyFile === undefined ? undefined : await loadSessionPolicy(policyFile, context)
  const policyArns = [
    ...(hop.policyArns ?? []),
    ...listOf(options.policyArn),
    ...(options.readOnly === true ? [readOnlyPolicy(hop.roleArn)] : []),
  ]
  if (policyArns.length > mostPolicyArns) {
    throw new CliError(`${policyArns.length} session policies: AWS takes ${mostPolicyArns} ARNs`)
  }
  const asksForMfa = hop.mfa !== undefined || options.mfa !== undefined
  const serialNumber = textOf(options.mfaSerial) ?? hop.mfa?.serialNumber
  return {
    ...hop,
    ...(sessionName === undefined ? {} : { sessionName }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(sourceIdentity === undefined
      ? {}
      : { sourceIdentity: { kind: 'set' as const, value: sourceIdentity } }),
    ...(options.duration === undefined ? {} : { durationSeconds: durationOf(options.duration) }),
    ...(Object.keys(tags).length === 0 ? {} : { tags, transitiveTagKeys }),
    ...(policy === undefined ? {} : { policy }),
    ...(policyArns.length === 0 ? {} : { policyArns }),
    ...(asksForMfa ? { mfa: serialNumber === undefined ? {} : { serialNumber } } : {}),
  }
}

/** Flags that are a request for a role, by their option. */
const roleFlags: Readonly<Record<string, string>> = {
  readOnly: '--read-only',
  policy: '--policy',
  policyArn: '--policy-arn',
  duration: '--duration',
  sessionName: '--session-name',
  externalId: '--external-id',
  sourceIdentity: '--source-identity',
  tag: '--tag',
  transitiveTag: '--transitive-tag',
}

/**
 * Where no role is assumed there is nobody to ask for less. INVARIANT: whoever asks for a session that may do less never
 * gets one that may do all.
 */
export function refuseRoleFlags(name: string, options: OptionValues): void {
  const given = Object.keys(roleFlags).find((option) => options[option] !== undefined)
  if (given === undefined) return
  throw new CliError(`${roleFlags[given]} is for a role, and \`${name}\` stands for credentials`, {
    remedy: 'name a role, a grant, or a profile with `role_arn` and `source_profile`',
  })
}

/** Seconds, or as in `90m`, `1h30m`. */
function durationOf(value: unknown): number {
  const text = String(value)
  const [, plain, h, m, s] = /^(?:(\d+)|(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)$/.exec(text) ?? []
  const seconds = Number(plain ?? Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0))
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw new CliError(
    `--duration \`${text}\`: give 15m to 12h, as in 1h30m, or 900 to 43200 seconds`,
  )
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
