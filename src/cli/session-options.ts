import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RoleHop } from '../session/index.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext, OptionRow, OptionValues } from './command.ts'

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

/** The hop with what the flags ask for on top. Bad values are usage errors. */
export async function withFlags(
  hop: RoleHop,
  { context, options }: { readonly context: CommandContext; readonly options: OptionValues },
): Promise<RoleHop> {
  const sessionName = textOf(options.sessionName)
  const externalId = textOf(options.externalId)
  const sourceIdentity = textOf(options.sourceIdentity)
  const { tags, transitiveTagKeys } = tagsOf(hop, options)
  const policy = await policyOf(options.policy, context)
  const policyArns = [
    ...(hop.policyArns ?? []),
    ...listOf(options.policyArn),
    ...(options.readOnly === true ? [readOnlyPolicy(hop.roleArn)] : []),
  ]
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

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

function durationOf(value: unknown): number {
  const [, digits = '', unit = 's'] = /^(\d+)([smh]?)$/.exec(String(value)) ?? []
  const seconds = digits === '' ? Number.NaN : Number(digits) * (units[unit || 's'] ?? 1)
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw new CliError(`--duration \`${value}\`: give 15m to 12h, or 900 to 43200 seconds`)
}

interface Tags {
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
}

function tagsOf(hop: RoleHop, options: OptionValues): Tags {
  const plain = listOf(options.tag).map((text) => splitTag('--tag', text))
  const transitive = listOf(options.transitiveTag).map((text) => splitTag('--transitive-tag', text))
  const transitiveTagKeys = [...(hop.transitiveTagKeys ?? []), ...transitive.map(([key]) => key)]
  return {
    tags: { ...hop.tags, ...Object.fromEntries([...plain, ...transitive]) },
    transitiveTagKeys: [...new Set(transitiveTagKeys)],
  }
}

function splitTag(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new CliError(`${flag} \`${text}\`: write it as key=value`)
}

async function policyOf(file: unknown, context: CommandContext): Promise<string | undefined> {
  if (typeof file !== 'string') return undefined
  const path = resolve(context.cwd, file)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError(`--policy: cannot read \`${file}\``, { cause })
  })
  try {
    // STS counts characters: what only a person needs is left out.
    return JSON.stringify(JSON.parse(text))
  } catch (cause) {
    throw new CliError(`--policy: \`${file}\` is not JSON`, { cause })
  }
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
