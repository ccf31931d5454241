import type { IAM } from '@aws-sdk/client-iam'
import type { STS } from '@aws-sdk/client-sts'
import type { Account } from '../access/index.ts'
import { toCloudError } from './aws-failure.ts'
import type { CloudError } from './cloud-error.ts'
import { type RetrySettings, retrying } from './retry.ts'

/** One account, signed in to. Its clients try once: `callIam` decides about more. */
export interface Connection {
  readonly account: Account
  /** Who Stile is there. */
  readonly callerArn: string
  readonly iam: IAM
  readonly sts: STS
  /** Where calls go when it is not AWS. */
  readonly endpoint?: string
  readonly retry: RetrySettings
  readonly close: () => void
}

/** Every account of an access file: those signed in to and those that could not be, by account id. */
export interface Connections {
  readonly open: ReadonlyMap<string, Connection>
  readonly failed: ReadonlyMap<string, CloudError>
}

/** Makes one IAM call with retries; a failure is a `CloudError` that names the account and the call. */
export async function callIam<T>(
  connection: Connection,
  name: string,
  send: (iam: IAM) => Promise<T>,
): Promise<T> {
  try {
    return await retrying(() => send(connection.iam), connection.retry)
  } catch (error) {
    const { account, endpoint } = connection
    const place = { account: { id: account.id, name: account.name }, call: `iam:${name}` }
    throw toCloudError(error, endpoint === undefined ? place : { ...place, endpoint })
  }
}
