import { createHash } from 'node:crypto'
import type { RequestContext } from '../../../core/index.ts'
import { requireTag, roleSessionNamePattern, sourceIdentityPattern } from './claimed-text.ts'
import type { SamlIdentity } from './saml-assertion.ts'
import { invalid } from './saml-assertion.ts'
import type { TagInput } from './session-tags.ts'

const aws = 'https://aws.amazon.com/SAML/Attributes/'

/** Whether the assertion offers this role by this provider; AWS takes the two ARNs in either order. */
export function offersRole({ attributes, provider }: SamlIdentity, roleArn: string): boolean {
  const pairs = (attributes.get(`${aws}Role`) ?? []).map((one) =>
    one.split(',').map((arn) => arn.trim()),
  )
  return pairs.some(
    (pair) => pair.length === 2 && pair.includes(roleArn) && pair.includes(provider.arn),
  )
}

export function claimedSessionName({ attributes }: SamlIdentity): string {
  const name = onlyValue(attributes, 'RoleSessionName')
  if (name === undefined) throw invalid('RoleSessionName is required in AuthnResponse')
  if (roleSessionNamePattern.test(name)) return name
  throw invalid('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}')
}

export function claimedSourceIdentity({ attributes }: SamlIdentity): string | undefined {
  const value = onlyValue(attributes, 'SourceIdentity')
  if (value === undefined || sourceIdentityPattern.test(value)) return value
  throw invalid('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"')
}

/** Seconds; undefined where the provider leaves it to the call. */
export function claimedDuration({ attributes }: SamlIdentity): number | undefined {
  const value = onlyValue(attributes, 'SessionDuration')
  if (value === undefined) return undefined
  const seconds = /^\d{1,6}$/.test(value) ? Number(value) : 0
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw invalid('SessionDuration in AuthnResponse must be from 900 to 43200')
}

export function claimedTags({ attributes }: SamlIdentity): TagInput {
  const start = `${aws}PrincipalTag:`
  const names = [...attributes.keys()].filter((name) => name.startsWith(start))
  return {
    Tags: names.map((name) => {
      const Key = name.slice(start.length)
      return requireTag({ Key, Value: onlyValue(attributes, `PrincipalTag:${Key}`) ?? '' })
    }),
    TransitiveTagKeys: [...new Set(attributes.get(`${aws}TransitiveTagKeys`) ?? [])],
  }
}

function onlyValue(attributes: SamlIdentity['attributes'], name: string): string | undefined {
  const values = attributes.get(aws + name)
  if (values === undefined) return undefined
  const [value, ...others] = values
  if (value !== undefined && others.length === 0) return value
  throw invalid(`${name} in AuthnResponse must have one value`)
}

/** `NameQualifier`: tells the subjects of one issuer in two accounts or two providers apart. */
export function nameQualifier({ issuer, provider }: SamlIdentity): string {
  const text = `${issuer}${provider.accountId}/${provider.name}`
  return createHash('sha1').update(text).digest('base64')
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
export function samlKeys(identity: SamlIdentity): {
  readonly keys: RequestContext
  readonly lastingKeys: RequestContext
} {
  const { provider, attributes } = identity
  const lastingKeys = {
    'saml:namequalifier': nameQualifier(identity),
    'saml:sub': identity.subject,
    'saml:sub_type': identity.subjectType,
  }
  const directory = [...directoryKeys].flatMap(([name, key]) => {
    const values = attributes.get(name)
    return values === undefined ? [] : [[key, values] as const]
  })
  return {
    lastingKeys,
    keys: {
      ...Object.fromEntries(directory),
      ...lastingKeys,
      'saml:aud': identity.recipient,
      'saml:iss': identity.issuer,
      'saml:doc': `${provider.accountId}/${provider.name}`,
    },
  }
}

/** Attributes of eduPerson, eduOrg, X.500 and Active Directory that are condition keys, by their names. */
const directoryKeys: ReadonlyMap<string, string> = new Map([
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.1', 'saml:edupersonaffiliation'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.2', 'saml:edupersonnickname'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.3', 'saml:edupersonorgdn'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.4', 'saml:edupersonorgunitdn'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.5', 'saml:edupersonprimaryaffiliation'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.6', 'saml:edupersonprincipalname'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.7', 'saml:edupersonentitlement'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.8', 'saml:edupersonprimaryorgunitdn'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.9', 'saml:edupersonscopedaffiliation'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.10', 'saml:edupersontargetedid'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.11', 'saml:edupersonassurance'],
  ['urn:oid:1.3.6.1.4.1.5923.1.2.1.2', 'saml:eduorghomepageuri'],
  ['urn:oid:1.3.6.1.4.1.5923.1.2.1.3', 'saml:eduorgidentityauthnpolicyuri'],
  ['urn:oid:1.3.6.1.4.1.5923.1.2.1.4', 'saml:eduorglegalname'],
  ['urn:oid:1.3.6.1.4.1.5923.1.2.1.5', 'saml:eduorgsuperioruri'],
  ['urn:oid:1.3.6.1.4.1.5923.1.2.1.6', 'saml:eduorgwhitepagesuri'],
  ['urn:oid:2.5.4.3', 'saml:cn'],
  ['urn:oid:2.5.4.4', 'saml:surname'],
  ['urn:oid:2.5.4.41', 'saml:name'],
  ['urn:oid:2.5.4.42', 'saml:givenname'],
  ['urn:oid:0.9.2342.19200300.100.1.1', 'saml:uid'],
  ['urn:oid:0.9.2342.19200300.100.1.3', 'saml:mail'],
  ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name', 'saml:name'],
  ['http://schemas.xmlsoap.org/claims/CommonName', 'saml:commonname'],
  ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname', 'saml:givenname'],
  ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname', 'saml:surname'],
  ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress', 'saml:mail'],
])
