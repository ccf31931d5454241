import type { LocalTools } from './operation.ts'

/**
 * What session tokens are sealed with. Made at its first use and kept with the rest of the state, so that sessions
 * live as long as the principals they stand for.
 */
export function readSealingKey(tools: Pick<LocalTools, 'store' | 'randomBytes'>): Buffer {
  const keys = tools.store.table<string>('local.keys', '')
  const known = keys.get('session tokens')
  if (known !== undefined) return Buffer.from(known, 'base64')
  const made = tools.randomBytes(32)
  tools.store.transact(() => keys.set('session tokens', made.toString('base64')))
  return made
}
