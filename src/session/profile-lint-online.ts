import type { Environment } from './child-environment.ts'
import { parseConfigText } from './config-text.ts'
import type { Credentials } from './credentials.ts'
import { readConfigFile } from './edit-config-file.ts'
import { type LocatedProfile, locateProfiles } from './located-profile.ts'
import { type SharedConfigFinding, toFinding } from './profile-lint.ts'
import { loadProfiles, sharedConfigPaths } from './shared-config.ts'
import type { StsEndpoint } from './sts-call.ts'

/** A key should not live longer. */
const oldAfterMs = 90 * 24 * 3_600_000

export interface OnlineLint {
  readonly findings: readonly SharedConfigFinding[]
  /** Profiles whose keys IAM said nothing about, and why. */
  readonly unread: readonly string[]
}

/**
 * Asks IAM, with each profile's own keys, when they were made and last used. Needs `iam:ListAccessKeys` and
 * `iam:GetAccessKeyLastUsed` of the user itself; where they are missing it says so.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
export async function lintKeysOnline(request: {
  readonly environment: Environment
  readonly endpoint: StsEndpoint
  readonly nowMs: number
}): Promise<OnlineLint> {
  const located = await locate(request.environment)
  const findings: SharedConfigFinding[] = []
  const unread: string[] = []
  for (const [name, settings] of await loadProfiles(request.environment)) {
    const accessKeyId = settings.get('aws_access_key_id')
    const secretAccessKey = settings.get('aws_secret_access_key')
    // Temporary keys end by themselves.
    if (!accessKeyId || !secretAccessKey || settings.has('aws_session_token')) continue
    const profile = located.get(name)
    try {
      const age = await ageOf({ accessKeyId, secretAccessKey }, request)
      if (age.ms > oldAfterMs) findings.push(oldKey(name, { accessKeyId, age, profile }))
    } catch (error) {
      const code = error instanceof Error ? error.name : 'unknown'
      unread.push(`profile \`${name}\`: IAM does not say how old its key is (${code})`)
    }
  }
  return { findings, unread }
}

async function locate(environment: Environment): Promise<ReadonlyMap<string, LocatedProfile>> {
  const paths = sharedConfigPaths(environment)
  const read = async (kind: 'config' | 'credentials') => ({
    path: paths[kind],
    parsed: parseConfigText(await readConfigFile(paths[kind]), kind),
  })
  return locateProfiles([await read('config'), await read('credentials')])
}

interface KeyAge {
  readonly ms: number
  /** ISO date; undefined for a key that was never used. */
  readonly lastUsedOn: string | undefined
}

async function ageOf(
  keys: Credentials,
  { endpoint, nowMs }: { readonly endpoint: StsEndpoint; readonly nowMs: number },
): Promise<KeyAge> {
  const { IAMClient, ListAccessKeysCommand, GetAccessKeyLastUsedCommand } = await import(
    '@aws-sdk/client-iam'
  )
  const client = new IAMClient({
    region: endpoint.region,
    ...(endpoint.endpointUrl === undefined ? {} : { endpoint: endpoint.endpointUrl }),
    credentials: { ...keys },
    requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000 },
  })
  try {
    const { AccessKeyMetadata = [] } = await client.send(new ListAccessKeysCommand({}))
    const own = AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === keys.accessKeyId)
    const madeAtMs = own?.CreateDate?.getTime() ?? nowMs
    const used = await client.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId }),
    )
    const lastUsedOn = used.AccessKeyLastUsed?.LastUsedDate?.toISOString().slice(0, 10)
    return { ms: nowMs - madeAtMs, lastUsedOn }
  } finally {
    client.destroy()
  }
}

function oldKey(
  name: string,
  facts: {
    readonly accessKeyId: string
    readonly age: KeyAge
    readonly profile: LocatedProfile | undefined
  },
): SharedConfigFinding {
  const { age, accessKeyId, profile } = facts
  const days = Math.floor(age.ms / (24 * 3_600_000))
  const used = age.lastUsedOn === undefined ? 'never used' : `last used on ${age.lastUsedOn}`
  const message = `the key …${accessKeyId.slice(-4)} of profile \`${name}\` is ${days} days old, ${used}`
  const at = profile?.settings.get('aws_access_key_id')
  const place =
    at === undefined ? {} : { place: { path: at.path, line: at.line, column: at.column } }
  return toFinding({ code: 'old-key', profile: name, message, ...place })
}
