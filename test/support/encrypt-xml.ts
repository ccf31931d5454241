import type { KeyObject } from 'node:crypto'
import { constants, createCipheriv, createHash, publicEncrypt, randomBytes } from 'node:crypto'

/** How a text is encrypted for whoever has the private half of a key. */
export interface EncryptionForm {
  readonly bits?: 128 | 256
  readonly mode?: 'cbc' | 'gcm'
  readonly transport?: 'oaep-mgf1p' | 'oaep11' | '1_5'
  readonly digest?: 'sha1' | 'sha256'
  readonly mask?: 'sha1' | 'sha256'
  readonly label?: string
  /** The encrypted key stands beside the data, not within it. */
  readonly isBeside?: true
}

const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'
const xmlenc11 = 'http://www.w3.org/2009/xmlenc11#'
const digests = { sha1: 'http://www.w3.org/2000/09/xmldsig#sha1', sha256: `${xmlenc}sha256` }

/** An `EncryptedAssertion` that holds `text`, as the W3C's XML Encryption writes it. */
export function encryptXml(text: string, key: KeyObject, form: EncryptionForm = {}): string {
  const { bits = 256, mode = 'cbc', isBeside } = form
  const contentKey = randomBytes(bits / 8)
  const space = mode === 'cbc' ? xmlenc : xmlenc11
  const sealed = encryptContent(text, contentKey, `aes-${bits}-${mode}`)
  const sealedKey = `<e:EncryptedKey>${method(form)}${value(sealKey(contentKey, key, form))}</e:EncryptedKey>`
  const info = `<d:KeyInfo xmlns:d="http://www.w3.org/2000/09/xmldsig#">${isBeside ? '' : sealedKey}</d:KeyInfo>`
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:e="${xmlenc}"><e:EncryptedData Type="${xmlenc}Element"><e:EncryptionMethod Algorithm="${space}aes${bits}-${mode}"/>${info}${value(sealed)}</e:EncryptedData>${isBeside ? sealedKey : ''}</saml:EncryptedAssertion>`
}

function value(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,76}/g) ?? []
  return `<e:CipherData><e:CipherValue>${lines.join('\n')}</e:CipherValue></e:CipherData>`
}

function encryptContent(text: string, key: Buffer, cipher: string): Buffer {
  if (cipher.endsWith('gcm')) {
    const nonce = randomBytes(12)
    const gcm = createCipheriv(cipher as 'aes-256-gcm', key, nonce)
    const body = Buffer.concat([gcm.update(text, 'utf8'), gcm.final()])
    return Buffer.concat([nonce, body, gcm.getAuthTag()])
  }
  const start = randomBytes(16)
  const cbc = createCipheriv(cipher, key, start)
  cbc.setAutoPadding(false)
  const plain = Buffer.from(text, 'utf8')
  const length = 16 - (plain.length % 16)
  const padding = Buffer.concat([randomBytes(length - 1), Buffer.from([length])])
  return Buffer.concat([start, cbc.update(Buffer.concat([plain, padding])), cbc.final()])
}

function method({ transport = 'oaep-mgf1p', digest, mask, label }: EncryptionForm): string {
  const algorithm = transport === 'oaep11' ? `${xmlenc11}rsa-oaep` : `${xmlenc}rsa-${transport}`
  const parts = [
    digest === undefined
      ? ''
      : `<d:DigestMethod xmlns:d="http://www.w3.org/2000/09/xmldsig#" Algorithm="${digests[digest]}"/>`,
    mask === undefined || transport !== 'oaep11'
      ? ''
      : `<m:MGF xmlns:m="${xmlenc11}" Algorithm="${xmlenc11}mgf1${mask}"/>`,
    label === undefined
      ? ''
      : `<e:OAEPparams>${Buffer.from(label).toString('base64')}</e:OAEPparams>`,
  ]
  return `<e:EncryptionMethod Algorithm="${algorithm}">${parts.join('')}</e:EncryptionMethod>`
}

function sealKey(contentKey: Buffer, key: KeyObject, form: EncryptionForm): Buffer {
  const { transport, digest = 'sha1', mask = 'sha1', label = '' } = form
  if (transport === '1_5') {
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey)
  }
  if (digest === mask) {
    const oaepLabel = label === '' ? {} : { oaepLabel: Buffer.from(label) }
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    return publicEncrypt({ key, padding, oaepHash: digest, ...oaepLabel }, contentKey)
  }
  // Node.js seals with one hash for both, so the block is made by hand: RFC 8017, 7.1.1.
  const size = digest === 'sha1' ? 20 : 32
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const data = Buffer.alloc(length - size - 1)
  createHash(digest).update(label).digest().copy(data)
  data[data.length - contentKey.length - 1] = 1
  contentKey.copy(data, data.length - contentKey.length)
  const seed = randomBytes(size)
  const masked = xor(data, mgf1(seed, data.length, mask))
  const block = Buffer.concat([Buffer.of(0), xor(seed, mgf1(masked, size, mask)), masked])
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
}

function mgf1(seed: Buffer, length: number, hash: 'sha1' | 'sha256'): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; Buffer.concat(parts).length < length; at += 1) {
    const counter = Buffer.from([0, 0, 0, at])
    parts.push(
      createHash(hash)
        .update(Buffer.concat([seed, counter]))
        .digest(),
    )
  }
  return Buffer.concat(parts).subarray(0, length)
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))
}
