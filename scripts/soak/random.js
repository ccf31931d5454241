import { createHash } from 'node:crypto'

/** Numbers that a seed decides: `random.below(6)`, `random.chance(0.1)`, `random.nonce()`. */
export function createRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit) => Math.floor(next() * limit)
  return {
    below,
    chance: (share) => next() < share,
    nonce: () => `n${below(2 ** 32).toString(16)}${below(2 ** 32).toString(16)}`,
  }
}

/** Bytes that a nonce and their number decide. */
export function bytesOf(nonce, size) {
  const block = createHash('sha512').update(nonce).digest()
  const bytes = Buffer.alloc(size, block)
  // The end tells the size apart, too.
  return Buffer.concat([bytes, Buffer.from(`${nonce} ${size}`)])
}
