import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam'
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import {
  AssumeRoleWithWebIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
} from '@aws-sdk/client-sts'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { iamClient } from '../support/local-clients.ts'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let ana: Keys
let issuer: string
beforeAll(async () => {
  world = await startTwoAccounts()
  ana = await newUser('ana', may)
  issuer = await enable(world.home)
})
afterAll(() => world.stop())

const may = { Action: ['sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken'], Resource: '*' }
const audience = 'https://api.example.com'
const space = 'https://sts.amazonaws.com/'

async function newUser(name: string, statement?: object): Promise<Keys> {
  const keys = await world.newUser(world.home, name)
  if (statement !== undefined) await allow(name, statement)
  return keys
}

async function allow(UserName: string, statement: object): Promise<void> {
  const PolicyDocument = policyText({ Effect: 'Allow', ...statement })
  const command = new PutUserPolicyCommand({ UserName, PolicyName: 'given', PolicyDocument })
  await world.iam(world.root(world.home)).send(command)
}

async function enable(accountId: string): Promise<string> {
  const iam = world.iam(world.root(accountId))
  const command = new EnableOutboundWebIdentityFederationCommand({})
  return (await iam.send(command)).IssuerIdentifier ?? ''
}

function ask(keys: Keys, input: Partial<GetWebIdentityTokenCommandInput> = {}) {
  return world.sts(keys).send(
    new GetWebIdentityTokenCommand({
      Audience: [audience],
      SigningAlgorithm: 'ES384',
      ...input,
    }),
  )
}

async function token(keys: Keys, input: Partial<GetWebIdentityTokenCommandInput> = {}) {
  return (await ask(keys, input)).WebIdentityToken ?? ''
}

/** Where the server tells what AWS tells at the issuer's own address. */
function place(of = issuer): string {
  return `${world.aws.url}/_stile/oidc/outbound/${new URL(of).hostname.split('.')[0]}/.well-known`
}

/** As a service outside does it, with what is published alone. */
async function verify(text: string, expected: { issuer?: string; audience?: string } = {}) {
  const discovery = await (await fetch(`${place()}/openid-configuration`)).json()
  expect(discovery.issuer).toBe(issuer)
  const keys = createRemoteJWKSet(new URL(discovery.jwks_uri))
  const currentDate = new Date(world.nowMs())
  return await jwtVerify(text, keys, { issuer, audience, currentDate, ...expected })
}

const denial = (message: string) => refusal('AccessDenied', 403, message)

describe('the account’s switch', () => {
  const info = (accountId: string) =>
    world.iam(world.root(accountId)).send(new GetOutboundWebIdentityFederationInfoCommand({}))
  const disable = (accountId: string) =>
    world.iam(world.root(accountId)).send(new DisableOutboundWebIdentityFederationCommand({}))

  test('is off at first', async () => {
    const account = world.other
    const off = (state: string) =>
      refusal(
        'FeatureDisabled',
        404,
        `Outbound identity federation is ${state} for account ${account}`,
      )
    expect(await refused(info(account))).toEqual(off('disabled'))
    expect(await refused(disable(account))).toEqual(off('already disabled'))
  })

  test('gives an issuer, the same again after it was off, and another in another account', async () => {
    expect(issuer).toMatch(
      /^https:\/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tokens\.sts\.global\.api\.aws$/,
    )
    expect(await info(world.home)).toMatchObject({
      IssuerIdentifier: issuer,
      JwtVendingEnabled: true,
    })
    const again = world.iam(world.root(world.home))
    const attempt = again.send(new EnableOutboundWebIdentityFederationCommand({}))
    const message = `Outbound identity federation is already enabled for account ${world.home}`
    expect(await refused(attempt)).toEqual(refusal('FeatureEnabled', 409, message))

    const text = await token(ana)
    const published = await (await fetch(`${place()}/jwks.json`)).json()
    await disable(world.home)
    expect(await refused(ask(ana))).toEqual(
      refusal(
        'OutboundWebIdentityFederationDisabledException',
        403,
        'OutboundWebIdentityFederation is disabled.',
      ),
    )
    // What was signed before stays good.
    await verify(text)
    expect(await enable(world.home)).toBe(issuer)
    expect(await (await fetch(`${place()}/jwks.json`)).json()).toEqual(published)
    expect(await enable(world.other)).not.toBe(issuer)
  })

  test('takes permission', async () => {
    const bob = world.iam(await newUser('bob'))
    const attempts = [
      bob.send(new EnableOutboundWebIdentityFederationCommand({})),
      bob.send(new DisableOutboundWebIdentityFederationCommand({})),
      bob.send(new GetOutboundWebIdentityFederationInfoCommand({})),
    ]
    for (const attempt of attempts) {
      expect(await refused(attempt)).toMatchObject({ Error: { Code: 'AccessDenied' } })
    }
  })
})

