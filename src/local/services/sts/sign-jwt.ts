import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto'
import type { SigningAlgorithm } from '../iam/outbound-issuer.ts'

const hashes: Readonly<Record<SigningAlgorithm, string>> = { RS256: 'sha256', ES384: 'sha384' }

/** A JSON Web Token over `payload`, which is the text of a JSON object. */
export function signJwt(
  payload: string,
  algorithm: SigningAlgorithm,
  privateKey: JsonWebKey,
): string {
  const { kid } = privateKey
  const header = JSON.stringify({ kid, typ: 'JWT', alg: algorithm })
  const signed = `${encode(header)}.${encode(payload)}`
  const key = createPrivateKey({ key: privateKey, format: 'jwk' })
  // RFC 7518: of an elliptic curve two numbers of fixed length; for RSA this changes nothing.
  const signature = sign(hashes[algorithm], Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}
