import { createHash, randomBytes } from 'node:crypto'
import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import type { Keys } from './aws-under-test.ts'
import { sendRaw, startTwoAccounts, type TwoAccounts } from './two-accounts.ts'

export interface RegistryWorld extends TwoAccounts {
  readonly ecr: (keys: Keys) => ECRClient
  /** What `Authorization` a client that signed in with these keys sends. */
  readonly login: (keys: Keys) => Promise<string>
  readonly newRepository: (accountId: string, name: string, policy?: object) => Promise<void>
  /** A user whose permissions are these actions on everything. */
  readonly userWith: (accountId: string, name: string, actions: readonly string[]) => Promise<Keys>
}

export const region = 'eu-west-1'

export async function startRegistryWorld(): Promise<RegistryWorld> {
  const world = await startTwoAccounts()
  const ecr = (credentials: Keys): ECRClient =>
    new ECRClient({
      endpoint: world.aws.url,
      region,
      credentials,
      maxAttempts: 1,
      systemClockOffset: world.nowMs() - Date.now(),
    })
  return {
    ...world,
    ecr,
    async login(keys) {
      const { authorizationData } = await ecr(keys).send(new GetAuthorizationTokenCommand({}))
      return `Basic ${authorizationData?.[0]?.authorizationToken}`
    },
    async newRepository(accountId, repositoryName, policy) {
      const client = ecr(world.root(accountId))
      await client.send(new CreateRepositoryCommand({ repositoryName }))
      if (policy === undefined) return
      const policyText = JSON.stringify(policy)
      await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
    },
    async userWith(accountId, name, actions) {
      const keys = await world.newUser(accountId, name)
      const statement = { Effect: 'Allow', Action: actions, Resource: '*' }
      await world.iam(world.root(accountId)).send(
        new PutUserPolicyCommand({
          UserName: name,
          PolicyName: 'given',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
        }),
      )
      return keys
    },
  }
}

/** A client of one repository's registry, by the path that names account and region. */
export interface RegistryClient {
  readonly base: string
  readonly send: (method: string, path: string, more?: Sent) => Promise<Answer>
  /** Pushes a blob in two requests; gives its digest. */
  readonly pushBlob: (bytes: Buffer) => Promise<string>
  /** Pushes an image of a configuration and a layer; gives its manifest and digest. */
  readonly pushImage: (reference: string) => Promise<{ digest: string; manifest: Buffer }>
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bytes: Buffer
  /** OCI's error codes. */
  readonly codes: readonly string[]
}

export const imageType = 'application/vnd.oci.image.manifest.v1+json'

export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export function registryClient(
  world: { readonly aws: { readonly url: string } },
  repository: { readonly accountId: string; readonly name: string },
  authorization: string | undefined,
): RegistryClient {
  const base = `/v2/${repository.accountId}/${region}/${repository.name}`
  const send = async (method: string, path: string, more: Sent = {}): Promise<Answer> => {
    const answer = await fetch(`${world.aws.url}${path}`, {
      method,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...more.headers },
      ...(more.body === undefined ? {} : { body: new Uint8Array(Buffer.from(more.body)) }),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      bytes,
      codes: codesOf(bytes),
    }
  }
  const pushBlob = async (bytes: Buffer): Promise<string> => {
    const begun = await send('POST', `${base}/blobs/uploads/`)
    if (begun.status !== 202) throw new Error(`beginning a blob: ${begun.status} ${begun.bytes}`)
    const digest = digestOf(bytes)
    const done = await send('PUT', `${begun.headers.location}?digest=${digest}`, { body: bytes })
    if (done.status !== 201) throw new Error(`pushing a blob: ${done.status} ${done.bytes}`)
    return digest
  }
  return {
    base,
    send,
    pushBlob,
    async pushImage(reference) {
      const [config, layer] = [randomBytes(20), randomBytes(3000)]
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: imageType,
          config: descriptor(await pushBlob(config), config.length, 'config.v1+json'),
          layers: [descriptor(await pushBlob(layer), layer.length, 'layer.v1.tar')],
        }),
      )
      const put = await send('PUT', `${base}/manifests/${reference}`, {
        headers: { 'content-type': imageType },
        body: manifest,
      })
      if (put.status !== 201) throw new Error(`pushing a manifest: ${put.status} ${put.bytes}`)
      return { digest: digestOf(manifest), manifest }
    },
  }
}

export function descriptor(digest: string, size: number, kind: string): object {
  return { mediaType: `application/vnd.oci.image.${kind}`, digest, size }
}

function codesOf(bytes: Buffer): readonly string[] {
  try {
    const { errors } = JSON.parse(bytes.toString()) as { errors?: readonly { code: string }[] }
    return (errors ?? []).map(({ code }) => code)
  } catch {
    return []
  }
}

/** The same by a `Host` that `fetch` would not set. */
export function sendToHost(
  world: RegistryWorld,
  host: string,
  sent: { readonly path: string; readonly authorization: string },
): ReturnType<typeof sendRaw> {
  const { path, authorization } = sent
  const headers = { host: `${host}:${world.aws.port}`, authorization }
  return sendRaw(world.aws, { method: 'GET', path, headers })
}
