import { scryptSync, timingSafeEqual } from 'node:crypto'

/** Passwords are kept as this alone: what scrypt makes of them with the salt of their user. */
export interface PasswordHash {
  readonly salt: string
  readonly key: string
}

const keyBytes = 32
export const saltBytes = 16

/** Some 40 ms of work, on purpose. One salt serves all passwords of a user, so that all are compared for one derivation. */
export function hashPassword(password: string, salt: string): PasswordHash {
  const key = scryptSync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), keyBytes)
  return { salt, key: key.toString('base64') }
}

/** In constant time. */
export function isSameHash(one: PasswordHash, other: PasswordHash): boolean {
  const left = Buffer.from(one.key, 'base64')
  const right = Buffer.from(other.key, 'base64')
  return one.salt === other.salt && left.length === right.length && timingSafeEqual(left, right)
}
