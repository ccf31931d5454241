import { createHmac } from 'node:crypto'

/** Seconds for which one code stands. */
const stepSeconds = 30

/** How many periods have passed at `nowMs`; the counter that a code is made of. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / 1000 / stepSeconds)
}

/**
 * The six digits that a device with this seed shows in period `step`.
 * @see https://www.rfc-editor.org/rfc/rfc6238
 */
export function totpCode(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', seed).update(counter).digest()
  const offset = (hash[hash.length - 1] ?? 0) & 0xf
  const value = hash.readUInt32BE(offset) & 0x7fffffff
  return String(value % 1_000_000).padStart(6, '0')
}
