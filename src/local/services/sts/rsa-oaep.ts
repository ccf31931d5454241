import { constants, createHash, type KeyObject, privateDecrypt, timingSafeEqual } from 'node:crypto'

export type OaepHash = 'sha1' | 'sha256'

export interface OaepForm {
  readonly digest: OaepHash
  /** Of the mask; Node.js opens only what has one hash for both. */
  readonly mask: OaepHash
  readonly label: Uint8Array
}

/**
 * Opens what was sealed with the public half of an RSA key; undefined where it was not, without a word about why.
 * @see https://www.rfc-editor.org/rfc/rfc8017#section-7.1.2
 */
export function openOaep(key: KeyObject, sealed: Uint8Array, form: OaepForm): Buffer | undefined {
  const block = decryptBlock(key, sealed)
  const size = sizes[form.digest]
  if (block === undefined || block.length < 2 * size + 2) return undefined
  const maskedData = block.subarray(1 + size)
  const seed = unmask(block.subarray(1, 1 + size), maskedData, form.mask)
  const data = unmask(maskedData, seed, form.mask)
  const label = createHash(form.digest).update(form.label).digest()
  const isOfLabel = timingSafeEqual(data.subarray(0, size), label)
  const end = data.indexOf(1, size)
  const padding = data.subarray(size, Math.max(end, size))
  const isPadded = end !== -1 && padding.every((byte) => byte === 0)
  return isOfLabel && isPadded && block[0] === 0 ? data.subarray(end + 1) : undefined
}

const sizes: Readonly<Record<OaepHash, number>> = { sha1: 20, sha256: 32 }

function decryptBlock(key: KeyObject, sealed: Uint8Array): Buffer | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, sealed)
  } catch {
    // Of another length than the key, or the key is none of RSA.
    return undefined
  }
}

/** `masked` without the mask that `seed` makes (MGF1). */
function unmask(masked: Uint8Array, seed: Uint8Array, hash: OaepHash): Buffer {
  const blocks = Array.from({ length: Math.ceil(masked.length / sizes[hash]) }, (_, at) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(at)
    return createHash(hash).update(seed).update(counter).digest()
  })
  const mask = Buffer.concat(blocks)
  return Buffer.from(masked.map((byte, at) => byte ^ (mask[at] ?? 0)))
}