describe('what is published', () => {
  test('is what AWS publishes, and nothing that is secret', async () => {
    const { jwks_uri, ...discovery } = await (await fetch(`${place()}/openid-configuration`)).json()
    expect(discovery).toEqual({
      issuer,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES384'],
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', space],
    })
    const { keys } = await (await fetch(jwks_uri)).json()
    expect(keys.map((key: object) => Object.keys(key).sort())).toEqual([
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ])
    expect(keys).toMatchObject([
      { kid: 'RSA_0', kty: 'RSA', alg: 'RS256' },
      { kid: 'EC384_0', kty: 'EC', crv: 'P-384', alg: 'ES384' },
    ])
  })

  test('is of issuers that are there', async () => {
    const unknown = 'https://00000000-0000-4000-8000-000000000000.tokens.sts.global.api.aws'
    const addresses = [`${place(unknown)}/jwks.json`, `${place()}/keys`, `${place()}/../jwks.json`]
    for (const address of addresses) expect((await fetch(address)).status).toBe(404)
    const posted = await fetch(`${place()}/jwks.json`, { method: 'POST' })
    expect(posted.status).toBe(405)
  })
})

describe('a token', () => {
  test.each(['RS256', 'ES384'])('signed with %s is good', async (SigningAlgorithm) => {
    const text = await token(ana, { SigningAlgorithm })
    const { payload, protectedHeader } = await verify(text)
    const kid = SigningAlgorithm === 'RS256' ? 'RSA_0' : 'EC384_0'
    expect(protectedHeader).toEqual({ alg: SigningAlgorithm, typ: 'JWT', kid })
    expect(payload.sub).toBe(`arn:aws:iam::${world.home}:user/ana`)
  })

  test('says who asked for it, and when', async () => {
    const { WebIdentityToken = '', Expiration } = await ask(ana, { DurationSeconds: 60 })
    const { iat = 0, exp = 0, jti, ...rest } = decodeJwt(WebIdentityToken)
    const arn = `arn:aws:iam::${world.home}:user/ana`
    expect(rest).toEqual({
      iss: issuer,
      aud: audience,
      sub: arn,
      [space]: { aws_account: world.home, source_region: 'eu-west-1', principal_id: arn },
    })
    expect(exp - iat).toBe(60)
    expect(jti).toMatch(/^[0-9a-f-]{36}$/)
    expect(decodeJwt(await token(ana)).jti).not.toBe(jti)
    expect(Math.floor((Expiration?.getTime() ?? 0) / 1000)).toBe(exp)
    const byDefault = decodeJwt(await token(ana))
    expect((byDefault.exp ?? 0) - (byDefault.iat ?? 0)).toBe(300)
  })

  test('is for one audience as a text, for several as a list', async () => {
    const Audience = ['one', 'two', 'one']
    expect(decodeJwt(await token(ana, { Audience })).aud).toEqual(Audience)
    await expect(verify(await token(ana, { Audience }))).rejects.toThrow('aud')
  })

  test('tells the user’s tags, and those of the call', async () => {
    const Tags = [{ Key: 'Team', Value: 'platform' }]
    const keys = await newUser('dan', may)
    await world.iam(world.root(world.home)).send(new TagUserCommand({ UserName: 'dan', Tags }))
    const asked = [
      { Key: 'aws:test', Value: 'kept' },
      { Key: '__proto__', Value: 'plain' },
    ]
    const claims = decodeJwt(await token(keys, { Tags: asked }))[space]
    expect(JSON.stringify(claims)).toContain(
      '"principal_tags":{"Team":"platform"},"request_tags":{"aws:test":"kept","__proto__":"plain"}',
    )
  })

  test('of a role session has the role as its subject, the session’s end and its tags', async () => {
    const root = world.iam(world.root(world.home))
    const { Role } = await root.send(
      new CreateRoleCommand({
        RoleName: 'worker',
        Path: '/jobs/',
        AssumeRolePolicyDocument: policyText({
          Effect: 'Allow',
          Principal: { AWS: world.home },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        }),
        Tags: [
          { Key: 'Team', Value: 'role' },
          { Key: 'kept', Value: 'yes' },
        ],
      }),
    )
    const PolicyDocument = policyText({ Effect: 'Allow', ...may })
    const RoleName = 'worker'
    await root.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'given', PolicyDocument }))
    const eve = await newUser('eve', { Action: 'sts:*', Resource: '*' })
    const session = await world.assume(eve, {
      RoleArn: Role?.Arn ?? '',
      DurationSeconds: 900,
      SourceIdentity: 'eve',
      Tags: [{ Key: 'team', Value: 'session' }],
    })
    const { sub, [space]: claims } = decodeJwt(await token(session))
    expect(sub).toBe(`arn:aws:iam::${world.home}:role/jobs/worker`)
    expect(claims).toEqual({
      aws_account: world.home,
      source_region: 'eu-west-1',
      principal_id: sub,
      source_identity: 'eve',
      original_session_exp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      principal_tags: { kept: 'yes', team: 'session' },
    })
    const refusing = refusal(
      'SessionDurationEscalationException',
      403,
      "Requested token expiry time must be before the original session's expiry time.",
    )
    expect(await refused(ask(session, { DurationSeconds: 901 }))).toEqual(refusing)
    await ask(session, { DurationSeconds: 880 })
  })

  test('of a session of GetSessionToken is the user’s', async () => {
    const { Credentials } = await world.sts(ana).send(new GetSessionTokenCommand({}))
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    const { sub, [space]: claims } = decodeJwt(await token(session))
    expect(sub).toBe(`arn:aws:iam::${world.home}:user/ana`)
    expect(claims).toMatchObject({ original_session_exp: expect.any(String) })
  })

  test('tells the organization, and the way to the account', async () => {
    const organizations = new OrganizationsClient({
      endpoint: world.aws.url,
      region: 'us-east-1',
      credentials: world.root(world.home),
    })
    const { Organization } = await organizations.send(
      new CreateOrganizationCommand({ FeatureSet: 'ALL' }),
    )
    expect(decodeJwt(await token(ana))[space]).toMatchObject({
      org_id: Organization?.Id,
      ou_path: [expect.stringMatching(new RegExp(`^${Organization?.Id}/r-[a-z0-9]+/$`))],
    })
  })

  test('that was altered is not good, nor one of another account', async () => {
    const [header, payload, signature = ''] = (await token(ana)).split('.')
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    await expect(verify(`${header}.${payload}.${flipped}`)).rejects.toThrow('signature')
    const stranger = await world.newUser(world.other, 'stranger')
    const PolicyDocument = policyText({ Effect: 'Allow', ...may })
    const put = { UserName: 'stranger', PolicyName: 'given', PolicyDocument }
    await world.iam(world.root(world.other)).send(new PutUserPolicyCommand(put))
    const theirs = await token(stranger)
    expect(decodeJwt(theirs).iss).not.toBe(issuer)
    await expect(verify(theirs, { issuer: decodeJwt(theirs).iss ?? '' })).rejects.toThrow(
      'signature',
    )
  })
})

