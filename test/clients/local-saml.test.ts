import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  type CreateSAMLProviderCommandInput,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  PutRolePolicyCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
  type UpdateSAMLProviderCommandInput,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  type AssumeRoleWithSAMLCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import { type EncryptionForm, encryptXml } from '../support/encrypt-xml.ts'
import { iamClient, stsClient } from '../support/local-clients.ts'
import { refusal, refused } from '../support/refused.ts'
import { selfSigned } from '../support/self-signed.ts'
import { policyText } from '../support/two-accounts.ts'

const account = '111111111111'
const directory = 'https://directory.example.com/saml'
const mine = generateKeyPairSync('rsa', { modulusLength: 2048 })
const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 })
const provider = `arn:aws:iam::${account}:saml-provider/directory`
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`

let aws: LocalAws
let offsetMs = 0
const at = (seconds: number): string =>
  new Date(Date.now() + offsetMs + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

function metadata(certificate: string, more = ''): string {
  return `<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${directory}"${more}><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://directory.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

const root = () => iamClient(aws, aws.rootCredentials(account))

beforeAll(async () => {
  aws = await startLocalAws({
    clock: { nowMs: () => Date.now() + offsetMs },
    seed: { accounts: [{ id: account }, { id: '222222222222' }] },
  })
  const SAMLMetadataDocument = metadata(selfSigned(mine))
  await root().send(new CreateSAMLProviderCommand({ Name: 'directory', SAMLMetadataDocument }))
})
afterAll(() => aws.stop())

async function newRole(
  RoleName: string,
  statement: object = {},
  more: object = {},
): Promise<string> {
  const AssumeRolePolicyDocument = policyText({
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithSAML',
    ...statement,
  })
  const input = { RoleName, AssumeRolePolicyDocument, ...more }
  const { Role } = await root().send(new CreateRoleCommand(input))
  return Role?.Arn ?? ''
}

type Attributes = Readonly<Record<string, readonly string[]>>

interface Facts {
  readonly roleArn: string
  readonly id?: string
  readonly issuer?: string
  readonly issued?: string
  readonly subject?: string
  readonly audience?: string
  readonly recipient?: string
  readonly confirmedUntil?: string
  readonly notBefore?: string
  readonly notOnOrAfter?: string
  readonly sessionEnds?: string
  readonly attributes?: Attributes
}

const own = 'https://aws.amazon.com/SAML/Attributes/'

function assertion(facts: Facts): string {
  const { roleArn, id = '_a', issuer = directory, issued = at(-1), subject = 'ana' } = facts
  const attributes = {
    [`${own}Role`]: [`${roleArn},${provider}`],
    [`${own}RoleSessionName`]: ['ana'],
    ...facts.attributes,
  }
  const rendered = Object.entries(attributes).map(([name, values]) => {
    const all = values.map((one) => `<saml:AttributeValue>${one}</saml:AttributeValue>`).join('')
    return `<saml:Attribute Name="${name}">${all}</saml:Attribute>`
  })
  const {
    audience = 'https://signin.aws.amazon.com/saml',
    recipient = 'https://signin.aws.amazon.com/saml',
    confirmedUntil = at(300),
    notBefore = at(-60),
    notOnOrAfter = at(300),
  } = facts
  const ends = facts.sessionEnds === undefined ? '' : ` SessionNotOnOrAfter="${facts.sessionEnds}"`
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${issued}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${confirmedUntil}" Recipient="${recipient}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${issued}"${ends}/><saml:AttributeStatement>${rendered.join('')}</saml:AttributeStatement></saml:Assertion>`
}

function response(content: string): string {
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" IssueInstant="${at(0)}">${content}</samlp:Response>`
}

