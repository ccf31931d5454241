import type { Cipher } from 'node:crypto'
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { createSignBytes } from './signature/hmac.ts'

/** Makes texts unreadable and unchangeable for everybody who has not the key. */
export interface Sealing {
  /** Base64. */
  readonly seal: (text: string) => string
  /** Undefined where it was sealed with another key, or was altered. */
  readonly open: (sealed: string) => string | undefined
}

/** 32 bytes each, of which neither tells of the other. */
export interface SealingKeys {
  readonly encryption: Buffer
  readonly authentication: Buffer
}

/**
 * AES-256 in counter mode, then HMAC-SHA-256 over what came of it and its counter. One cipher runs on from text to text, so
 * that no part of its stream serves twice: to make one for each text would cost more than all the rest of a session.
 * @see https://csrc.nist.gov/pubs/sp/800/38/a/final
 */
export function createSealing(
  { encryption, authentication }: SealingKeys,
  randomBytes: (size: number) => Buffer,
): Sealing {
  const sign = createSignBytes(authentication)
  let stream: Stream | undefined
  return {
    seal(text) {
      const whole = wholeBlocks(text)
      if (stream === undefined || isWorn(stream)) stream = newStream(encryption, randomBytes)
      const counter = counterOf(stream)
      const encrypted = stream.cipher.update(whole, 'utf8')
      stream.blocks += encrypted.length / blockSize
      const sealed = Buffer.allocUnsafe(headSize + encrypted.length + tagSize)
      sealed[0] = version
      counter.copy(sealed, 1)
      encrypted.copy(sealed, headSize)
      const end = headSize + encrypted.length
      sealed.write(sign(sealed.subarray(0, end)), end, 'binary')
      return sealed.toString('base64')
    },
    open(text) {
      const sealed = Buffer.from(text, 'base64')
      // Base64 with other letters, or trailing bits, decodes to the same bytes: only the canonical text was sealed.
      if (sealed.length < headSize + tagSize || sealed.toString('base64') !== text) return undefined
      const end = sealed.length - tagSize
      const tag = Buffer.from(sign(sealed.subarray(0, end)), 'binary')
      if (!timingSafeEqual(tag, sealed.subarray(end)) || sealed[0] !== version) return undefined
      const decipher = createDecipheriv('aes-256-ctr', encryption, sealed.subarray(1, headSize))
      return decipher.update(sealed.subarray(headSize, end)).toString('utf8')
    },
  }
}

/** 1 and 2 were sealed in other ways. */
const version = 3
const blockSize = 16
const headSize = 1 + blockSize
const tagSize = 32

interface Stream {
  readonly cipher: Cipher
  readonly nonce: Buffer
  /** How many it has encrypted. */
  blocks: number
}

/** The counter is the nonce and the number of the block, in 32 bits: a stream ends before they are used up. */
const lastBlock = 2 ** 31

function isWorn({ blocks }: Stream): boolean {
  return blocks >= lastBlock
}

function newStream(key: Buffer, randomBytes: (size: number) => Buffer): Stream {
  const nonce = Buffer.from(randomBytes(12))
  const stream = { nonce, blocks: 0 }
  return { ...stream, cipher: createCipheriv('aes-256-ctr', key, counterOf(stream)) }
}

function counterOf({ nonce, blocks }: Pick<Stream, 'nonce' | 'blocks'>): Buffer {
  const counter = Buffer.alloc(blockSize)
  nonce.copy(counter)
  counter.writeUInt32BE(blocks, blockSize - 4)
  return counter
}

/** Each text begins with a block of its own. What is sealed here takes spaces at its end, as JSON does. */
function wholeBlocks(text: string): string {
  const over = Buffer.byteLength(text) % blockSize
  return over === 0 ? text : text + ' '.repeat(blockSize - over)
}
