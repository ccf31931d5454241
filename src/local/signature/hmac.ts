import { createHmac, hash } from 'node:crypto'

/** Signs text with one key: HMAC-SHA-256 in hexadecimal, of the text in UTF-8. */
export type SignText = (text: string) => string

/** The same of bytes, a character for each byte of the digest. */
export type SignBytes = (bytes: Buffer) => string

const blockSize = 64
const digestSize = 32
/** Bytes of what is signed in two calls: nearly everything is shorter. */
const longest = 1536

/**
 * The same as `createHmac` gives, for what is signed again and again with one key: what follows from the key alone is
 * made once, and signing takes two calls instead of an object.
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export function createSignText(key: Buffer): SignText {
  const { inner, finish } = prepare(key)
  return (text) => {
    if (text.length * 3 > longest) return createHmac('sha256', key).update(text).digest('hex')
    return finish(inner.write(text, blockSize), 'hex')
  }
}

/** As `createSignText`. */
export function createSignBytes(key: Buffer): SignBytes {
  const { inner, finish } = prepare(key)
  return (bytes) => {
    if (bytes.length > longest) return createHmac('sha256', key).update(bytes).digest('binary')
    return finish(bytes.copy(inner, blockSize), 'binary')
  }
}

interface Prepared {
  /** What is signed is written behind the key's block. */
  readonly inner: Buffer
  readonly finish: (size: number, encoding: 'hex' | 'binary') => string
}

function prepare(key: Buffer): Prepared {
  const inner = padded(key, { fill: 0x36, size: longest })
  const outer = padded(key, { fill: 0x5c, size: digestSize })
  return {
    inner,
    finish(size, encoding) {
      const digest = hash('sha256', inner.subarray(0, blockSize + size), 'binary')
      outer.write(digest, blockSize, 'binary')
      return hash('sha256', outer, encoding)
    },
  }
}

/** The key's block, with room behind it. */
function padded(key: Buffer, { fill, size }: { fill: number; size: number }): Buffer {
  const short = key.length > blockSize ? hash('sha256', key, 'buffer') : key
  const bytes = Buffer.alloc(blockSize + size)
  for (let at = 0; at < blockSize; at += 1) bytes[at] = (short[at] ?? 0) ^ fill
  return bytes
}