describe('permission', () => {
  const self = () => `arn:aws:sts::${world.home}:self`
  const refusing = (name: string, action: string) =>
    denial(
      `User: arn:aws:iam::${world.home}:user/${name} is not authorized to perform: ${action} on resource: ${self()} because no identity-based policy allows the ${action} action`,
    )
  const Tags = [{ Key: 'team', Value: 'red' }]

  test('is of `self`', async () => {
    const keys = await newUser('fay', { ...may, Resource: `arn:aws:iam::${world.home}:user/fay` })
    expect(await refused(ask(keys))).toEqual(refusing('fay', 'sts:GetWebIdentityToken'))
    await allow('fay', { ...may, Resource: self() })
    await ask(keys, { Tags })
  })

  test('of tags is another', async () => {
    const keys = await newUser('guy', { ...may, Action: 'sts:GetWebIdentityToken' })
    await ask(keys)
    expect(await refused(ask(keys, { Tags }))).toEqual(
      refusing('guy', 'sts:TagGetWebIdentityToken'),
    )
  })

  test('is narrowed by what the token is to be', async () => {
    const keys = await newUser('hal', {
      ...may,
      Condition: {
        'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [audience, 'other'] },
        Null: { 'sts:IdentityTokenAudience': 'false' },
        StringEquals: { 'sts:SigningAlgorithm': 'ES384' },
        NumericLessThanEquals: { 'sts:DurationSeconds': '300' },
      },
    })
    await ask(keys)
    await ask(keys, { Audience: ['other', audience], DurationSeconds: 300, Tags })
    const no = refusing('hal', 'sts:GetWebIdentityToken')
    expect(await refused(ask(keys, { Audience: [audience, 'stranger'] }))).toEqual(no)
    expect(await refused(ask(keys, { SigningAlgorithm: 'RS256' }))).toEqual(no)
    expect(await refused(ask(keys, { DurationSeconds: 301 }))).toEqual(no)
  })

  test('is narrowed by the tags', async () => {
    const keys = await newUser('ida', {
      ...may,
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        StringEqualsIfExists: { 'aws:RequestTag/team': 'red' },
      },
    })
    await ask(keys, { Tags })
    const no = refusing('ida', 'sts:GetWebIdentityToken')
    expect(await refused(ask(keys, { Tags: [{ Key: 'team', Value: 'blue' }] }))).toEqual(no)
    expect(await refused(ask(keys, { Tags: [{ Key: 'other', Value: 'red' }] }))).toEqual(no)
  })

  test('does not help root users and federated users', async () => {
    const root = world.root(world.home)
    expect(await refused(ask(root))).toEqual(
      denial(
        `User: arn:aws:iam::${world.home}:root is not authorized to perform: sts:GetWebIdentityToken on resource: ${self()}`,
      ),
    )
    const jo = await newUser('jon', { Action: 'sts:*', Resource: '*' })
    const Policy = policyText({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })
    const { Credentials } = await world
      .sts(jo)
      .send(new GetFederationTokenCommand({ Name: 'bob', Policy }))
    const federated = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    expect(await refused(ask(federated))).toEqual(
      denial('GetWebIdentityToken does not support federated user sessions'),
    )
  })
})

