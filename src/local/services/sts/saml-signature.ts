import type { SignedXml } from 'xml-crypto'
import type { XmlElement } from '../../protocol/xml-parse.ts'
import { parseXml } from '../../protocol/xml-parse.ts'
import type { SamlPrivateKey } from '../iam/saml-provider.ts'
import { openEncryptedAssertion } from './saml-decryption.ts'

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const signature = 'http://www.w3.org/2000/09/xmldsig#'

/** What `xmldom` gives, as far as it is looked at here. */
interface DomElement {
  readonly localName: string | null
  readonly namespaceURI: string | null
  readonly parentNode: unknown
  readonly attributes: { readonly length: number; item(at: number): DomAttribute | null }
  getAttribute(name: string): string | null
}

interface DomAttribute {
  readonly localName: string | null
  readonly value: string
}

/** What a provider's responses are opened with. */
export interface SamlKeys {
  /** Base64 of DER. */
  readonly certificates: readonly string[]
  readonly privateKeys: readonly SamlPrivateKey[]
  readonly encryptionMode: 'Required' | 'Allowed'
}

export type SamlOpening =
  | { readonly kind: 'opened'; readonly assertion: XmlElement }
  /** The assertion itself bears no signature, whoever signed the response around it. */
  | { readonly kind: 'unsigned' }
  /** It is plain where it has to be encrypted. */
  | { readonly kind: 'plain' }
  /** Also where it cannot be decrypted: to tell that apart would tell what a changed text decrypts to. */
  | { readonly kind: 'invalid' }

/**
 * The assertion of a SAML response, signed by one of the provider's certificates. AWS: it has to be signed itself; a
 * signature of the response around it is checked as well and is not enough. It is read from the very text that the
 * signature covers, so that nothing that stands beside it in the document can be taken for it.
 */
export async function openSamlResponse(xml: string, keys: SamlKeys): Promise<SamlOpening> {
  const parts = await readParts(xml)
  if (parts === undefined) return { kind: 'invalid' }
  const { certificates, privateKeys, encryptionMode } = keys
  const { response } = parts
  // One bad signature spoils the response, whatever the other says.
  const isGood =
    response === undefined || (await openSigned(xml, response, certificates)) !== undefined
  if (!isGood) return { kind: 'invalid' }
  if (!parts.isEncrypted) {
    if (encryptionMode === 'Required') return { kind: 'plain' }
    return await openAssertion(xml, parts, certificates)
  }
  const opened = openEncryptedAssertion(xml, privateKeys)
  const inner = opened === undefined ? undefined : await readParts(opened)
  if (opened === undefined || inner === undefined || inner.isEncrypted) return { kind: 'invalid' }
  // What signs the response covers the encrypted form, and was checked above.
  return await openAssertion(opened, inner, certificates)
}

async function openAssertion(
  xml: string,
  { own }: Parts,
  certificates: readonly string[],
): Promise<SamlOpening> {
  if (own === undefined) return { kind: 'unsigned' }
  const opened = await openSigned(xml, own, certificates)
  return opened === undefined ? { kind: 'invalid' } : { kind: 'opened', assertion: opened }
}

interface SignedPart {
  readonly signature: DomElement
  /** The element that the signature stands in and has to cover. */
  readonly id: string
  readonly name: 'Assertion' | 'Response'
}

/** A response with one assertion, and what signs either of them. */
interface Parts {
  readonly isEncrypted: boolean
  readonly response?: SignedPart
  readonly own?: SignedPart
}

