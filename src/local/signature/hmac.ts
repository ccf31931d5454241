import { createHmac, hash } from 'node:crypto'

/** Signs text with one key: HMAC-SHA-256 in hexadecimal, of the text in UTF-8. */
export type SignText = (text: string) => string

const blockSize = 64
const digestSize = 32
/** UTF-16 units of the texts that fit: those that requests sign are a quarter as long. */
const longest = 512

/**
 * The same as `createHmac` gives, for texts that are signed again and again with one key: what follows from the key alone
 * is made once, and each text takes two calls instead of an object.
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export function createSignText(key: Buffer): SignText {
  const inner = padded(key, { fill: 0x36, size: longest * 3 })
  const outer = padded(key, { fill: 0x5c, size: digestSize })
  return (text) => {
    if (text.length > longest) return createHmac('sha256', key).update(text).digest('hex')
    const end = blockSize + inner.write(text, blockSize)
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockSize, 'binary')
    return hash('sha256', outer, 'hex')
  }
}

/** The key's block, with room behind it. */
function padded(key: Buffer, { fill, size }: { fill: number; size: number }): Buffer {
  const short = key.length > blockSize ? hash('sha256', key, 'buffer') : key
  const bytes = Buffer.alloc(blockSize + size)
  for (let at = 0; at < blockSize; at += 1) bytes[at] = (short[at] ?? 0) ^ fill
  return bytes
}