describe('what is asked', () => {
  const invalid = (message: string) => refusal('ValidationError', 400, message)
  const failed = (value: string, at: string, demand: string) =>
    invalid(
      `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: ${demand}`,
    )

  test.each(['RS384', 'ES256', 'HS256', 'rs256'])('algorithm %s', async (SigningAlgorithm) => {
    const message =
      'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms'
    expect(await refused(ask(ana, { SigningAlgorithm }))).toEqual(invalid(message))
  })

  test('algorithm `none`', async () => {
    const demand = 'Member must have length greater than or equal to 5'
    expect(await refused(ask(ana, { SigningAlgorithm: 'none' }))).toEqual(
      failed("'none'", 'signingAlgorithm', demand),
    )
  })

  test.each([
    [59, 'greater than or equal to 60'],
    [3601, 'less than or equal to 3600'],
  ])('a duration of %i', async (DurationSeconds, bound) => {
    expect(await refused(ask(ana, { DurationSeconds }))).toEqual(
      failed(`'${DurationSeconds}'`, 'durationSeconds', `Member must have value ${bound}`),
    )
  })

  test('audiences', async () => {
    const eleven = Array.from({ length: 11 }, (_, at) => String(at))
    const bound = 'Member must have length less than or equal to 10'
    expect(await refused(ask(ana, { Audience: eleven }))).toEqual(
      failed(`'[${eleven.join(', ')}]'`, 'audience', bound),
    )
    const long = 'a'.repeat(1001)
    const items =
      'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1]'
    expect(await refused(ask(ana, { Audience: [long] }))).toEqual(
      failed(`'[${long}]'`, 'audience', items),
    )
  })

  test('tags of one key in two cases', async () => {
    const Tags = ['team', 'Team'].map((Key) => ({ Key, Value: 'red' }))
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'
    expect(await refused(ask(ana, { Tags }))).toEqual(
      refusal('InvalidParameterValue', 400, message),
    )
  })

  test('claims of 14,984 bytes and no more', async () => {
    const Audience = Array.from({ length: 9 }, () => 'a'.repeat(1000))
    const bytesOf = (text: string) => Buffer.from(text.split('.')[1] ?? '', 'base64url').length
    const tags = (more: number) =>
      Array.from({ length: 50 }, (_, at) => {
        const length = Math.max(0, Math.min(255, more - at * 255))
        return { Key: `k${at}`, Value: `v${'v'.repeat(length)}` }
      })
    const room = 14_984 - bytesOf(await token(ana, { Audience, Tags: tags(0) }))
    expect(bytesOf(await token(ana, { Audience, Tags: tags(room) }))).toBe(14_984)
    expect(await refused(ask(ana, { Audience, Tags: tags(room + 1) }))).toMatchObject({
      Error: { Code: 'JWTPayloadSizeExceededException' },
      $metadata: { httpStatusCode: 400 },
    })
  })
})

