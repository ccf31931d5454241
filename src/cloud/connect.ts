import type { STS } from '@aws-sdk/client-sts'
import type { Account } from '../access/index.ts'
import { toCloudError } from './aws-failure.ts'
import { type AccountRef, CloudError, renderAccount } from './cloud-error.ts'
import type { Connection, Connections } from './connection.ts'
import { type CredentialsProvider, findCredentials } from './credentials.ts'
import { chooseEndpoint, chooseRegion, iamRegions } from './endpoint.ts'
import { inParallel } from './in-parallel.ts'
import { defaultRetry, type RetrySettings, retrying } from './retry.ts'
import { type Environment, loadSharedConfig, type SharedConfig } from './shared-config.ts'

export interface ConnectOptions {
  readonly environment: Environment
  readonly endpointUrl?: string
  readonly region?: string
  readonly retry?: Partial<RetrySettings>
  readonly mfaCode?: (serialNumber: string) => Promise<string>
}

/**
 * Signs in to an account and asks STS who it is.
 * Throws a `CloudError`: `wrong-account` when the credentials belong to another account than the file declares.
 */
export async function connect(account: Account, options: ConnectOptions): Promise<Connection> {
  return connectWith(await loadSharedConfig(options.environment), account, options)
}

async function connectWith(
  config: SharedConfig,
  account: Account,
  options: ConnectOptions,
): Promise<Connection> {
  requireProfile(account, config)
  const target = chooseTarget(account, options, config)
  const retry: RetrySettings = { ...defaultRetry, ...options.retry }
  const [{ IAM }, { STS: StsClient }] = await Promise.all([
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-sts'),
  ])
  const { credentials } = target
  const shared = {
    credentials,
    // INVARIANT: the tries are ours (`callIam`), and where calls go has been decided above.
    maxAttempts: 1,
    ignoreConfiguredEndpointUrls: true,
    requestHandler: timeouts,
  } as const
  const iam = new IAM({
    ...shared,
    region: iamRegions[account.partition],
    ...(target.iamEndpoint === undefined ? {} : { endpoint: target.iamEndpoint }),
  })
  const sts = new StsClient({
    ...shared,
    region: target.region,
    ...(target.stsEndpoint === undefined ? {} : { endpoint: target.stsEndpoint }),
  })
  const close = (): void => {
    iam.destroy()
    sts.destroy()
  }
  const opened = { account, iam, sts, retry, close }
  try {
    const callerArn = await whoAmI({ account, sts, retry, endpoint: target.stsEndpoint })
    const endpoint = target.iamEndpoint
    return { ...opened, callerArn, ...(endpoint === undefined ? {} : { endpoint }) }
  } catch (error) {
    close()
    throw error
  }
}

/** Signs in to many accounts side by side. Never throws for an account: its error is in `failed`. */
export async function connectAll(
  accounts: readonly Account[],
  options: ConnectOptions,
): Promise<Connections> {
  const open = new Map<string, Connection>()
  const failed = new Map<string, CloudError>()
  const config = await loadSharedConfig(options.environment)
  await inParallel(accounts, async (account) => {
    try {
      open.set(account.id, await connectWith(config, account, options))
    } catch (error) {
      failed.set(account.id, toCloudError(error, { account: refOf(account), call: 'sign-in' }))
    }
  })
  return { open, failed }
}

/** Ends the sockets of all open connections. */
export function closeAll(connections: Connections): void {
  for (const connection of connections.open.values()) connection.close()
}

const timeouts = { connectionTimeout: 5_000, requestTimeout: 30_000 }

interface Target {
  readonly region: string
  readonly iamEndpoint: string | undefined
  readonly stsEndpoint: string | undefined
  readonly credentials: CredentialsProvider
}

function chooseTarget(account: Account, options: ConnectOptions, config: SharedConfig): Target {
  const { environment, endpointUrl } = options
  const profile = account.profile ?? environment.AWS_PROFILE ?? 'default'
  const { partition } = account
  const wanted = options.region ?? account.region
  const region = chooseRegion({ profile, partition, wanted }, environment, config)
  const endpointOf = (service: 'iam' | 'sts') => {
    const question = { service, profile, ...(endpointUrl === undefined ? {} : { endpointUrl }) }
    return chooseEndpoint(question, environment, config)
  }
  const stsEndpoint = endpointOf('sts')
  const { mfaCode } = options
  const signIn = { profile: account.profile, region, stsEndpoint }
  const credentials = findCredentials(
    mfaCode === undefined ? signIn : { ...signIn, mfaCode },
    environment,
    config,
  )
  return { region, iamEndpoint: endpointOf('iam'), stsEndpoint, credentials }
}

function requireProfile(account: Account, config: SharedConfig): void {
  if (account.profile === undefined || config.hasProfile(account.profile)) return
  const files = `${config.configPath} nor ${config.credentialsPath}`
  throw new CloudError(
    `account ${renderAccount(account)}: profile \`${account.profile}\` is in neither ${files}; add it, or change \`profile\` in the access file`,
    { code: 'missing-profile', account: refOf(account), call: 'sign-in' },
  )
}

async function whoAmI(asked: {
  readonly account: Account
  readonly sts: STS
  readonly retry: RetrySettings
  readonly endpoint: string | undefined
}): Promise<string> {
  const { account, sts, endpoint } = asked
  const place = { account: refOf(account), call: 'sts:GetCallerIdentity' }
  const identity = await retrying(() => sts.getCallerIdentity({}), asked.retry).catch((error) => {
    throw toCloudError(error, endpoint === undefined ? place : { ...place, endpoint })
  })
  if (identity.Account !== account.id) {
    const by =
      account.profile === undefined ? 'the credentials here' : `profile \`${account.profile}\``
    throw new CloudError(
      `account ${renderAccount(account)}: ${by} signs in to ${identity.Account ?? 'no account'} (as ${identity.Arn ?? 'nobody'}), not to ${account.id}; name the right \`profile\` or mend the account's id in the access file`,
      { code: 'wrong-account', ...place },
    )
  }
  return identity.Arn ?? ''
}

function refOf(account: Account): AccountRef {
  return { id: account.id, name: account.name }
}
