import { createPrivateKey, type KeyObject } from 'node:crypto'
import { parseXml } from '../../protocol/xml-parse.ts'
import type { SamlPrivateKey } from '../iam/saml-provider.ts'
import { decryptContent } from './xml-encryption.ts'

/**
 * A response with what its encrypted assertion holds in that one's place; undefined where no key opens it. Everybody can
 * encrypt to a provider's key: the outcome is to be believed no more than a response that came as plain text.
 */
export function openEncryptedAssertion(
  xml: string,
  privateKeys: readonly SamlPrivateKey[],
): string | undefined {
  const holders = parseXml(xml)?.children.filter((one) => one.name === 'EncryptedAssertion') ?? []
  const [holder] = holders
  const place = findPlace(xml)
  if (holder === undefined || holders.length > 1 || place === undefined) return undefined
  const text = decryptContent(holder, readKeys(privateKeys))
  return text === undefined ? undefined : xml.slice(0, place.start) + text + xml.slice(place.end)
}

/** The newest key first: what an identity provider changed to is what it most likely uses. */
function readKeys(privateKeys: readonly SamlPrivateKey[]): readonly KeyObject[] {
  const keys = privateKeys.toReversed().map(({ pem }) => createPrivateKey(pem))
  return keys.filter((key) => key.asymmetricKeyType === 'rsa')
}

interface Place {
  readonly start: number
  readonly end: number
}

/** Where the only element of that name is: `<` begins a tag wherever it stands in a response without comments. */
function findPlace(xml: string): Place | undefined {
  const [open, ...moreOpen] = xml.matchAll(/<(?:[^<>\s/:]+:)?EncryptedAssertion(?=[\s/>])/g)
  const [close, ...moreClose] = xml.matchAll(/<\/(?:[^<>\s/:]+:)?EncryptedAssertion\s*>/g)
  if (open === undefined || close === undefined) return undefined
  if (moreOpen.length + moreClose.length > 0 || close.index < open.index) return undefined
  return { start: open.index, end: close.index + close[0].length }
}
