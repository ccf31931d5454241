import type { AccountId } from '../../../core/index.ts'
import type { LocalTools } from '../../operation.ts'
import type { AccessKey } from './entities.ts'
import { accessKeysOf, accountsOf } from './tables.ts'
import { newAccessKeyId, newSecretAccessKey } from './unique-id.ts'

export interface AccountSettings {
  readonly id: AccountId
  readonly name?: string
  readonly rootKey?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

export interface RootCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Opens an account: it holds a root key and nothing else. Throws when the account or the key is there already. */
export function addAccount(tools: LocalTools, settings: AccountSettings): RootCredentials {
  const { id } = settings
  const createdAtMs = tools.clock.nowMs()
  const rootKey = settings.rootKey ?? {
    accessKeyId: newAccessKeyId('AKIA', id, tools.randomBytes),
    secretAccessKey: newSecretAccessKey(tools.randomBytes),
  }
  return tools.store.transact(() => {
    const accounts = accountsOf(tools.store)
    if (accounts.get(id) !== undefined) throw new Error(`account \`${id}\` is there already`)
    if (accessKeysOf(tools.store).get(rootKey.accessKeyId) !== undefined) {
      throw new Error(`access key \`…${rootKey.accessKeyId.slice(-4)}\` is in use already`)
    }
    accounts.set(id, { id, name: settings.name ?? id, createdAtMs })
    const key: AccessKey = { ...rootKey, accountId: id, isActive: true, createdAtMs }
    accessKeysOf(tools.store).set(key.accessKeyId, key)
    return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey }
  })
}

/** The first active root key of an account, or undefined when the account is not there. */
export function rootCredentials(tools: LocalTools, accountId: string): RootCredentials | undefined {
  for (const [, key] of accessKeysOf(tools.store).entries()) {
    if (key.accountId !== accountId || key.userName !== undefined || !key.isActive) continue
    return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey }
  }
  return undefined
}
