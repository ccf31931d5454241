import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  PutRolePolicyCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
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
import { iamClient, stsClient } from '../support/local-clients.ts'
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

  test('may be signed as a part of the response, or both', async () => {
    const roleArn = await newRole('whole')
    const plain = response(assertion({ roleArn }))
    await expect(assume(roleArn, sign(plain, { of: 'Response' }))).resolves.toBeDefined()
    const both = sign(sign(plain), { of: 'Response' })
    await expect(assume(roleArn, both)).resolves.toBeDefined()
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
      Condition: { StringEquals, [affiliation]: { 'saml:edupersonaffiliation': 'staff' } },
    })
    const name = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1'
    const attributes = { [name]: ['student', 'staff'] }
    await expect(assume(roleArn, good({ roleArn, attributes }))).resolves.toBeDefined()
    const refused = {
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithSAML',
    }
    for (const facts of [{ attributes, subject: 'ben' }, { attributes: { [name]: ['student'] } }]) {
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
    await expect(assume(other, good({ roleArn }))).rejects.toThrow(refused)
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
    ['without a signature', () => response(assertion({ roleArn }))],
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
    [
      'encrypted',
      () =>
        response('<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'),
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
    ['past its end', () => ({ notOnOrAfter: at(-1) }), 'ExpiredTokenException', 'redeemed'],
    [
      'whose confirmation is past its end',
      () => ({ confirmedUntil: at(-1) }),
      'ExpiredTokenException',
      'redeemed',
    ],
    ['whose session is over', () => ({ sessionEnds: at(-1) }), 'ExpiredTokenException', 'redeemed'],
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
      'IssueInstant',
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
      'AccessDenied',
      'Not authorized',
    ],
  ]

  test.each(facts)('%s', async (...row) => {
    const [, make, name, message] = row
    const attempt = assume(roleArn, good({ roleArn, ...make() }))
    await expect(attempt).rejects.toMatchObject({ name, message: expect.stringContaining(message) })
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
    expect(told.ValidUntil?.getTime()).toBe(
      Date.parse(SAMLMetadataDocument.match(/validUntil="(.*?)"/)?.[1] ?? ''),
    )
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

  test('sign with the certificates of the day, until their metadata ends', async () => {
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
    offsetMs += 601_000
    await expect(attempt()).rejects.toThrow('expired')
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

  test('do not read encrypted assertions', async () => {
    const SAMLMetadataDocument = metadata(selfSigned(mine))
    const input = {
      Name: 'sealed',
      SAMLMetadataDocument,
      AssertionEncryptionMode: 'Required' as const,
    }
    const attempt = root().send(new CreateSAMLProviderCommand(input))
    await expect(attempt).rejects.toMatchObject({ name: 'NotImplemented' })
  })
})
