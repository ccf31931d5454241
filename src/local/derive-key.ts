import { createHmac } from 'node:crypto'

/**
 * HKDF with SHA-256 and without a salt: one key of many that follow from `secret`, in bytes. By hand, since `hkdfSync` leaves
 * a handle until the next garbage collection, and test runners tell of those.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveKey(secret: Uint8Array, info: string, size = 32): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest()
  const blocks: Buffer[] = []
  let last = Buffer.alloc(0)
  while (blocks.length * 32 < size) {
    const counter = Buffer.of(blocks.length + 1)
    last = createHmac('sha256', extracted).update(last).update(info).update(counter).digest()
    blocks.push(last)
  }
  return Buffer.concat(blocks).subarray(0, size)
}
