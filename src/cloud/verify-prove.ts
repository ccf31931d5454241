import type { STS } from '@aws-sdk/client-sts'
import { readFailure, toCloudError } from './aws-failure.ts'
import { type ConnectOptions, connect } from './connect.ts'
import type { Connection } from './connection.ts'
import { retrying } from './retry.ts'
import { type MetRequirements, metRequirements } from './verify-context.ts'
import type { WayIn } from './verify-decide.ts'

export type Attempt =
  /** The role was assumed, and its session asked who it is. */
  | { readonly kind: 'proved'; readonly sessionArn: string }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'notTried'; readonly because: string }

/**
 * Assumes the role for real, with the credentials of the grant's own principal. Only what the grant allows is tried:
 * nothing that is meant to fail, since that raises alarms. Throws a `CloudError` where STS cannot be reached.
 */
export async function attemptWayIn(
  way: WayIn,
  profile: string,
  options: ConnectOptions,
): Promise<Attempt> {
  if (way.grant.require.mfa) return { kind: 'notTried', because: 'the grant demands MFA' }
  const connection = await connect({ ...way.account, profile }, options)
  try {
    const me = callerName(connection.callerArn)
    if (me !== `${way.caller.kind}/${way.caller.name}`) {
      const because = `profile \`${profile}\` signs in as ${connection.callerArn}, not as ${way.caller.kind}/${way.caller.name}`
      return { kind: 'notTried', because }
    }
    return await assume(way, connection)
  } finally {
    connection.close()
  }
}

/** `role/ci` of a session, `user/ana` of a user. */
function callerName(arn: string): string {
  const resource = arn.split(':').slice(5).join(':')
  const session = /^assumed-role\/([^/]+)\//.exec(resource)?.[1]
  if (session !== undefined) return `role/${session}`
  return resource.replace(/^(\w+)\/.*?([^/]+)$/, '$1/$2')
}

async function assume(way: WayIn, connection: Connection): Promise<Attempt> {
  const met = metRequirements(way.grant, way.caller.name)
  const { id, name } = way.account
  try {
    const { Credentials: got } = await retrying(
      () => connection.sts.assumeRole(assumeInput(way.role.arn, met)),
      connection.retry,
    )
    const session = {
      accessKeyId: got?.AccessKeyId ?? '',
      secretAccessKey: got?.SecretAccessKey ?? '',
      sessionToken: got?.SessionToken ?? '',
    }
    const sessionArn = await askWho(connection, session)
    return { kind: 'proved', sessionArn }
  } catch (error) {
    const failure = readFailure(error)
    if (failure.awsCode.startsWith('AccessDenied')) {
      return { kind: 'refused', because: failure.message }
    }
    throw toCloudError(error, { account: { id, name }, call: 'sts:AssumeRole' })
  }
}

// AWS: 900 seconds is the shortest session there is.
function assumeInput(roleArn: string, met: MetRequirements): Parameters<STS['assumeRole']>[0] {
  const tags = Object.entries(met.tags).map(([Key, Value]) => ({ Key, Value }))
  return {
    RoleArn: roleArn,
    RoleSessionName: 'stile-verify',
    DurationSeconds: 900,
    ...(met.externalId === undefined ? {} : { ExternalId: met.externalId }),
    ...(met.sourceIdentity === undefined ? {} : { SourceIdentity: met.sourceIdentity }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
    ...(met.transitiveTags.length === 0 ? {} : { TransitiveTagKeys: [...met.transitiveTags] }),
  }
}

async function askWho(
  connection: Connection,
  credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  },
): Promise<string> {
  const { STS: StsClient } = await import('@aws-sdk/client-sts')
  const { region, endpoint } = connection.sts.config
  const sts = new StsClient({
    credentials,
    region,
    maxAttempts: 1,
    ignoreConfiguredEndpointUrls: true,
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  try {
    const identity = await retrying(() => sts.getCallerIdentity({}), connection.retry)
    return identity.Arn ?? ''
  } finally {
    sts.destroy()
  }
}
