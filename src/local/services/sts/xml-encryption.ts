import { createDecipheriv, type KeyObject } from 'node:crypto'
import type { XmlElement } from '../../protocol/xml-parse.ts'
import { type OaepForm, type OaepHash, openOaep } from './rsa-oaep.ts'

const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'
const xmlenc11 = 'http://www.w3.org/2009/xmlenc11#'

/** How contents may be encrypted. */
const ciphers = {
  [`${xmlenc}aes128-cbc`]: { cipher: 'aes-128-cbc', keySize: 16 },
  [`${xmlenc}aes256-cbc`]: { cipher: 'aes-256-cbc', keySize: 32 },
  [`${xmlenc11}aes128-gcm`]: { cipher: 'aes-128-gcm', keySize: 16 },
  [`${xmlenc11}aes256-gcm`]: { cipher: 'aes-256-gcm', keySize: 32 },
} as const satisfies Readonly<Record<string, ContentCipher>>

interface ContentCipher {
  readonly cipher: `aes-${128 | 256}-${'cbc' | 'gcm'}`
  readonly keySize: number
}

const digests: Readonly<Record<string, OaepHash>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  [`${xmlenc}sha256`]: 'sha256',
}

const masks: Readonly<Record<string, OaepHash>> = {
  [`${xmlenc11}mgf1sha1`]: 'sha1',
  [`${xmlenc11}mgf1sha256`]: 'sha256',
}

/** Keys that one document may carry, for one recipient each: opening one is dear. */
const mostKeys = 4

/**
 * The text that one of `keys` opens in an element that holds an `EncryptedData`; undefined where none does. RSA-OAEP and
 * AES are known; RSA with the padding of PKCS #1 v1.5 is not, for it tells an attacker too much.
 * @see https://www.w3.org/TR/xmlenc-core1/
 */
export function decryptContent(holder: XmlElement, keys: readonly KeyObject[]): string | undefined {
  const data = child(holder, 'EncryptedData')
  const content = ciphers[algorithmOf(child(data, 'EncryptionMethod')) as keyof typeof ciphers]
  const sealed = cipherValue(data)
  if (data === undefined || content === undefined || sealed === undefined) return undefined
  const sealedKeys = [...children(child(data, 'KeyInfo'), 'EncryptedKey')]
  sealedKeys.push(...children(holder, 'EncryptedKey'))
  if (sealedKeys.length > mostKeys) return undefined
  for (const sealedKey of sealedKeys) {
    for (const key of keys) {
      const contentKey = openKey(sealedKey, key)
      if (contentKey?.length !== content.keySize) continue
      const bytes = openContent(content, contentKey, sealed)
      const text = bytes === undefined ? undefined : readText(bytes)
      if (text !== undefined) return text
    }
  }
  return undefined
}

function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? []
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const found = children(element, name)
  return found.length === 1 ? found[0] : undefined
}

function algorithmOf(element: XmlElement | undefined): string {
  return element?.attributes.get('Algorithm') ?? ''
}

function cipherValue(element: XmlElement | undefined): Buffer | undefined {
  const value = child(child(element, 'CipherData'), 'CipherValue')
  return value === undefined ? undefined : Buffer.from(value.text.replace(/\s/g, ''), 'base64')
}

function openKey(sealedKey: XmlElement, key: KeyObject): Buffer | undefined {
  const form = oaepForm(child(sealedKey, 'EncryptionMethod'))
  const sealed = cipherValue(sealedKey)
  return form === undefined || sealed === undefined ? undefined : openOaep(key, sealed, form)
}

/** Undefined for a transport of keys that is not known. */
function oaepForm(method: XmlElement | undefined): OaepForm | undefined {
  const given = child(method, 'DigestMethod')
  const digest = given === undefined ? 'sha1' : digests[algorithmOf(given)]
  const mask = maskOf(algorithmOf(method), child(method, 'MGF'))
  if (digest === undefined || mask === undefined) return undefined
  const label = Buffer.from(child(method, 'OAEPparams')?.text.trim() ?? '', 'base64')
  return { digest, mask, label }
}

function maskOf(algorithm: string, given: XmlElement | undefined): OaepHash | undefined {
  if (algorithm === `${xmlenc}rsa-oaep-mgf1p`) return 'sha1'
  if (algorithm !== `${xmlenc11}rsa-oaep`) return undefined
  return given === undefined ? 'sha1' : masks[algorithmOf(given)]
}

function openContent(
  { cipher }: ContentCipher,
  key: Uint8Array,
  sealed: Buffer,
): Buffer | undefined {
  try {
    return cipher === 'aes-128-gcm' || cipher === 'aes-256-gcm'
      ? openGcm(cipher, key, sealed)
      : openCbc(cipher, key, sealed)
  } catch {
    // Whatever is wrong with it, nothing is told.
    return undefined
  }
}

const gcmNonceSize = 12
const blockSize = 16

function openGcm(
  cipher: 'aes-128-gcm' | 'aes-256-gcm',
  key: Uint8Array,
  sealed: Buffer,
): Buffer | undefined {
  const end = sealed.length - blockSize
  if (end < gcmNonceSize) return undefined
  const nonce = sealed.subarray(0, gcmNonceSize)
  const decipher = createDecipheriv(cipher, key, nonce, { authTagLength: blockSize })
  decipher.setAuthTag(sealed.subarray(end))
  const opened = decipher.update(sealed.subarray(gcmNonceSize, end))
  return Buffer.concat([opened, decipher.final()])
}

/** XML's own padding: the last byte says how long it is, and the others may be anything. */
function openCbc(
  cipher: 'aes-128-cbc' | 'aes-256-cbc',
  key: Uint8Array,
  sealed: Buffer,
): Buffer | undefined {
  const decipher = createDecipheriv(cipher, key, sealed.subarray(0, blockSize))
  decipher.setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(sealed.subarray(blockSize)), decipher.final()])
  const length = padded.at(-1) ?? 0
  const isPadded = length >= 1 && length <= blockSize && length <= padded.length
  return isPadded ? padded.subarray(0, padded.length - length) : undefined
}

function readText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}