/** Undefined where the document has any other form. */
async function readParts(xml: string): Promise<Parts | undefined> {
  // No document type, entity, comment, CDATA or instruction: a response needs none, and parsers differ about them.
  if (/<[!?]/.test(xml.replace(/^\s*<\?xml[^?>]*\?>/, '')) || parseXml(xml) === undefined) {
    return undefined
  }
  const elements = await parseDom(xml)
  const [root] = elements
  if (root === undefined || !isElement(root, protocol, 'Response')) return undefined
  const assertions = elements.filter((one) => /assertion$/i.test(one.localName ?? ''))
  const [only] = assertions
  if (only === undefined || assertions.length > 1 || only.parentNode !== root) return undefined
  const isEncrypted = isElement(only, assertion, 'EncryptedAssertion')
  if (!isEncrypted && !isElement(only, assertion, 'Assertion')) return undefined
  if (!hasUniqueIds(elements)) return undefined
  const signatures = elements.filter((one) => isElement(one, signature, 'Signature'))
  const places = isEncrypted ? [root] : [root, only]
  const found = signatures.map((one) => readSigned(one, places))
  const [response, ...moreOfResponse] = found.filter((one) => one?.name === 'Response')
  const [own, ...moreOwn] = found.filter((one) => one?.name === 'Assertion')
  if (found.includes(undefined) || moreOfResponse.length + moreOwn.length > 0) return undefined
  return {
    isEncrypted,
    ...(response === undefined ? {} : { response }),
    ...(own === undefined ? {} : { own }),
  }
}

/** A signature covers the element that it stands in: the first of `places` is the response. */
function readSigned(
  signatureElement: DomElement,
  places: readonly DomElement[],
): SignedPart | undefined {
  const place = places.find((one) => one === signatureElement.parentNode)
  const id = place?.getAttribute('ID') ?? ''
  if (id === '') return undefined
  const name = place === places[0] ? 'Response' : 'Assertion'
  return { signature: signatureElement, id, name }
}

async function parseDom(xml: string): Promise<readonly DomElement[]> {
  const { DOMParser } = await import('@xmldom/xmldom')
  const stop = (message: string): never => {
    throw new SyntaxError(message)
  }
  try {
    const errorHandler = { warning: stop, error: stop, fatalError: stop }
    const document = new DOMParser({ errorHandler }).parseFromString(xml, 'text/xml')
    return Array.from(document.getElementsByTagName('*') as unknown as ArrayLike<DomElement>)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Error) return []
    throw error
  }
}

function isElement(element: DomElement, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name
}

/** A signature names what it covers by id: two elements of one id would leave open which. */
function hasUniqueIds(elements: readonly DomElement[]): boolean {
  const ids = elements.flatMap(({ attributes }) =>
    Array.from({ length: attributes.length }, (_, at) => attributes.item(at)).flatMap((one) =>
      one !== null && /^id$/i.test(one.localName ?? '') ? [one.value] : [],
    ),
  )
  return new Set(ids).size === ids.length
}

async function openSigned(
  xml: string,
  part: SignedPart,
  certificates: readonly string[],
): Promise<XmlElement | undefined> {
  const { SignedXml } = await import('xml-crypto')
  for (const certificate of certificates) {
    const signed = new SignedXml({ publicCert: pem(certificate), getCertFromKeyInfo: () => null })
    keepStrongAlgorithms(signed)
    const text = checkedText(signed, xml, part)
    const root = text === undefined ? undefined : parseXml(text)
    if (root?.name === part.name) return root
  }
  return undefined
}

/** The canonical text that the signature covers, once it proved good. */
function checkedText(signed: SignedXml, xml: string, part: SignedPart): string | undefined {
  try {
    signed.loadSignature(part.signature as never)
    if (!signed.checkSignature(xml)) return undefined
  } catch {
    // The library throws at whatever it cannot verify.
    return undefined
  }
  const [reference, ...others] = signed.getReferences()
  const [text] = signed.getSignedReferences()
  return others.length === 0 && reference?.uri === `#${part.id}` ? text : undefined
}

function pem(certificate: string): string {
  const lines = certificate.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const strong = {
  SignatureAlgorithms: [
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  ],
  HashAlgorithms: [
    'http://www.w3.org/2001/04/xmlenc#sha256',
    'http://www.w3.org/2001/04/xmlenc#sha512',
  ],
  CanonicalizationAlgorithms: [
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  ],
} as const

/** SHA-1 and shared secrets prove nothing: the signature may only use what is left. */
function keepStrongAlgorithms(signed: SignedXml): void {
  signed.SignatureAlgorithms = pick(signed.SignatureAlgorithms, strong.SignatureAlgorithms)
  signed.HashAlgorithms = pick(signed.HashAlgorithms, strong.HashAlgorithms)
  const { CanonicalizationAlgorithms: names } = strong
  signed.CanonicalizationAlgorithms = pick(signed.CanonicalizationAlgorithms, names)
}

function pick<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
}
