import { parseAccountId } from '../core/index.ts'
import { dispatch } from './dispatch.ts'
import type { Event } from './event-history.ts'
import { createEventHistory } from './event-history.ts'
import type { ExtraRoute } from './http/extra-route.ts'
import { startHttpServer } from './http/server.ts'
import type { DispatchTools } from './incoming.ts'
import { addIssuer, type KnownIssuer } from './oidc/issuers.ts'
import { createOidcRoute } from './oidc/oidc-routes.ts'
import type { LocalTools } from './operation.ts'
import { createPolicyCompiler } from './policy-compiler.ts'
import { createRandomSource } from './random-source.ts'
import { createRegistryRoute } from './registry/index.ts'
import { readSealingKey } from './sealing-key.ts'
import { type SeedUser, seedUser, userCredentials } from './seed-users.ts'
import { ecrRoutes } from './services/ecr/index.ts'
import type { RootCredentials } from './services/iam/accounts.ts'
import { addAccount, rootCredentials } from './services/iam/accounts.ts'
import { createOperationTable } from './services/operations.ts'
import { createPostObjectRoute } from './services/s3/post/post-object.ts'
import { createSessionTokens } from './session-token.ts'
import { createSigningKeys } from './signature/signing-key.ts'
import { DiskBlobStore } from './store/disk-blob-store.ts'
import { createMemoryStore } from './store/memory-store.ts'

export interface LocalAwsOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** The real time by default. */
  readonly clock?: { readonly nowMs: () => number }
  readonly seed?: Seed
  /** What calls of `/_stile/` that change or sign something have to bring; new and random by default. */
  readonly controlToken?: string
}

/** What the embedded AWS holds when it starts. */
export interface Seed {
  readonly accounts: readonly SeedAccount[]
  /** Identity providers outside, with the keys that their tokens are verified with. */
  readonly issuers?: readonly KnownIssuer[]
}

export interface SeedAccount {
  /** Twelve digits. */
  readonly id: string
  readonly name?: string
  /** New and random by default. */
  readonly rootKey?: RootCredentials
  /** Users that are there from the start, each with an access key. */
  readonly users?: readonly SeedUser[]
}

export interface LocalAws {
  /** `http://127.0.0.1:4566`: the endpoint of every service. */
  readonly url: string
  readonly port: number
  /** For `POST /_stile/oidc/token`, as `Authorization: Bearer`. */
  readonly controlToken: string
  /** Throws when the id is not twelve digits or the account is there already. */
  readonly addAccount: (account: SeedAccount) => RootCredentials
  /** Throws when there is no such account, or its root keys were deleted. */
  readonly rootCredentials: (accountId: string) => RootCredentials
  /** The first active access key of a user. Throws when there is no such account, user or key. */
  readonly userCredentials: (accountId: string, userName: string) => RootCredentials
  /** The latest 1,000 calls, oldest first, each with what was decided and why. */
  readonly events: () => readonly Event[]
  /** Ends every connection and forgets everything. */
  readonly stop: () => Promise<void>
}

/**
 * Starts an AWS on a loopback port: STS, IAM, Organizations, S3, ECR and the event history of CloudTrail, with every
 * signature verified and every call authorized. New accounts have a root key and nothing else. Throws when the port is taken or the seed is no good.
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const randomBytes = createRandomSource()
  const blobs = new DiskBlobStore({ randomBytes })
  const clock = options.clock ?? { nowMs: () => Date.now() }
  const tools: LocalTools = { clock, randomBytes, store: createMemoryStore(), blobs }
  try {
    for (const issuer of options.seed?.issuers ?? []) addIssuer(tools.store, issuer)
    for (const account of options.seed?.accounts ?? []) seedAccount(tools, account)
    const controlToken = options.controlToken ?? tools.randomBytes(24).toString('base64url')
    const calls = createDispatchTools(tools)
    const server = await startHttpServer({
      port: options.port ?? 0,
      tools,
      dispatch: (incoming) => dispatch(calls, incoming),
      extraRoutes: extraRoutes(calls, controlToken),
    })
    return {
      url: `http://127.0.0.1:${server.port}`,
      port: server.port,
      controlToken,
      addAccount: (account) => seedAccount(tools, account),
      rootCredentials: (accountId) => requireRootCredentials(tools, accountId),
      userCredentials: (accountId, userName) => requireUserCredentials(tools, accountId, userName),
      events: calls.history.events,
      async stop() {
        await server.stop()
        blobs.stop()
      },
    }
  } catch (error) {
    blobs.stop()
    throw error
  }
}

/** What is no API call and carries its own authorization. */
function extraRoutes(calls: DispatchTools, controlToken: string): readonly ExtraRoute[] {
  return [
    createRegistryRoute(calls),
    createOidcRoute(controlToken),
    ...ecrRoutes,
    createPostObjectRoute(calls),
  ]
}

function createDispatchTools(tools: LocalTools): DispatchTools {
  const sessionTokens = createSessionTokens(readSealingKey(tools), tools.randomBytes)
  const history = createEventHistory()
  return {
    ...tools,
    sessionTokens,
    signingKeys: createSigningKeys(),
    compiler: createPolicyCompiler(),
    operations: createOperationTable(sessionTokens, history),
    history,
  }
}

function seedAccount(tools: LocalTools, account: SeedAccount): RootCredentials {
  const id = parseAccountId(account.id)
  if (id === undefined)
    throw new Error(`\`${account.id}\` is no account id: it takes twelve digits`)
  const { users = [], ...settings } = account
  const root = addAccount(tools, { ...settings, id })
  for (const user of users) seedUser(tools, id, user)
  return root
}

function requireUserCredentials(
  tools: LocalTools,
  accountId: string,
  userName: string,
): RootCredentials {
  const id = parseAccountId(accountId)
  const found = id === undefined ? undefined : userCredentials(tools, id, userName)
  if (found !== undefined) return found
  throw new Error(`account \`${accountId}\` has no user \`${userName}\` with an access key`)
}

function requireRootCredentials(tools: LocalTools, accountId: string): RootCredentials {
  const found = rootCredentials(tools, accountId)
  if (found === undefined) throw new Error(`account \`${accountId}\` has no root key here`)
  return found
}
