import type { AccountId } from '../../../core/index.ts'
import { parseAccountId } from '../../../core/index.ts'

type RandomBytes = (size: number) => Buffer

/** What the first four letters of an IAM id say about the thing it names. */
export const idPrefixes = {
  user: 'AIDA',
  role: 'AROA',
  group: 'AGPA',
  policy: 'ANPA',
  instanceProfile: 'AIPA',
  sshPublicKey: 'APKA',
  serviceCredential: 'ACCA',
} as const

/** A new unique id, such as `AIDA` and 17 letters and digits. Ids are never used twice. */
export function newUniqueId(kind: keyof typeof idPrefixes, randomBytes: RandomBytes): string {
  return idPrefixes[kind] + encodeBase32(randomBytes(11)).slice(0, 17)
}

/**
 * A new access key id: `AKIA…` for keys that last, `ASIA…` for temporary ones.
 * AWS: the account id is readable from a key id (40 bits after the first), as `GetAccessKeyInfo` shows.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function newAccessKeyId(
  kind: 'AKIA' | 'ASIA',
  accountId: AccountId,
  randomBytes: RandomBytes,
): string {
  const bytes = Buffer.from(randomBytes(10))
  // As numbers, which hold 53 bits: the first of 48, the account, and seven random ones.
  bytes.writeUIntBE(2 ** 47 + Number(accountId) * 128 + ((bytes[5] ?? 0) & 0x7f), 0, 6)
  return kind + encodeBase32(bytes)
}

/** The account that an access key id belongs to, or undefined when the id is none of this server's making. */
export function accountOfAccessKeyId(accessKeyId: string): AccountId | undefined {
  const bytes = decodeBase32(accessKeyId.slice(4))
  if (bytes === undefined || bytes.length < 6) return undefined
  const head = BigInt(bytes.readUIntBE(0, 6))
  const accountId = (head & 0x7fffffffff80n) >> 7n
  return parseAccountId(accountId.toString().padStart(12, '0'))
}

/** An id that says what it names in its first letters: `SAMLSP`, `SAMLPK`, and 16 letters and digits. */
export function newPrefixedId(prefix: string, randomBytes: RandomBytes): string {
  return prefix + encodeBase32(randomBytes(10))
}

/** An id without a word about its kind, as certificates have: 32 letters and digits. */
export function newPlainId(randomBytes: RandomBytes): string {
  return encodeBase32(randomBytes(20))
}

/** A random id as jobs and tasks have: `78b6c2ba-d09e-4d5e-9039-ecde30b26916`. */
export function newUuid(randomBytes: RandomBytes): string {
  const bytes = Buffer.from(randomBytes(16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A new secret access key: 40 characters. */
export function newSecretAccessKey(randomBytes: RandomBytes): string {
  return randomBytes(30).toString('base64')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function encodeBase32(bytes: Buffer): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >> bits) & 31)
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((buffer << (5 - bits)) & 31)
}

function decodeBase32(text: string): Buffer | undefined {
  const bytes: number[] = []
  let buffer = 0
  let bits = 0
  for (const letter of text) {
    const value = alphabet.indexOf(letter)
    if (value === -1) return undefined
    buffer = ((buffer << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((buffer >> bits) & 255)
    }
  }
  return Buffer.from(bytes)
}