interface Signing {
  readonly key?: KeyObject
  readonly of?: 'Assertion' | 'Response' | 'Other'
  /** The element that the signature is put into; the signed one by default. */
  readonly into?: 'Assertion'
  readonly hash?: 'sha1' | 'sha256'
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Signs an element of the response, as directories do. */
function sign(
  xml: string,
  { key = mine.privateKey, of = 'Assertion', into, hash = 'sha256' }: Signing = {},
): string {
  const xpath = `//*[local-name(.)='${of}']`
  const isOld = hash === 'sha1'
  const signed = new SignedXml({
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    canonicalizationAlgorithm: exclusive,
    signatureAlgorithm: isOld
      ? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
      : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  })
  signed.addReference({
    xpath,
    digestAlgorithm: isOld
      ? 'http://www.w3.org/2000/09/xmldsig#sha1'
      : 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', exclusive],
  })
  const reference = into === undefined ? xpath : `//*[local-name(.)='${into}']`
  signed.computeSignature(xml, { location: { reference, action: 'prepend' } })
  return signed.getSignedXml()
}

const good = (facts: Facts): string => sign(response(assertion(facts)))

type Input = Partial<AssumeRoleWithSAMLCommandInput>

function assume(roleArn: string, xml: string, more: Input = {}) {
  const sts = new STSClient({ endpoint: aws.url, region: 'eu-west-1', maxAttempts: 1 })
  const SAMLAssertion = Buffer.from(xml).toString('base64')
  const input = { RoleArn: roleArn, PrincipalArn: provider, SAMLAssertion, ...more }
  return sts.send(new AssumeRoleWithSAMLCommand(input))
}

describe('an assertion that its directory signed', () => {
  test('opens a role session', async () => {
    const roleArn = await newRole('opened')
    const answer = await assume(roleArn, good({ roleArn }))
    const qualifier = createHash('sha1').update(`${directory}${account}/directory`).digest('base64')
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/opened/ana` },
      Subject: 'ana',
      SubjectType: 'persistent',
      Issuer: directory,
      Audience: 'https://signin.aws.amazon.com/saml',
      NameQualifier: qualifier,
    })
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {}
    const keys = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }
    const { Arn } = await stsClient(aws, keys).send(new GetCallerIdentityCommand({}))
    expect(Arn).toBe(`arn:aws:sts::${account}:assumed-role/opened/ana`)
  })

  test('has to be signed itself, whether the response around it is or not', async () => {
    const roleArn = await newRole('whole')
    const plain = response(assertion({ roleArn }))
    const both = sign(sign(plain), { of: 'Response' })
    await expect(assume(roleArn, both)).resolves.toBeDefined()
    for (const unsigned of [plain, sign(plain, { of: 'Response' })]) {
      await expect(assume(roleArn, unsigned)).rejects.toMatchObject({
        name: 'InvalidIdentityTokenException',
        message:
          'Response (with optional signature) must contain an assertion with a mandatory signature',
      })
    }
  })

  test('is held to the trust policy, with its keys', async () => {
    const StringEquals = {
      'saml:aud': 'https://signin.aws.amazon.com/saml',
      'saml:iss': directory,
      'saml:sub': 'ana',
      'saml:sub_type': 'persistent',
      'saml:doc': `${account}/directory`,
    }
    const affiliation = 'ForAnyValue:StringEquals'
    const roleArn = await newRole('conditional', {
      Condition: {
        StringEquals: { ...StringEquals, 'saml:mail': 'ana@example.com', 'saml:commonName': 'Ana' },
        [affiliation]: { 'saml:edupersonaffiliation': 'staff' },
      },
    })
    const name = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1'
    const ofActiveDirectory = {
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': ['ana@example.com'],
      'http://schemas.xmlsoap.org/claims/CommonName': ['Ana'],
    }
    const attributes = { ...ofActiveDirectory, [name]: ['student', 'staff'] }
    await expect(assume(roleArn, good({ roleArn, attributes }))).resolves.toBeDefined()
    const refused = {
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithSAML',
    }
    const student = { attributes: { ...ofActiveDirectory, [name]: ['student'] } }
    const nameless = { attributes: { [name]: ['staff'] } }
    for (const facts of [{ attributes, subject: 'ben' }, student, nameless]) {
      const attempt = assume(roleArn, good({ roleArn, ...facts }))
      await expect(attempt).rejects.toMatchObject(refused)
    }
  })

  test('opens only the roles that it offers and that trust its provider', async () => {
    const roleArn = await newRole('offered')
    const other = await newRole('not-offered')
    const untrusting = await newRole('untrusting', {
      Principal: { AWS: account },
      Action: 'sts:AssumeRole',
    })
    const refused = 'Not authorized to perform sts:AssumeRoleWithSAML'
    await expect(assume(other, good({ roleArn }))).rejects.toThrow(
      "SAML Assertion doesn't contain the requested Role",
    )
    await expect(assume(untrusting, good({ roleArn: untrusting }))).rejects.toThrow(refused)
    const absent = role('absent')
    await expect(assume(absent, good({ roleArn: absent }))).rejects.toThrow(refused)
    const there = roleArn.replace(account, '222222222222')
    await expect(assume(there, good({ roleArn: there }))).rejects.toThrow("provider doesn't exist")
    const nobody = { PrincipalArn: `${provider}-absent` }
    await expect(assume(roleArn, good({ roleArn }), nobody)).rejects.toThrow(
      "provider doesn't exist",
    )
  })

  test('brings tags, transitive ones too, and a source identity', async () => {
    const attributes = {
      [`${own}PrincipalTag:team`]: ['red'],
      [`${own}TransitiveTagKeys`]: ['team'],
      [`${own}SourceIdentity`]: ['ana'],
    }
    const all = ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity']
    const untagged = await newRole('untagged', { Action: [all[0], all[2]] })
    const attempt = assume(untagged, good({ roleArn: untagged, attributes }))
    await expect(attempt).rejects.toThrow('Not authorized to perform sts:TagSession')
    const roleArn = await newRole('tagged', { Action: all })
    const { Credentials, SourceIdentity } = await assume(roleArn, good({ roleArn, attributes }))
    expect(SourceIdentity).toBe('ana')
    const next = await newRole('next', {
      Principal: { AWS: account },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: {
        StringEquals: {
          'aws:RequestTag/team': 'red',
          'saml:sub': 'ana',
          'aws:SourceIdentity': 'ana',
        },
      },
    })
    const PolicyDocument = policyText({ Effect: 'Allow', Action: 'sts:*', Resource: next })
    const given = { RoleName: 'tagged', PolicyName: 'given', PolicyDocument }
    await root().send(new PutRolePolicyCommand(given))
    const sts = stsClient(aws, {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    })
    const input = { RoleArn: next, RoleSessionName: 'next' }
    const tags = { Tags: [{ Key: 'team', Value: 'blue' }] }
    await expect(sts.send(new AssumeRoleCommand({ ...input, ...tags }))).rejects.toThrow()
  })

  test('lasts as long as call, role and directory let it', async () => {
    const roleArn = await newRole('timed', {}, { MaxSessionDuration: 7200 })
    const minutes = async (facts: Omit<Facts, 'roleArn'>, more: Input = {}) => {
      const { Credentials } = await assume(roleArn, good({ roleArn, ...facts }), more)
      const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now() - offsetMs
      return Math.round(left / 60_000)
    }
    const duration = (seconds: string) => ({ attributes: { [`${own}SessionDuration`]: [seconds] } })
    expect(await minutes({})).toBe(60)
    expect(await minutes({}, { DurationSeconds: 7200 })).toBe(120)
    expect(await minutes(duration('1800'), { DurationSeconds: 7200 })).toBe(30)
    expect(await minutes({ sessionEnds: at(600) })).toBe(10)
    const long = assume(roleArn, good({ roleArn }), { DurationSeconds: 7201 })
    await expect(long).rejects.toThrow('MaxSessionDuration')
  })
})

describe('an assertion that is not to be believed', () => {
  let roleArn: string
  beforeAll(async () => {
    roleArn = await newRole('hostile')
    await newRole('admin')
  })

  const evil = () => assertion({ roleArn, id: '_evil', subject: 'root' })
  const signature = (xml: string) => /<Signature.*<\/Signature>/s.exec(xml)?.[0] ?? ''
  const rows: readonly (readonly [string, () => string])[] = [
    [
      'signed by a stranger',
      () => sign(response(assertion({ roleArn })), { key: strangers.privateKey }),
    ],
    ['signed with SHA-1', () => sign(response(assertion({ roleArn })), { hash: 'sha1' })],
    ['changed after it was signed', () => good({ roleArn }).replace('>ana<', '>root<')],
    [
      'with one bad signature of two',
      () => sign(good({ roleArn }), { of: 'Response', key: strangers.privateKey }),
    ],
    [
      'beside the one that is signed',
      () => good({ roleArn }).replace('<saml:Assertion', `${evil()}<saml:Assertion`),
    ],
    [
      'behind the one that is signed',
      () => good({ roleArn }).replace('</samlp:Response>', `${evil()}</samlp:Response>`),
    ],
    [
      'around the one that is signed',
      () => {
        const signed = good({ roleArn }).replace(/^<samlp:Response[^>]*>|<\/samlp:Response>$/g, '')
        return response(evil().replace('</saml:Assertion>', `${signed}</saml:Assertion>`))
      },
    ],
    [
      'with the signed one hidden in an extension',
      () => {
        const signed = good({ roleArn }).replace(/^<samlp:Response[^>]*>|<\/samlp:Response>$/g, '')
        return response(`<samlp:Extensions>${signed}</samlp:Extensions>${evil()}`)
      },
    ],
    [
      'with the signed one hidden in its signature',
      () => {
        const whole = good({ roleArn })
        const signed = whole.replace(/^<samlp:Response[^>]*>|<\/samlp:Response>$/g, '')
        const bare = signed.replace(signature(whole), '')
        const hiding = signature(whole).replace(
          '</Signature>',
          `<Object>${bare}</Object></Signature>`,
        )
        return response(evil().replace('</saml:Issuer>', `</saml:Issuer>${hiding}`))
      },
    ],
    [
      'of the same id as the signed one',
      () =>
        good({ roleArn }).replace(
          '<saml:Assertion',
          `${evil().replace('_evil', '_a')}<saml:Assertion`,
        ),
    ],
    [
      'under a signature of another element',
      () => {
        const other = response(`<samlp:Other ID="_o">x</samlp:Other>${assertion({ roleArn })}`)
        return sign(other, { of: 'Other', into: 'Assertion' })
      },
    ],
    [
      'under a signature that stands in another place',
      () => {
        const whole = good({ roleArn })
        const moved = whole.replace(signature(whole), '')
        return moved.replace('</samlp:Response>', `${signature(whole)}</samlp:Response>`)
      },
    ],
    [
      'in the name of an assertion of another kind',
      () => good({ roleArn }).replaceAll('urn:oasis:names:tc:SAML:2.0:assertion', 'urn:x'),
    ],
    ['with a document type', () => `<!DOCTYPE x>${good({ roleArn })}`],
    [
      'with an entity that reads a file',
      () =>
        `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${good({ roleArn }).replace('>ana<', '>&e;<')}`,
    ],
    [
      'with entities that grow',
      () =>
        `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${good({ roleArn }).replace('>ana<', '>&b;<')}`,
    ],
    ['with an entity nobody defined', () => good({ roleArn }).replace('>ana<', '>&e;<')],
    ['with a comment within a name', () => good({ roleArn }).replace('>ana<', '>an<!-- -->a<')],
    [
      'nested without end',
      () => response(`${'<a>'.repeat(80)}${'</a>'.repeat(80)}${assertion({ roleArn })}`),
    ],
    ['that is no XML', () => 'nothing of the kind'],
    ['that is cut off', () => good({ roleArn }).slice(0, -20)],
    ['alone, without its response', () => sign(assertion({ roleArn }))],
  ]

  test.each(rows)('%s', async (_name, make) => {
    await expect(assume(roleArn, make())).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: 'Response signature invalid',
      $metadata: { httpStatusCode: 400 },
    })
  })

  const facts: readonly (readonly [string, () => Partial<Facts>, string, string])[] = [
    [
      'of another issuer',
      () => ({ issuer: 'https://evil.example.com' }),
      'InvalidIdentityTokenException',
      'Issuer not present',
    ],
    [
      'for another audience',
      () => ({ audience: 'https://else.example.com' }),
      'InvalidIdentityTokenException',
      'audience',
    ],
    [
      'sent elsewhere',
      () => ({ recipient: 'https://else.example.com/saml' }),
      'InvalidIdentityTokenException',
      'recipient',
    ],
    [
      'sent somewhere alike',
      () => ({ recipient: 'https://signin.aws.amazon.com.evil.com/saml' }),
      'InvalidIdentityTokenException',
      'recipient',
    ],
    [
      'of the future',
      () => ({ notBefore: at(60) }),
      'InvalidIdentityTokenException',
      'not yet valid',
    ],
    ['past its end', () => ({ notOnOrAfter: at(-1) }), 'ExpiredTokenException', 'has expired'],
    [
      'whose confirmation is past its end',
      () => ({ confirmedUntil: at(-1) }),
      'ExpiredTokenException',
      'has expired',
    ],
    [
      'whose session is over',
      () => ({ sessionEnds: at(-1) }),
      'ExpiredTokenException',
      'has expired',
    ],
    [
      'more than five minutes old',
      () => ({ issued: at(-301) }),
      'ExpiredTokenException',
      '5 minutes',
    ],
    [
      'issued at no time',
      () => ({ issued: 'now' }),
      'InvalidIdentityTokenException',
      'Invalid base64 SAMLResponse',
    ],
    ['about nobody', () => ({ subject: '' }), 'InvalidIdentityTokenException', 'NameID'],
    [
      'with a session name that is none',
      () => ({ attributes: { [`${own}RoleSessionName`]: ['a b'] } }),
      'InvalidIdentityTokenException',
      'must match',
    ],
    [
      'with two session names',
      () => ({ attributes: { [`${own}RoleSessionName`]: ['aa', 'bb'] } }),
      'InvalidIdentityTokenException',
      'one value',
    ],
    [
      'without a session name',
      () => ({ attributes: { [`${own}RoleSessionName`]: [] } }),
      'InvalidIdentityTokenException',
      'one value',
    ],
    [
      'with a source identity that is none',
      () => ({ attributes: { [`${own}SourceIdentity`]: ['aws:x'] } }),
      'InvalidIdentityTokenException',
      'Source Identity',
    ],
    [
      'with a tag that is none',
      () => ({ attributes: { [`${own}PrincipalTag:a`]: ['é;'] } }),
      'InvalidIdentityTokenException',
      'session tag',
    ],
    [
      'with a duration that is none',
      () => ({ attributes: { [`${own}SessionDuration`]: ['60'] } }),
      'InvalidIdentityTokenException',
      'SessionDuration',
    ],
    [
      'that offers no role',
      () => ({ attributes: { [`${own}Role`]: [`${provider}`] } }),
      'InvalidIdentityTokenException',
      "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
    ],
  ]

  test.each(facts)('%s', async (...row) => {
    const [, make, name, message] = row
    const attempt = assume(roleArn, good({ roleArn, ...make() }))
    await expect(attempt).rejects.toMatchObject({ name, message: expect.stringContaining(message) })
  })

  const confirmation = /<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/
  const lacks: readonly (readonly [string, RegExp, string])[] = [
    ['the format of its subject', / Format="[^"]*"/, ''],
    ['a statement of when its subject was seen', /<saml:AuthnStatement [^>]*\/>/, ''],
    ['conditions', /<saml:Conditions .*<\/saml:Conditions>/, ''],
    ['a confirmation of its subject', confirmation, ''],
    ['one confirmation alone', confirmation, '$&$&'],
    ['a bearer', /cm:bearer/, 'cm:sender-vouches'],
    ['a recipient', / Recipient="[^"]*"/, ''],
    ['an end of its confirmation', / NotOnOrAfter="[^"]*"/, ''],
    ['a time that is one', / NotBefore="[^"]*"/, ' NotBefore="soon"'],
  ]

  test.each(lacks)('without %s', async (...[, part, instead]) => {
    const xml = assertion({ roleArn }).replace(part, instead)
    await expect(assume(roleArn, sign(response(xml)))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: 'Invalid base64 SAMLResponse',
    })
  })

  test('that is not base64', async () => {
    const attempt = assume(roleArn, '', { SAMLAssertion: '%%%%%%' })
    await expect(attempt).rejects.toThrow('Invalid base64')
  })
})

describe('providers', () => {
  test('live and change as in IAM', async () => {
    const iam = root()
    const Tags = [{ Key: 'team', Value: 'red' }]
    const SAMLMetadataDocument = metadata(selfSigned(strangers), ` validUntil="${at(3600)}"`)
    const input = { Name: 'other', SAMLMetadataDocument, Tags }
    const { SAMLProviderArn } = await iam.send(new CreateSAMLProviderCommand(input))
    expect(SAMLProviderArn).toBe(`arn:aws:iam::${account}:saml-provider/other`)
    await expect(iam.send(new CreateSAMLProviderCommand(input))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    })
    const named = { SAMLProviderArn }
    const told = await iam.send(new GetSAMLProviderCommand(named))
    expect(told).toMatchObject({ SAMLMetadataDocument, Tags })
    expect(told.SAMLProviderUUID).toMatch(/^SAMLSP[A-Z0-9]{16}$/)
    // A hundred years, whatever the metadata says of itself.
    const lifetimeMs = (told.ValidUntil?.getTime() ?? 0) - (told.CreateDate?.getTime() ?? 0)
    expect(lifetimeMs).toBe(36_500 * 86_400_000)
    await iam.send(new TagSAMLProviderCommand({ ...named, Tags: [{ Key: 'b', Value: 'c' }] }))
    await iam.send(new UntagSAMLProviderCommand({ ...named, TagKeys: ['team'] }))
    const listed = await iam.send(new ListSAMLProviderTagsCommand(named))
    expect(listed.Tags).toEqual([{ Key: 'b', Value: 'c' }])
    const { SAMLProviderList } = await iam.send(new ListSAMLProvidersCommand({}))
    expect(SAMLProviderList?.map((one) => one.Arn)).toContain(SAMLProviderArn)
    await iam.send(new DeleteSAMLProviderCommand(named))
    await expect(iam.send(new GetSAMLProviderCommand(named))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
  })

  test('sign with the certificates of the day, for as long as they are there', async () => {
    const iam = root()
    const name = 'turning'
    const arn = `arn:aws:iam::${account}:saml-provider/${name}`
    const input = { Name: name, SAMLMetadataDocument: metadata(selfSigned(strangers)) }
    await iam.send(new CreateSAMLProviderCommand(input))
    const roleArn = await newRole('turned', { Principal: { Federated: arn } })
    const attributes = { [`${own}Role`]: [`${arn},${roleArn}`] }
    const attempt = () => assume(roleArn, good({ roleArn, attributes }), { PrincipalArn: arn })
    await expect(attempt()).rejects.toThrow('Response signature invalid')
    const until = ` validUntil="${at(600)}"`
    const SAMLMetadataDocument = metadata(selfSigned(mine), until)
    await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: arn, SAMLMetadataDocument }))
    await expect(attempt()).resolves.toBeDefined()
    // AWS: nothing is refused because the metadata says that its time is over.
    offsetMs += 601_000
    await expect(attempt()).resolves.toBeDefined()
    offsetMs = 0
  })

  test.each([
    ['no XML', 'x'.repeat(1000)],
    ['another document', `<a>${'x'.repeat(1000)}</a>`],
    ['no certificate', metadata('x').padEnd(1000)],
    ['a document type', `<!DOCTYPE x>${metadata(selfSigned(mine))}`],
  ])('are not made of %s', async (_name, SAMLMetadataDocument) => {
    const attempt = root().send(
      new CreateSAMLProviderCommand({ Name: 'bad', SAMLMetadataDocument }),
    )
    await expect(attempt).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Could not parse metadata',
    })
  })
})

describe('an encrypted assertion', () => {
  const old = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const current = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const arnOf = (name: string) => `arn:aws:iam::${account}:saml-provider/${name}`
  const sealed = arnOf('sealed')
  let roleArn: string
  beforeAll(async () => {
    await newProvider('sealed', { AddPrivateKey: pem(current.privateKey) })
    roleArn = await newRole('sealed', { Principal: { Federated: sealed } })
  })

  async function newProvider(
    Name: string,
    more: Partial<CreateSAMLProviderCommandInput> = {},
  ): Promise<void> {
    const SAMLMetadataDocument = metadata(selfSigned(mine))
    await root().send(new CreateSAMLProviderCommand({ Name, SAMLMetadataDocument, ...more }))
  }

  /** The signed assertion as it stands in its response, which is where its namespaces are. */
  function signedAssertion(provider = sealed, facts: Partial<Facts> = {}): string {
    const attributes = { [`${own}Role`]: [`${roleArn},${provider}`] }
    return good({ roleArn, attributes, ...facts }).replace(
      /^<samlp:Response[^>]*>|<\/samlp:Response>$/g,
      '',
    )
  }

  const sealedResponse = (form: EncryptionForm = {}, key = current.publicKey) =>
    response(encryptXml(signedAssertion(), key, form))
  const attempt = (xml: string, PrincipalArn = sealed) => assume(roleArn, xml, { PrincipalArn })
  const refusing = (message: string) => ({
    name: 'InvalidIdentityTokenException',
    message,
    $metadata: { httpStatusCode: 400 },
  })
  const unreadable = refusing('Response signature invalid')

  const forms: readonly EncryptionForm[] = [
    { bits: 128, mode: 'cbc' },
    { bits: 256, mode: 'cbc' },
    { bits: 128, mode: 'gcm' },
    { bits: 256, mode: 'gcm' },
    { digest: 'sha1' },
    { digest: 'sha256', mask: 'sha1' },
    { transport: 'oaep11' },
    { transport: 'oaep11', digest: 'sha256', mask: 'sha256' },
    { transport: 'oaep11', digest: 'sha256', mask: 'sha1' },
    { transport: 'oaep11', digest: 'sha1', mask: 'sha256' },
    { label: 'for AWS' },
    { isBeside: true },
  ]
  test.each(forms.map((form) => [JSON.stringify(form), form] as const))(
    'is opened: %s',
    async (_name, form) => {
      const { Subject, AssumedRoleUser } = await attempt(sealedResponse(form))
      expect(Subject).toBe('ana')
      expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/sealed/ana`)
    },
  )

  test('may come in a signed response; that signature covers what was encrypted', async () => {
    const signed = sign(sealedResponse(), { of: 'Response' })
    await expect(attempt(signed)).resolves.toBeDefined()
    const other = encryptXml(signedAssertion(), current.publicKey)
    const swapped = signed.replace(/<saml:EncryptedAssertion.*<\/saml:EncryptedAssertion>/s, other)
    await expect(attempt(swapped)).rejects.toThrow('Response signature invalid')
    const byStranger = sign(sealedResponse(), { of: 'Response', key: strangers.privateKey })
    await expect(attempt(byStranger)).rejects.toThrow('Response signature invalid')
  })

  const evil = () => assertion({ roleArn, id: '_evil', subject: 'root' })
  const believed: readonly (readonly [string, () => string, string])[] = [
    ['without a signature', () => evil(), 'mandatory signature'],
    ['without a signature, in a signed response', () => evil(), 'mandatory signature'],
    [
      'signed by a stranger',
      () =>
        sign(response(evil()), { key: strangers.privateKey }).replace(
          /<\/?samlp:Response[^>]*>/g,
          '',
        ),
      'Response signature invalid',
    ],
    ['beside another', () => signedAssertion() + evil(), 'Response signature invalid'],
    ['that ends its response', () => `</samlp:Response>${evil()}`, 'Response signature invalid'],
    [
      'that is encrypted again',
      () => encryptXml(signedAssertion(), current.publicKey),
      'Response signature invalid',
    ],
    [
      'with a document type',
      () => `<!DOCTYPE x>${signedAssertion()}`,
      'Response signature invalid',
    ],
    ['that is no XML', () => 'nothing of the kind', 'Response signature invalid'],
  ]
  test.each(believed)('is believed no more than a plain one: %s', async (name, make, message) => {
    const xml = response(encryptXml(make(), current.publicKey))
    const sent = name.endsWith('response') ? sign(xml, { of: 'Response' }) : xml
    await expect(attempt(sent)).rejects.toThrow(message)
  })

  const hopeless: readonly (readonly [string, () => string])[] = [
    ['for another key', () => sealedResponse({}, old.publicKey)],
    ['with RSA of PKCS #1 v1.5', () => sealedResponse({ transport: '1_5' })],
    [
      'with an unknown cipher',
      () => sealedResponse().replace('xmlenc#aes256-cbc', 'xmlenc#tripledes-cbc'),
    ],
    [
      'with a cipher of another key size',
      () => sealedResponse().replace('xmlenc#aes256-cbc', 'xmlenc#aes128-cbc'),
    ],
    [
      'with an unknown digest',
      () => sealedResponse({ digest: 'sha1' }).replaceAll('xmldsig#sha1', 'xmldsig#md5'),
    ],
    [
      'that was changed',
      () =>
        sealedResponse({ mode: 'gcm' }).replace(
          /(<e:EncryptedData.*<e:CipherValue>)(.)/s,
          (_whole, before: string, first: string) => before + (first === 'A' ? 'B' : 'A'),
        ),
    ],
    ['that is empty', () => sealedResponse().replace(/<e:EncryptedData.*<\/e:EncryptedData>/s, '')],
    [
      'for more recipients than are looked at',
      () =>
        sealedResponse().replace(/<e:EncryptedKey>.*?<\/e:EncryptedKey>/s, (one) => one.repeat(5)),
    ],
  ]
  test.each(hopeless)('is not opened: %s', async (_name, make) => {
    await expect(attempt(make())).rejects.toMatchObject(unreadable)
  })

  test('of a provider without keys is not opened', async () => {
    await newProvider('keyless')
    const xml = response(encryptXml(signedAssertion(arnOf('keyless')), current.publicKey))
    await expect(attempt(xml, arnOf('keyless'))).rejects.toMatchObject(unreadable)
  })

  test('is demanded where the provider says so', async () => {
    const SAMLProviderArn = arnOf('demanding')
    await newProvider('demanding', {
      AddPrivateKey: pem(current.privateKey),
      AssertionEncryptionMode: 'Required',
    })
    const role = await newRole('demanding', { Principal: { Federated: SAMLProviderArn } })
    const attributes = { [`${own}Role`]: [`${role},${SAMLProviderArn}`] }
    const plain = good({ roleArn: role, attributes })
    const input = { PrincipalArn: SAMLProviderArn }
    await expect(assume(role, plain, input)).rejects.toMatchObject(
      refusing('Invalid base64 SAMLResponse'),
    )
    const signed = plain.replace(/^<samlp:Response[^>]*>|<\/samlp:Response>$/g, '')
    const xml = response(encryptXml(signed, current.publicKey))
    await expect(assume(role, xml, input)).resolves.toBeDefined()
    const AssertionEncryptionMode = 'Allowed' as const
    const update = { SAMLProviderArn, AssertionEncryptionMode }
    await root().send(new UpdateSAMLProviderCommand(update))
    await expect(assume(role, plain, input)).resolves.toBeDefined()
  })

  test('may be sent to the address that is the provider’s alone', async () => {
    const { SAMLProviderUUID = '' } = await root().send(
      new GetSAMLProviderCommand({ SAMLProviderArn: sealed }),
    )
    const to = (id: string) => {
      const recipient = `https://signin.aws.amazon.com/saml/acs/${id}`
      return response(encryptXml(signedAssertion(sealed, { recipient }), current.publicKey))
    }
    const { Audience } = await attempt(to(SAMLProviderUUID))
    expect(Audience).toBe(`https://signin.aws.amazon.com/saml/acs/${SAMLProviderUUID}`)
    const another = attempt(to('SAMLSPAAAAAAAAAAAAAAAA'))
    await expect(another).rejects.toThrow('required recipient')
  })

  test('is opened with either of two keys while they change', async () => {
    const SAMLProviderArn = arnOf('changing')
    await newProvider('changing', { AddPrivateKey: pem(old.privateKey) })
    const role = await newRole('changing', { Principal: { Federated: SAMLProviderArn } })
    const attributes = { [`${own}Role`]: [`${role},${SAMLProviderArn}`] }
    const signed = good({ roleArn: role, attributes }).replace(
      /^<samlp:Response[^>]*>|<\/samlp:Response>$/g,
      '',
    )
    const by = (key: KeyObject) =>
      assume(role, response(encryptXml(signed, key)), { PrincipalArn: SAMLProviderArn })
    await expect(by(current.publicKey)).rejects.toMatchObject(unreadable)
    const add = { SAMLProviderArn, AddPrivateKey: pem(current.privateKey) }
    await root().send(new UpdateSAMLProviderCommand(add))
    await by(old.publicKey)
    await by(current.publicKey)
    const { PrivateKeyList } = await root().send(new GetSAMLProviderCommand({ SAMLProviderArn }))
    const RemovePrivateKey = PrivateKeyList?.[0]?.KeyId ?? ''
    await root().send(new UpdateSAMLProviderCommand({ SAMLProviderArn, RemovePrivateKey }))
    await expect(by(old.publicKey)).rejects.toMatchObject(unreadable)
    await by(current.publicKey)
  })

  test('takes keys that its provider keeps as in IAM', async () => {
    const SAMLProviderArn = arnOf('kept')
    const update = (more: Omit<UpdateSAMLProviderCommandInput, 'SAMLProviderArn'>) =>
      root().send(new UpdateSAMLProviderCommand({ SAMLProviderArn, ...more }))
    const told = () => root().send(new GetSAMLProviderCommand({ SAMLProviderArn }))
    await expect(newProvider('kept', { AssertionEncryptionMode: 'Required' })).rejects.toThrow(
      'Unable to set assertion encryption mode to Required because no private key is provided.',
    )
    await expect(newProvider('kept', { AddPrivateKey: 'no key' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    })
    await newProvider('kept')
    expect(await told()).toMatchObject({ AssertionEncryptionMode: 'Allowed', PrivateKeyList: [] })
    expect(await refused(update({}))).toEqual(
      refusal(
        'ValidationError',
        400,
        'Unable to update identity provider. No updates are defined for metadata or encryption assertion.',
      ),
    )
    expect(await refused(update({ AssertionEncryptionMode: 'Required' }))).toEqual(
      refusal(
        'InvalidInput',
        400,
        'Failed to set assertion encryption mode to Required because no private key is present.',
      ),
    )
    const AddPrivateKey = pem(old.privateKey)
    await update({ AddPrivateKey })
    await update({ AddPrivateKey: pem(elliptic.privateKey) })
    expect(await refused(update({ AddPrivateKey }))).toEqual(
      refusal('LimitExceeded', 409, 'Private key limit of 2 is reached.'),
    )
    await update({ AssertionEncryptionMode: 'Required' })
    const { PrivateKeyList: [first, second] = [], ...rest } = await told()
    expect(rest.AssertionEncryptionMode).toBe('Required')
    expect(first?.KeyId).toMatch(/^SAMLPK[A-Z0-9]{16}$/)
    expect(first?.Timestamp).toBeInstanceOf(Date)
    const RemovePrivateKey = first?.KeyId ?? ''
    expect(await refused(update({ RemovePrivateKey, AddPrivateKey }))).toEqual(
      refusal(
        'ValidationError',
        400,
        'Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.',
      ),
    )
    await update({ RemovePrivateKey })
    const failed = refusal('InvalidInput', 400, 'Failed to remove private key.')
    expect(await refused(update({ RemovePrivateKey }))).toEqual(failed)
    expect(await refused(update({ RemovePrivateKey: second?.KeyId ?? '' }))).toEqual(failed)
    expect(JSON.stringify([await told(), aws.events()])).not.toContain('PRIVATE KEY')
  })
})
