import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { ServiceError } from '../../service-error.ts'

/** The two forms in which AWS takes and gives a key. */
export type KeyEncoding = 'SSH' | 'PEM'

/** AWS takes RSA keys of 2,048 bits and more, in the form of ssh-rsa or PEM. Throws for anything else. */
export function requireRsaKey(body: string): KeyObject {
  const encoding = encodingOf(body)
  if (encoding === undefined) {
    const message = 'The public key encoding is unrecognized: it must be ssh-rsa or PEM'
    throw new ServiceError('UnrecognizedPublicKeyEncoding', message)
  }
  const key = readKey(body, encoding)
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type !== 'rsa' || (details?.modulusLength ?? 0) < 2048) throw invalidKey()
  return key
}

export function encodingOf(body: string): KeyEncoding | undefined {
  if (body.trim().startsWith('ssh-rsa ')) return 'SSH'
  return body.includes('BEGIN') ? 'PEM' : undefined
}

function readKey(body: string, encoding: KeyEncoding): KeyObject {
  try {
    return encoding === 'SSH' ? readSshKey(body) : createPublicKey(body)
  } catch (cause) {
    throw invalidKey(cause)
  }
}

/** `ssh-rsa`, the exponent and the modulus, each after its length in four bytes. @see RFC 4253, section 6.6 */
function readSshKey(body: string): KeyObject {
  const encoded = /^ssh-rsa ([A-Za-z0-9+/]+={0,2})(?:\s.*)?$/s.exec(body.trim())?.[1] ?? ''
  const [name, exponent, modulus, ...more] = readFields(Buffer.from(encoded, 'base64'))
  if (name?.toString() !== 'ssh-rsa' || !exponent || !modulus || more.length > 0) {
    throw new SyntaxError('it is no key of RSA')
  }
  const numbers = { n: modulus.toString('base64url'), e: exponent.toString('base64url') }
  return createPublicKey({ key: { kty: 'RSA', ...numbers }, format: 'jwk' })
}

function readFields(bytes: Buffer): readonly Buffer[] {
  const fields: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : bytes.length
    if (at + 4 + size > bytes.length) throw new SyntaxError('a field is longer than the key')
    fields.push(bytes.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  return fields
}

/** The key in one of the two forms; PEM in lines of 64 characters. */
export function renderRsaKey(key: KeyObject, encoding: KeyEncoding): string {
  if (encoding === 'PEM') return key.export({ type: 'spki', format: 'pem' }).toString()
  return `ssh-rsa ${sshBytes(key).toString('base64')}`
}

/** MD5 over the key as ssh-rsa has it, in pairs of digits, as `ssh-keygen` shows it. */
export function fingerprintOf(key: KeyObject): string {
  const digest = createHash('md5').update(sshBytes(key)).digest('hex')
  return digest.replace(/(..)(?=.)/g, '$1:')
}

function sshBytes(key: KeyObject): Buffer {
  const { n = '', e = '' } = key.export({ format: 'jwk' })
  const numbers = [e, n].map((one) => asPositive(Buffer.from(one, 'base64url')))
  return Buffer.concat([Buffer.from('ssh-rsa'), ...numbers].map(withLength))
}

/** A number whose first bit is set would be read as negative. */
function asPositive(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function invalidKey(cause?: unknown): ServiceError {
  const message = 'The public key is malformed or otherwise invalid'
  return new ServiceError('InvalidPublicKey', message, { cause })
}