test('is no web identity for AWS itself, whatever a role trusts', async () => {
  const iam = world.iam(world.root(world.other))
  const { OpenIDConnectProviderArn: Federated } = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: [audience] }),
  )
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'circle',
      AssumeRolePolicyDocument: policyText({
        Effect: 'Allow',
        Principal: { Federated },
        Action: 'sts:AssumeRoleWithWebIdentity',
      }),
    }),
  )
  const attempt = async (WebIdentityToken: string) =>
    await refused(
      world.sts(ana).send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: Role?.Arn ?? '',
          RoleSessionName: 'circle',
          WebIdentityToken,
        }),
      ),
    )
  const refusing = { Error: { Code: 'InvalidIdentityToken' }, $metadata: { httpStatusCode: 400 } }
  expect(await attempt(await token(ana))).toMatchObject(refusing)
  // Nor may the server's own test issuer speak for it.
  const { token: forged } = await (
    await fetch(`${world.aws.url}/_stile/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.aws.controlToken}` },
      body: JSON.stringify({ issuer, sub: 'me', aud: audience }),
    })
  ).json()
  expect(await attempt(forged)).toMatchObject(refusing)
})

test('issuer and keys outlive the process that keeps its data, and no reset', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'stile-issuer-'))
  const seed = { accounts: [{ id: world.home }] }
  const iam = (aws: LocalAws) => iamClient(aws, aws.rootCredentials(world.home))
  const keysOf = async (aws: LocalAws, IssuerIdentifier = '') =>
    await fetch(`${place(IssuerIdentifier).replace(world.aws.url, aws.url)}/jwks.json`)
  const first = await startLocalAws({ dataDirectory, seed })
  const { IssuerIdentifier } = await iam(first).send(
    new EnableOutboundWebIdentityFederationCommand({}),
  )
  const published = await (await keysOf(first, IssuerIdentifier)).json()
  expect(published.keys).toHaveLength(2)
  await first.stop()
  const second = await startLocalAws({ dataDirectory, seed })
  const info = new GetOutboundWebIdentityFederationInfoCommand({})
  expect(await iam(second).send(info)).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: true })
  expect(await (await keysOf(second, IssuerIdentifier)).json()).toEqual(published)
  second.reset()
  expect(await refused(iam(second).send(info))).toMatchObject({
    Error: { Code: 'FeatureDisabled' },
  })
  expect((await keysOf(second, IssuerIdentifier)).status).toBe(404)
  await second.stop()
  await rm(dataDirectory, { recursive: true })
})
