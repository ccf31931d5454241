import type { Call } from './operation.ts'
import { lastUsedOf } from './services/iam/tables.ts'

/** AWS tells last uses late and roughly; a minute's grain keeps a busy server from writing with every call. */
const grainMs = 60_000

/** Notes that the caller's access key, or its role, was used now. Only inside `transact`. */
export function noteLastUse(call: Call): void {
  if (call.caller.kind === 'anonymous') return
  const { principal, session, accessKeyId } = call.caller
  const key = principal.kind === 'roleSession' ? principal.uniqueId : accessKeyId
  if (key === undefined || (session !== undefined && principal.kind !== 'roleSession')) return
  const table = lastUsedOf(call.store)
  const before = table.get(key)
  if (before !== undefined && call.nowMs - before.atMs < grainMs) return
  table.set(key, { atMs: call.nowMs, region: call.region, service: call.service })
}
