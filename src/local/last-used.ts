import type { Call } from './operation.ts'
import { noteServiceUse } from './services/iam/service-last-used.ts'
import { lastUsedOf } from './services/iam/tables.ts'
import { StorageError } from './store/durable/storage-error.ts'

/** AWS tells last uses late and roughly; a minute's grain keeps a busy server from writing with every call. */
const grainMs = 60_000

/**
 * Notes that the caller's access key, or its role, was used now, and for what. A disk that takes no note does not make the
 * call fail: what only reads goes on when it is full.
 */
export function noteLastUse(call: Call): void {
  try {
    call.store.transact(() => noteUses(call))
  } catch (error) {
    if (!(error instanceof StorageError && error.code === 'notWritten')) throw error
  }
}

function noteUses(call: Call): void {
  if (call.caller.kind === 'anonymous') return
  const { principal, session, accessKeyId } = call.caller
  const principalId = 'uniqueId' in principal ? principal.uniqueId : undefined
  const { service, operation, nowMs: atMs, region } = call
  if (principalId !== undefined) {
    noteServiceUse(call.store, { principalId, service, operation, atMs, region }, grainMs)
  }
  const key = principal.kind === 'roleSession' ? principal.uniqueId : accessKeyId
  if (key === undefined || (session !== undefined && principal.kind !== 'roleSession')) return
  const table = lastUsedOf(call.store)
  const before = table.get(key)
  if (before !== undefined && atMs - before.atMs < grainMs) return
  table.set(key, { atMs, region, service })
}
