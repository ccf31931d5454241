import type { LocalTools } from '../../operation.ts'

/** The key that seals tokens and signs links. Made at its first use, and kept with the rest of the state. */
export function serverKey(tools: Pick<LocalTools, 'store' | 'randomBytes'>): Buffer {
  const table = tools.store.table<string>('ecr.keys', '')
  const known = table.get('server')
  if (known !== undefined) return Buffer.from(known, 'base64')
  const made = tools.randomBytes(32)
  tools.store.transact(() => table.set('server', made.toString('base64')))
  return made
}
