import type { AccountId } from '../core/index.ts'
import type { Call, LocalTools } from './operation.ts'
import type { RootCredentials } from './services/iam/accounts.ts'
import { iamOperations } from './services/iam/index.ts'
import { accessKeysOf, keyIdsOf, nameKey, usersOf } from './services/iam/tables.ts'

/** A user that an account starts with, made as its root user would make it. */
export interface SeedUser {
  readonly name: string
  readonly managedPolicyArns?: readonly string[]
}

/** Creates the user with an access key, by the same operations that clients call. */
export function seedUser(tools: LocalTools, accountId: AccountId, user: SeedUser): void {
  const run = (name: string, input: Readonly<Record<string, unknown>>): void => {
    const operation = iamOperations.find((each) => each.name === name)
    if (operation === undefined) throw new Error(`bug: no IAM operation ${name}`)
    operation.run(input, rootCall(tools, { accountId, operation: name }))
  }
  tools.store.transact(() => {
    run('CreateUser', { UserName: user.name })
    for (const PolicyArn of user.managedPolicyArns ?? []) {
      run('AttachUserPolicy', { UserName: user.name, PolicyArn })
    }
    run('CreateAccessKey', { UserName: user.name })
  })
}

/** The user's first active access key, or undefined. */
export function userCredentials(
  { store }: LocalTools,
  accountId: AccountId,
  name: string,
): RootCredentials | undefined {
  const user = usersOf(store, accountId).get(nameKey(name))
  if (user === undefined) return undefined
  const keys = (keyIdsOf(store).get(user.id) ?? []).map((id) => accessKeysOf(store).get(id))
  const key = keys.find((each) => each?.isActive === true)
  if (key === undefined) return undefined
  return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey }
}

function rootCall(
  tools: LocalTools,
  { accountId, operation }: { readonly accountId: AccountId; readonly operation: string },
): Call {
  return {
    ...tools,
    service: 'iam',
    operation,
    caller: {
      kind: 'authenticated',
      principal: { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
      accountId,
      accessKeyId: '',
      userId: accountId,
    },
    region: 'us-east-1',
    requestId: 'seed',
    endpoint: '',
    nowMs: tools.clock.nowMs(),
    sourceIp: '127.0.0.1',
    headers: {},
  }
}
