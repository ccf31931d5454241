import type { SignedXml } from 'xml-crypto'
import type { XmlElement } from '../../protocol/xml-parse.ts'
import { parseXml } from '../../protocol/xml-parse.ts'

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

/**
 * The assertion of a SAML response that one of `certificates` (base64 of DER) signed, by itself or with the whole
 * response; undefined where there is none. It is read from the very text that the signature covers, so that nothing
 * that stands beside it in the document can be taken for it.
 */
export async function openSamlResponse(
  xml: string,
  certificates: readonly string[],
): Promise<XmlElement | undefined> {
  // No document type, entity, comment, CDATA or instruction: a response needs none, and parsers differ about them.
  if (/<[!?]/.test(xml.replace(/^\s*<\?xml[^?>]*\?>/, '')) || parseXml(xml) === undefined) {
    return undefined
  }
  const parts = await readParts(xml)
  if (parts === undefined) return undefined
  const opened: (XmlElement | undefined)[] = []
  for (const signed of parts.signatures) {
    opened.push(await openSigned(xml, signed, certificates))
  }
  // One bad signature spoils the response, whatever the others say.
  if (opened.length === 0 || opened.includes(undefined)) return undefined
  const own = opened.find((one) => one?.name === 'Assertion')
  const whole = opened.find((one) => one?.name === 'Response')
  return own ?? whole?.children.find((child) => child.name === 'Assertion')
}

interface SignedPart {
  readonly signature: DomElement
  /** The element that the signature stands in and has to cover. */
  readonly id: string
  readonly name: 'Assertion' | 'Response'
}

interface Parts {
  readonly signatures: readonly SignedPart[]
}

/** Finds the signatures of a response with one assertion; undefined where the document has any other form. */
async function readParts(xml: string): Promise<Parts | undefined> {
  const elements = await parseDom(xml)
  const [root] = elements
  if (root === undefined || !isElement(root, protocol, 'Response')) return undefined
  const assertions = elements.filter((one) => /assertion$/i.test(one.localName ?? ''))
  const [only] = assertions
  if (only === undefined || assertions.length > 1) return undefined
  if (!isElement(only, assertion, 'Assertion') || only.parentNode !== root) return undefined
  if (!hasUniqueIds(elements)) return undefined
  const signatures = elements.filter((one) => isElement(one, signature, 'Signature'))
  const parts = signatures.map((one): SignedPart | undefined => {
    const parent = [root, only].find((place) => place === one.parentNode)
    const id = parent?.getAttribute('ID') ?? ''
    if (parent === undefined || id === '') return undefined
    return { signature: one, id, name: parent === root ? 'Response' : 'Assertion' }
  })
  const found = parts.filter((one) => one !== undefined)
  const places = new Set(found.map((one) => one.name))
  return found.length === parts.length && places.size === found.length
    ? { signatures: found }
    : undefined
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
