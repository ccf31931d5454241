import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts'
import type { LocalAws } from '../../src/local/index.ts'
import { startLocalAws } from '../../src/local/index.ts'
import type { Keys } from './aws-under-test.ts'

/** An embedded AWS with two accounts, and clients that sign as whom a test wants. */
export interface TwoAccounts {
  readonly aws: LocalAws
  readonly home: string
  readonly other: string
  readonly iam: (keys: Keys) => IAMClient
  readonly sts: (keys: Keys) => STSClient
  readonly root: (accountId: string) => Keys
  /** Makes a user without any permission. */
  readonly newUser: (accountId: string, name: string) => Promise<Keys>
  readonly assume: (keys: Keys, input: Partial<AssumeRoleCommandInput>) => Promise<Keys>
  /** Moves the server's clock. */
  readonly passSeconds: (seconds: number) => void
  readonly nowMs: () => number
  readonly stop: () => Promise<void>
}

export async function startTwoAccounts(): Promise<TwoAccounts> {
  let offsetMs = 0
  const nowMs = (): number => Date.now() + offsetMs
  const home = '111111111111'
  const other = '222222222222'
  const aws = await startLocalAws({
    clock: { nowMs },
    seed: { accounts: [{ id: home }, { id: other }] },
  })
  const settings = (credentials: Keys) => ({
    endpoint: aws.url,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
    systemClockOffset: offsetMs,
  })
  const iam = (keys: Keys): IAMClient => new IAMClient(settings(keys))
  const sts = (keys: Keys): STSClient => new STSClient(settings(keys))
  return {
    aws,
    home,
    other,
    iam,
    sts,
    root: aws.rootCredentials,
    async newUser(accountId, name) {
      const client = iam(aws.rootCredentials(accountId))
      await client.send(new CreateUserCommand({ UserName: name }))
      const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: name }))
      return {
        accessKeyId: AccessKey?.AccessKeyId ?? '',
        secretAccessKey: AccessKey?.SecretAccessKey ?? '',
      }
    },
    async assume(keys, input) {
      const whole = { RoleArn: '', RoleSessionName: 'session', ...input }
      const { Credentials } = await sts(keys).send(new AssumeRoleCommand(whole))
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      }
    },
    passSeconds(seconds) {
      offsetMs += seconds * 1000
    },
    nowMs,
    stop: aws.stop,
  }
}

/** A trust or identity-based policy of one statement, as text. */
export function policyText(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

export interface RawRequest {
  readonly method: string
  readonly path: string
  /** A list sends the header more than once. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends exactly what it is given: clients would mend it. */
export function sendRaw(aws: LocalAws, raw: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = Object.entries(raw.headers).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).flatMap((one) => [name, one]),
    )
    const sent = request(
      {
        host: '127.0.0.1',
        port: aws.port,
        method: raw.method,
        path: raw.path,
        headers,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
        })
      },
    )
    sent.on('error', reject)
    sent.end(raw.body)
  })
}
