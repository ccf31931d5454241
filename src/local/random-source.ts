import { randomBytes } from 'node:crypto'

const poolSize = 8192

/**
 * Cryptographically random bytes, drawn from the system in large pieces: most calls need a few and need them often.
 * No byte is given out twice.
 */
export function createRandomSource(): (size: number) => Buffer {
  let pool = randomBytes(poolSize)
  let used = 0
  return (size) => {
    if (size > poolSize / 8) return randomBytes(size)
    if (used + size > poolSize) {
      pool = randomBytes(poolSize)
      used = 0
    }
    used += size
    return pool.subarray(used - size, used)
  }
}
