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
    const values = attributes.get(`urn:oid:${name}`)
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

/** Attributes of eduPerson, eduOrg and X.500 that are condition keys, by object identifier. */
const directoryKeys: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.4.1.5923.1.1.1.1', 'saml:edupersonaffiliation'],
  ['1.3.6.1.4.1.5923.1.1.1.2', 'saml:edupersonnickname'],
  ['1.3.6.1.4.1.5923.1.1.1.3', 'saml:edupersonorgdn'],
  ['1.3.6.1.4.1.5923.1.1.1.4', 'saml:edupersonorgunitdn'],
  ['1.3.6.1.4.1.5923.1.1.1.5', 'saml:edupersonprimaryaffiliation'],
  ['1.3.6.1.4.1.5923.1.1.1.6', 'saml:edupersonprincipalname'],
  ['1.3.6.1.4.1.5923.1.1.1.7', 'saml:edupersonentitlement'],
  ['1.3.6.1.4.1.5923.1.1.1.8', 'saml:edupersonprimaryorgunitdn'],
  ['1.3.6.1.4.1.5923.1.1.1.9', 'saml:edupersonscopedaffiliation'],
  ['1.3.6.1.4.1.5923.1.1.1.10', 'saml:edupersontargetedid'],
  ['1.3.6.1.4.1.5923.1.1.1.11', 'saml:edupersonassurance'],
  ['2.5.4.3', 'saml:cn'],
  ['2.5.4.4', 'saml:surname'],
  ['2.5.4.41', 'saml:name'],
  ['2.5.4.42', 'saml:givenname'],
  ['0.9.2342.19200300.100.1.1', 'saml:uid'],
  ['0.9.2342.19200300.100.1.3', 'saml:mail'],
])
