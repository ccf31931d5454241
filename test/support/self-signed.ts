import { type KeyObject, sign } from 'node:crypto'

/** One value of ASN.1 in DER. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.length
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), body])
  const bytes = Buffer.from(length.toString(16).padStart(length > 255 ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, body])
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content)
const time = (text: string): Buffer => der(0x17, Buffer.from(text))
const sha256WithRsa = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05))

/** A certificate of an RSA key that signs itself, as identity providers use: base64 of DER. */
export function selfSigned(keys: {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}): string {
  const commonName = sequence(
    der(0x06, Buffer.from('550403', 'hex')),
    der(0x0c, Buffer.from('directory.example.com')),
  )
  const name = sequence(der(0x31, commonName))
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name,
    sequence(time('250101000000Z'), time('450101000000Z')),
    name,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', tbs, keys.privateKey)
  return sequence(tbs, sha256WithRsa, der(0x03, Buffer.from([0]), signature)).toString('base64')
}
