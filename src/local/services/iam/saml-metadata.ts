import { X509Certificate } from 'node:crypto'
import type { XmlElement } from '../../protocol/xml-parse.ts'
import { parseXml } from '../../protocol/xml-parse.ts'

/** What a SAML identity provider says of itself. */
export interface SamlMetadata {
  readonly entityId: string
  /** Base64 of DER: what its assertions may be signed with. */
  readonly signingCertificates: readonly string[]
}

/** Reads a metadata document; undefined when it is none, or names no certificate to sign with. */
export function parseSamlMetadata(text: string): SamlMetadata | undefined {
  const root = parseXml(text)
  if (root?.name !== 'EntityDescriptor') return undefined
  const entityId = root.attributes.get('entityID') ?? ''
  const idp = root.children.filter((child) => child.name === 'IDPSSODescriptor')
  const certificates = idp.flatMap(signingCertificatesOf)
  const hasOnlyGood = certificates.every((one) => one !== undefined)
  if (entityId === '' || certificates.length === 0 || !hasOnlyGood) return undefined
  return { entityId, signingCertificates: [...new Set(certificates)] }
}

function signingCertificatesOf(idp: XmlElement): readonly (string | undefined)[] {
  const keys = idp.children.filter((child) => child.name === 'KeyDescriptor')
  // A key without a use is for both.
  const signing = keys.filter((key) => (key.attributes.get('use') ?? 'signing') === 'signing')
  return signing.flatMap((key) => descendants(key, 'X509Certificate')).map(readCertificate)
}

function readCertificate(element: XmlElement): string | undefined {
  const text = element.text.replace(/\s/g, '')
  try {
    return new X509Certificate(Buffer.from(text, 'base64')).raw.toString('base64')
  } catch {
    return undefined
  }
}

function descendants(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) =>
    child.name === name ? [child] : descendants(child, name),
  )
}
