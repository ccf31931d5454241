import type { XmlElement } from '../../protocol/xml-parse.ts'
import { ServiceError } from '../../service-error.ts'
import type { SamlProvider } from '../iam/saml-provider.ts'

/** What a signed assertion says, after everything that AWS demands of it was checked. */
export interface SamlIdentity {
  readonly provider: SamlProvider
  readonly issuer: string
  readonly subject: string
  /** The format of the subject's name; without the prefix of SAML 2.0's own formats. */
  readonly subjectType: string
  /** The `Recipient`: where the assertion was sent. */
  readonly recipient: string
  /** Values by attribute name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** When the provider wants the session to end. */
  readonly endsAtMs?: number
}

/** AWS: an assertion has to be used within five minutes of being issued. */
const freshMs = 5 * 60_000

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html */
export function readSamlAssertion(
  assertion: XmlElement,
  provider: SamlProvider,
  nowMs: number,
): SamlIdentity {
  const issuer = textOf(child(assertion, 'Issuer'))
  if (issuer !== provider.metadata.entityId)
    throw invalid('Issuer not present in specified provider')
  requireFresh(assertion, nowMs)
  requireConditions(assertion, provider, nowMs)
  const subject = child(assertion, 'Subject')
  const name = child(subject, 'NameID')
  if (textOf(name) === '') throw invalid('NameID is required in AuthnResponse')
  const format = name?.attributes.get('Format') ?? ''
  if (format === '') throw invalid(malformed)
  const ends = sessionEnds(assertion)
  if (ends !== undefined && ends <= nowMs) throw invalidSince(over)
  return {
    provider,
    issuer,
    subject: textOf(name),
    subjectType: subjectTypeOf(format),
    recipient: requireRecipient(subject, provider, nowMs),
    attributes: readAttributes(assertion),
    ...(ends === undefined ? {} : { endsAtMs: ends }),
  }
}

export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', message)
}

/** What AWS says of most that an assertion lacks. */
const malformed = 'Invalid base64 SAMLResponse'
const stale = 'Token must be redeemed within 5 minutes of issuance'
const over = 'Response has expired'

function invalidSince(message: typeof stale | typeof over): ServiceError {
  return new ServiceError('ExpiredTokenException', message)
}

function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? []
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const found = children(element, name)
  return found.length === 1 ? found[0] : undefined
}

function textOf(element: XmlElement | undefined): string {
  return element?.text.trim() ?? ''
}

/** Undefined when there is no such attribute; throws when it is no time. */
function timeOf(element: XmlElement, name: string): number | undefined {
  const text = element.attributes.get(name)
  if (text === undefined) return undefined
  const isUtc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(text)
  const at = isUtc ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw invalid(malformed)
  return at
}

function requireFresh(assertion: XmlElement, nowMs: number): void {
  if (assertion.attributes.get('Version') !== '2.0') throw invalid('Unsupported SAML version')
  const issued = timeOf(assertion, 'IssueInstant')
  if (issued === undefined || issued > nowMs + freshMs) throw invalid('Invalid IssueInstant')
  if (nowMs - issued > freshMs) throw invalidSince(stale)
}

/** Throws unless `nowMs` lies within the element's `NotBefore` and `NotOnOrAfter`, as far as it has them. */
function requireWithin(element: XmlElement, nowMs: number): void {
  const notBefore = timeOf(element, 'NotBefore')
  if (notBefore !== undefined && notBefore > nowMs) throw invalid('Response is not yet valid')
  const notOnOrAfter = timeOf(element, 'NotOnOrAfter')
  if (notOnOrAfter !== undefined && notOnOrAfter <= nowMs) throw invalidSince(over)
}

const audiences = new Set(['https://signin.aws.amazon.com/saml', 'urn:amazon:webservices'])

const recipientPattern =
  /^https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml(?:\/acs\/([A-Z0-9]+))?$/

/** AWS's sign-in endpoint, or that of one region; or what either has for this provider alone. */
function isRecipient(text: string, { uuid }: SamlProvider): boolean {
  const [whole, id = uuid] = recipientPattern.exec(text) ?? []
  return whole !== undefined && id === uuid
}

function requireConditions(assertion: XmlElement, provider: SamlProvider, nowMs: number): void {
  const conditions = child(assertion, 'Conditions')
  if (conditions === undefined) throw invalid(malformed)
  const restrictions = children(conditions, 'AudienceRestriction')
  const isForAws = restrictions.every((one) =>
    children(one, 'Audience').some((audience) => isAudience(textOf(audience), provider)),
  )
  if (restrictions.length === 0 || !isForAws) {
    throw invalid('Response does not contain the required audience')
  }
  requireWithin(conditions, nowMs)
}

function isAudience(text: string, provider: SamlProvider): boolean {
  return audiences.has(text) || isRecipient(text, provider)
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

/** AWS: there is one confirmation, which says where to and until when. */
function requireRecipient(
  subject: XmlElement | undefined,
  provider: SamlProvider,
  nowMs: number,
): string {
  const confirmation = child(subject, 'SubjectConfirmation')
  const data = child(confirmation, 'SubjectConfirmationData')
  const recipient = data?.attributes.get('Recipient')
  const isBearer = confirmation?.attributes.get('Method') === bearer
  if (!isBearer || recipient === undefined || data?.attributes.has('NotOnOrAfter') !== true) {
    throw invalid(malformed)
  }
  if (!isRecipient(recipient, provider)) {
    throw invalid('Response does not contain the required recipient')
  }
  requireWithin(data, nowMs)
  return recipient
}

function sessionEnds(assertion: XmlElement): number | undefined {
  const statements = children(assertion, 'AuthnStatement')
  if (statements.length === 0) throw invalid(malformed)
  const ends = statements.flatMap((one) => timeOf(one, 'SessionNotOnOrAfter') ?? [])
  return ends.length === 0 ? undefined : Math.min(...ends)
}

const ownFormats = 'urn:oasis:names:tc:SAML:2.0:nameid-format:'

function subjectTypeOf(format: string): string {
  return format.startsWith(ownFormats) ? format.slice(ownFormats.length) : format
}

function readAttributes(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>()
  for (const statement of children(assertion, 'AttributeStatement')) {
    for (const attribute of children(statement, 'Attribute')) {
      const name = attribute.attributes.get('Name') ?? ''
      const found = children(attribute, 'AttributeValue').map(textOf)
      values.set(name, [...(values.get(name) ?? []), ...found])
    }
  }
  return values
}
