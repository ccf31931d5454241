import { createHmac } from 'node:crypto'

/**
 * HKDF with SHA-256, without a salt, for 32 bytes: one key of many that follow from `secret`. By hand, since `hkdfSync`
 * leaves a handle until the next garbage collection, and test runners tell of those.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveKey(secret: Uint8Array, info: string): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest()
  return createHmac('sha256', extracted).update(info).update(Buffer.of(1)).digest()
}
