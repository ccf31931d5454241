import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { exportJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import type { Keys } from '../support/aws-under-test.ts'
import { iamClient, stsClient } from '../support/local-clients.ts'
import { policyText } from '../support/two-accounts.ts'

const account = '111111111111'
const issuer = 'https://token.ci.example.com'
const host = 'token.ci.example.com'
const otherIssuer = 'https://other.example.com'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })

let aws: LocalAws
let offsetMs = 0
const nowSeconds = (): number => Math.floor((Date.now() + offsetMs) / 1000)

beforeAll(async () => {
  const jwks = async (key: KeyObject, kid: string) => ({ ...(await exportJWK(key)), kid })
  aws = await startLocalAws({
    clock: { nowMs: () => Date.now() + offsetMs },
    seed: {
      accounts: [{ id: account }, { id: '222222222222' }],
      issuers: [
        {
          url: issuer,
          jwks: { keys: [await jwks(rsa.publicKey, 'r'), await jwks(ec.publicKey, 'e')] },
        },
        { url: otherIssuer, jwks: { keys: [await jwks(stranger.publicKey, 's')] } },
      ],
    },
  })
  const root = iamClient(aws, aws.rootCredentials(account))
  for (const Url of [issuer, otherIssuer, 'https://oidc.stile.test']) {
    await root.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.example'] }))
  }
})
afterAll(() => aws.stop())

interface Given {
  readonly key?: KeyObject | Uint8Array
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

function sign({ key = rsa.privateKey, header, claims }: Given = {}): Promise<string> {
  const iat = nowSeconds()
  const payload = { iss: issuer, aud: 'sts.example', sub: 'repo:a', iat, exp: iat + 300, ...claims }
  const kept = Object.fromEntries(Object.entries(payload).filter(([, one]) => one !== undefined))
  return new SignJWT(kept).setProtectedHeader({ alg: 'RS256', kid: 'r', ...header }).sign(key)
}

const provider = `arn:aws:iam::${account}:oidc-provider/${host}`
const trust = {
  Effect: 'Allow',
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
}

async function newRole(
  RoleName: string,
  statement: object = {},
  more: object = {},
): Promise<string> {
  const AssumeRolePolicyDocument = policyText({ ...trust, ...statement })
  const { Role } = await iamClient(aws, aws.rootCredentials(account)).send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }),
  )
  return Role?.Arn ?? ''
}

/** Without credentials: the SDK signs nothing. */
function unsigned(): STSClient {
  const sts = new STSClient({ endpoint: aws.url, region: 'eu-west-1', maxAttempts: 1 })
  sts.middlewareStack.add(
    (next) => (args) => {
      const headers = (args.request as { headers?: Record<string, string> }).headers ?? {}
      expect(headers.authorization).toBeUndefined()
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  return sts
}

type Input = Partial<AssumeRoleWithWebIdentityCommandInput>

function assume(input: Input) {
  const whole = { RoleArn: '', RoleSessionName: 'run', WebIdentityToken: '', ...input }
  return unsigned().send(new AssumeRoleWithWebIdentityCommand(whole))
}

async function session(input: Input): Promise<Keys> {
  const { Credentials } = await assume(input)
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

describe('a token that its provider signed', () => {
  test('opens a role session', async () => {
    const RoleArn = await newRole('opened')
    const answer = await assume({ RoleArn, WebIdentityToken: await sign() })
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:a',
      Provider: provider,
      Audience: 'sts.example',
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/opened/run` },
    })
    expect(answer.SourceIdentity).toBeUndefined()
    const keys = await session({ RoleArn, WebIdentityToken: await sign() })
    const { Arn } = await stsClient(aws, keys).send(new GetCallerIdentityCommand({}))
    expect(Arn).toBe(`arn:aws:sts::${account}:assumed-role/opened/run`)
  })

  test('may be signed with any of its keys', async () => {
    const RoleArn = await newRole('by-curve')
    const header = { alg: 'ES256', kid: 'e' }
    const WebIdentityToken = await sign({ key: ec.privateKey, header })
    await expect(assume({ RoleArn, WebIdentityToken })).resolves.toBeDefined()
  })

  test('is held to the conditions of the trust policy', async () => {
    const only = (condition: object) => ({ Condition: { StringLike: condition } })
    const RoleArn = await newRole('conditional', only({ [`${host}:sub`]: 'repo:a:*' }))
    const good = await sign({ claims: { sub: 'repo:a:ref:main' } })
    await expect(assume({ RoleArn, WebIdentityToken: good })).resolves.toBeDefined()
    const attempt = assume({ RoleArn, WebIdentityToken: await sign() })
    await expect(attempt).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      $metadata: { httpStatusCode: 403 },
    })
    const denied = aws.events().at(-1)?.decisions[0]
    expect(denied).toMatchObject({ action: 'sts:AssumeRoleWithWebIdentity', resource: RoleArn })
  })

  test('may be off by five minutes, as clocks are', async () => {
    const RoleArn = await newRole('off')
    const now = nowSeconds()
    const late = await sign({ claims: { exp: now - 240 } })
    await expect(assume({ RoleArn, WebIdentityToken: late })).resolves.toBeDefined()
    const early = await sign({ claims: { iat: now + 240, nbf: now + 240, exp: now + 600 } })
    await expect(assume({ RoleArn, WebIdentityToken: early })).resolves.toBeDefined()
  })

  test('gives aud, oaud, amr and email as keys', async () => {
    const RoleArn = await newRole('by-claims', {
      Condition: {
        StringEquals: { [`${host}:aud`]: 'sts.example', [`${host}:email`]: 'ana@example.com' },
        'ForAnyValue:StringEquals': { [`${host}:amr`]: 'mfa', [`${host}:oaud`]: 'sts.example' },
        Null: { [`${host}:azp`]: 'true', [`${host}:repository`]: 'true' },
      },
    })
    const claims = { email: 'ana@example.com', repository: 'acme/app', azp: 'sts.example' }
    const WebIdentityToken = await sign({ claims: { ...claims, amr: ['pwd', 'mfa'] } })
    await expect(assume({ RoleArn, WebIdentityToken })).resolves.toBeDefined()
    const without = await sign({ claims: { ...claims, amr: ['pwd'] } })
    await expect(assume({ RoleArn, WebIdentityToken: without })).rejects.toThrow('Not authorized')
  })

  test('comes from a user of its account that has no ARN', async () => {
    const RoleArn = await newRole('by-principal', {
      Condition: {
        StringEquals: {
          'aws:PrincipalAccount': account,
          'aws:PrincipalType': 'User',
          'aws:userid': provider,
        },
        Null: { 'aws:PrincipalArn': 'true', 'aws:username': 'true' },
      },
    })
    await expect(assume({ RoleArn, WebIdentityToken: await sign() })).resolves.toBeDefined()
  })

  test('opens the roles that it names alone, if it names any', async () => {
    const RoleArn = await newRole('named-by-token')
    const strict = await newRole('named-strictly', {
      Condition: { Bool: { 'sts:RoleAuthorizedByIdp': 'true' } },
    })
    const naming = async (role: string, roles: unknown) => {
      const claims = { 'https://aws.amazon.com/roles': roles }
      return await assume({ RoleArn: role, WebIdentityToken: await sign({ claims }) })
    }
    const list = [7, 'x', ` ${RoleArn} `, strict]
    for (const role of [RoleArn, strict]) {
      await expect(naming(role, list)).resolves.toBeDefined()
      await expect(naming(role, `${strict} ;${RoleArn}`)).resolves.toBeDefined()
    }
    for (const none of [null, undefined]) {
      await expect(naming(RoleArn, none)).resolves.toBeDefined()
      await expect(naming(strict, none)).rejects.toMatchObject({ name: 'AccessDenied' })
    }
    const absent = 'The target role ARN is not present in the roles claim of the identity token'
    const rows: readonly (readonly [unknown, string])[] = [
      [[strict], absent],
      [strict, absent],
      [
        RoleArn.toUpperCase().replace('ARN:AWS:IAM', 'arn:aws:iam').replace('ROLE/', 'role/'),
        absent,
      ],
      [`${RoleArn.slice(0, -1)}*`, 'The roles claim contains no valid role ARNs'],
      [[], 'The roles claim contains no valid role ARNs'],
      ['', 'The roles claim contains no valid role ARNs'],
      ['named-by-token', 'The roles claim contains no valid role ARNs'],
      [{ role: RoleArn }, 'The roles claim is not in a supported format'],
      [7, 'The roles claim is not in a supported format'],
    ]
    for (const [roles, message] of rows) {
      const attempt = naming(RoleArn, roles)
      await expect(attempt).rejects.toMatchObject({
        name: 'InvalidIdentityTokenException',
        message,
      })
    }
  })

  test('is nothing to a role that trusts another provider, or one that is not there', async () => {
    const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/other.example.com` }
    const RoleArn = await newRole('of-another', { Principal })
    const WebIdentityToken = await sign()
    const refused = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
    await expect(assume({ RoleArn, WebIdentityToken })).rejects.toThrow(refused)
    const absent = `${RoleArn}-absent`
    await expect(assume({ RoleArn: absent, WebIdentityToken })).rejects.toThrow(refused)
    const everybody = await newRole('of-accounts', { Principal: { AWS: '*' } })
    await expect(assume({ RoleArn: everybody, WebIdentityToken })).rejects.toThrow(refused)
  })

  test('brings session tags and a source identity where the trust policy lets it', async () => {
    const claims = {
      'https://aws.amazon.com/tags': {
        principal_tags: { team: ['red'] },
        transitive_tag_keys: ['team'],
      },
      'https://aws.amazon.com/source_identity': 'ana',
    }
    const WebIdentityToken = await sign({ claims })
    const plain = await newRole('plain')
    await expect(assume({ RoleArn: plain, WebIdentityToken })).rejects.toThrow(
      'Not authorized to perform sts:SetSourceIdentity',
    )
    const Action = ['sts:AssumeRoleWithWebIdentity', 'sts:SetSourceIdentity']
    const some = await newRole('some', { Action })
    await expect(assume({ RoleArn: some, WebIdentityToken })).rejects.toThrow(
      'Not authorized to perform sts:TagSession',
    )
    const RoleArn = await newRole('all', { Action: [...Action, 'sts:TagSession'] })
    expect((await assume({ RoleArn, WebIdentityToken })).SourceIdentity).toBe('ana')
    const keys = await session({ RoleArn, WebIdentityToken })
    const chained = await newRole('chained', {
      Principal: { AWS: account },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: {
        StringEquals: {
          'aws:PrincipalTag/team': 'red',
          'aws:SourceIdentity': 'ana',
          [`${host}:sub`]: 'repo:a',
          'aws:FederatedProvider': provider,
        },
      },
    })
    await allowRole('all', { Action: 'sts:*', Resource: chained })
    const input = { RoleArn: chained, RoleSessionName: 'next' }
    const sts = stsClient(aws, keys)
    await expect(sts.send(new AssumeRoleCommand(input))).resolves.toBeDefined()
    const longer = new AssumeRoleCommand({ ...input, DurationSeconds: 3601 })
    await expect(sts.send(longer)).rejects.toThrow('role chaining')
    const token = new GetSessionTokenCommand({})
    await expect(sts.send(token)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('takes flat tag claims too, and refuses broken ones', async () => {
    const RoleArn = await newRole('flat', {
      Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } },
    })
    const name = 'https://aws.amazon.com/tags/principal_tags/team'
    const tagged = (value: unknown) => sign({ claims: { [name]: value } })
    const good = await tagged('red')
    await expect(assume({ RoleArn, WebIdentityToken: good })).resolves.toBeDefined()
    for (const value of [['red'], 7, { red: 1 }, 'x'.repeat(257)]) {
      const WebIdentityToken = await tagged(value)
      const attempt = assume({ RoleArn, WebIdentityToken })
      await expect(attempt).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
    }
    for (const value of ['red', ['red', 'blue'], []]) {
      const nested = { 'https://aws.amazon.com/tags': { principal_tags: { team: value } } }
      const WebIdentityToken = await sign({ claims: nested })
      const attempt = assume({ RoleArn, WebIdentityToken })
      await expect(attempt).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' })
    }
  })

  test('lasts an hour unless the role allows more', async () => {
    const RoleArn = await newRole('long', {}, { MaxSessionDuration: 7200 })
    const input = { RoleArn, WebIdentityToken: await sign() }
    const lasts = async (more: Input) => {
      const { Credentials } = await assume({ ...input, ...more })
      return Math.round(((Credentials?.Expiration?.getTime() ?? 0) / 1000 - nowSeconds()) / 60)
    }
    expect(await lasts({})).toBe(60)
    expect(await lasts({ DurationSeconds: 7200 })).toBe(120)
    await expect(assume({ ...input, DurationSeconds: 7201 })).rejects.toThrow('MaxSessionDuration')
  })

  test('limits its session by the session policies that come with it', async () => {
    const RoleArn = await newRole('narrowed')
    const target = await newRole('target', {
      Principal: { AWS: account },
      Action: 'sts:AssumeRole',
    })
    await allowRole('narrowed', { Action: 'sts:AssumeRole', Resource: '*' })
    const input = { RoleArn, WebIdentityToken: await sign() }
    const wide = await session(input)
    const Policy = policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
    const narrow = await session({ ...input, Policy })
    const next = new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'next' })
    await expect(stsClient(aws, wide).send(next)).resolves.toBeDefined()
    await expect(stsClient(aws, narrow).send(next)).rejects.toThrow('no session policy allows')
  })

  test('opens sessions that end with their role', async () => {
    const RoleArn = await newRole('brief')
    const keys = await session({ RoleArn, WebIdentityToken: await sign() })
    const root = iamClient(aws, aws.rootCredentials(account))
    await root.send(new DeleteRoleCommand({ RoleName: 'brief' }))
    await newRole('brief')
    const asked = stsClient(aws, keys).send(new GetCallerIdentityCommand({}))
    await expect(asked).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })
})

async function allowRole(RoleName: string, statement: object): Promise<void> {
  const PolicyDocument = policyText({ Effect: 'Allow', ...statement })
  const input = { RoleName, PolicyName: 'given', PolicyDocument }
  await iamClient(aws, aws.rootCredentials(account)).send(new PutRolePolicyCommand(input))
}

const notValidated = 'The web identity token that was passed could not be validated'

describe('a token that is not to be believed', () => {
  let RoleArn: string
  beforeAll(async () => {
    RoleArn = await newRole('hostile')
  })

  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const publicPem = () => rsa.publicKey.export({ type: 'spki', format: 'pem' })
  const rows: readonly (readonly [string, () => Promise<string>, string])[] = [
    [
      'without a signature',
      async () => `${encode({ alg: 'none' })}.${(await sign()).split('.')[1]}.`,
      notValidated,
    ],
    [
      'with another payload under its signature',
      async () => {
        const [header, , signature] = (await sign()).split('.')
        const [, payload] = (await sign({ claims: { sub: 'repo:b' } })).split('.')
        return `${header}.${payload}.${signature}`
      },
      notValidated,
    ],
    [
      'of HS256 with the public key for a secret',
      () => sign({ key: Buffer.from(publicPem()), header: { alg: 'HS256' } }),
      notValidated,
    ],
    [
      'of HS256 with the DER of the public key for a secret',
      () => {
        const der = createPublicKey(publicPem()).export({ type: 'spki', format: 'der' })
        return sign({ key: der, header: { alg: 'HS256' } })
      },
      notValidated,
    ],
    ['of another issuer’s key', () => sign({ key: stranger.privateKey }), notValidated],
    [
      'of another issuer’s key under that key’s name',
      () => sign({ key: stranger.privateKey, header: { kid: 's' } }),
      "Couldn't retrieve verification key",
    ],
    [
      'that brings its own key',
      async () => {
        const jwk = await exportJWK(stranger.publicKey)
        return sign({
          key: stranger.privateKey,
          header: { jwk, jku: `${otherIssuer}/jwks` },
        })
      },
      notValidated,
    ],
    [
      'under the name of a key of another kind',
      () => sign({ header: { kid: 'e' } }),
      "Couldn't retrieve verification key",
    ],
    [
      'with an extension that is not understood',
      () =>
        sign({ header: { crit: ['x'], x: 1 } }).catch(async () => {
          const [, payload, signature] = (await sign()).split('.')
          return `${encode({ alg: 'RS256', kid: 'r', crit: ['x'], x: 1 })}.${payload}.${signature}`
        }),
      notValidated,
    ],
    ['for another audience', () => sign({ claims: { aud: 'else' } }), 'Incorrect token audience'],
    [
      'for several, naming none',
      () => sign({ claims: { aud: ['sts.example', 'b'] } }),
      'Incorrect token audience',
    ],
    [
      'asked for by a client that is not known',
      () => sign({ claims: { azp: 'else' } }),
      'Incorrect token audience',
    ],
    [
      'for a client that is known, but not for an audience that is',
      () => sign({ claims: { aud: 'else', azp: 'sts.example' } }),
      'Incorrect token audience',
    ],
    ['of the future', () => sign({ claims: { nbf: nowSeconds() + 310 } }), notValidated],
    [
      'that is still to be issued',
      () => sign({ claims: { iat: nowSeconds() + 310 } }),
      notValidated,
    ],
    ['without an end', () => sign({ claims: { exp: undefined } }), 'Missing a required claim: exp'],
    [
      'without a subject',
      () => sign({ claims: { sub: undefined } }),
      'Missing a required claim: sub',
    ],
    ['about nobody', () => sign({ claims: { sub: '' } }), 'Missing a required claim: sub'],
    [
      'without an audience',
      () => sign({ claims: { aud: undefined } }),
      'Missing a required claim: aud',
    ],
    [
      'without an issuer',
      () => sign({ claims: { iss: undefined } }),
      'Missing a required claim: iss',
    ],
    [
      'of an issuer nobody registered',
      () => sign({ claims: { iss: 'https://evil.example.com' } }),
      'No OpenIDConnect provider found in your account for https://evil.example.com',
    ],
    [
      'of an issuer with another path',
      () => sign({ claims: { iss: `${issuer}/` } }),
      'No OpenIDConnect provider found',
    ],
    [
      'of the issuer by http',
      () => sign({ claims: { iss: issuer.replace('https', 'http') } }),
      'No OpenIDConnect provider found',
    ],
    [
      'in the name of another issuer',
      () => sign({ claims: { iss: otherIssuer } }),
      "Couldn't retrieve verification key",
    ],
    [
      'that is no token',
      async () => 'nothing of the kind',
      'The ID Token provided is not a valid JWT',
    ],
    [
      'that is no token, in three parts',
      async () => 'a.b.c',
      'The ID Token provided is not a valid JWT',
    ],
  ]

  test.each(rows)('%s', async (_name, make, message) => {
    const attempt = assume({ RoleArn, WebIdentityToken: await make() })
    await expect(attempt).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('past its end', async () => {
    const WebIdentityToken = await sign({ claims: { exp: nowSeconds() - 300 } })
    const attempt = assume({ RoleArn, WebIdentityToken })
    await expect(attempt).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: expect.stringMatching(/^Token expired: current date\/time \d+ must be before/),
    })
  })

  test('by the server’s clock', async () => {
    const WebIdentityToken = await sign()
    offsetMs += 601_000
    const attempt = assume({ RoleArn, WebIdentityToken })
    await expect(attempt).rejects.toMatchObject({ name: 'ExpiredTokenException' })
    offsetMs = 0
  })

  test('a role of an account without the provider', async () => {
    const there = RoleArn.replace(account, '222222222222')
    const attempt = assume({ RoleArn: there, WebIdentityToken: await sign() })
    await expect(attempt).rejects.toThrow(
      `No OpenIDConnect provider found in your account for ${issuer}`,
    )
  })

  test('an access token of another provider', async () => {
    const attempt = assume({ RoleArn, WebIdentityToken: 'token', ProviderId: 'www.amazon.com' })
    await expect(attempt).rejects.toMatchObject({ name: 'NotImplemented' })
  })
})

describe('unsigned calls of STS', () => {
  const post = (body: string) =>
    fetch(aws.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    })

  test.each([
    'Action=GetCallerIdentity',
    'Action=AssumeRole&RoleArn=arn:aws:iam::111111111111:role/opened&RoleSessionName=run',
    'Action=GetSessionToken',
    'Action=GetFederationToken&Name=bob',
    'Action=Nothing',
    'Action=AssumeRoleWithWebIdentity&Action=GetCallerIdentity',
    '',
  ])('%s is refused', async (form) => {
    const answer = await post(`${form}&Version=2011-06-15`)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>')
  })

  test('no member of a form stands in for a verified token', async () => {
    const RoleArn = await newRole('injected')
    const answer = await post(
      `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=run&RoleArn=${RoleArn}&WebIdentityToken=a.b.c&verified.subject=x&verified=x`,
    )
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('<Code>InvalidIdentityToken</Code>')
  })
})

describe('the test issuer', () => {
  const ask = (body: unknown, token = aws.controlToken) =>
    fetch(`${aws.url}/_stile/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  test('signs what roles believe', async () => {
    const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/oidc.stile.test` }
    const RoleArn = await newRole('of-tests', {
      Principal,
      Condition: { StringEquals: { 'oidc.stile.test:sub': 'me' } },
    })
    const answer = await ask({ sub: 'me', aud: 'sts.example', claims: { team: 'red' } })
    const { token } = (await answer.json()) as { token: string }
    await expect(assume({ RoleArn, WebIdentityToken: token })).resolves.toBeDefined()
    const other = await ask({ sub: 'you', aud: 'sts.example' })
    const { token: theirs } = (await other.json()) as { token: string }
    await expect(assume({ RoleArn, WebIdentityToken: theirs })).rejects.toThrow('Not authorized')
  })

  test.each([
    ['token.actions.githubusercontent.com', 'repository'],
    ['token.actions.githubusercontent.com/acme', 'job_workflow_ref'],
    ['token.actions.acme.ghe.com', 'environment'],
    ['github.com/enterprises/acme', 'enterprise_id'],
    ['gitlab.com', 'ref_protected'],
    ['agent.buildkite.com', 'pipeline_slug'],
    ['oidc.circleci.com/org/acme', 'oidc.circleci.com/project-id'],
    ['idcs-acme.identity.oraclecloud.com', 'rpst_id'],
  ])('gives the claims of %s as keys: %s', async (url, claim) => {
    const root = iamClient(aws, aws.rootCredentials(account))
    const given = { Url: `https://${url}`, ClientIDList: ['sts.example'] }
    const { OpenIDConnectProviderArn: Federated } = await root.send(
      new CreateOpenIDConnectProviderCommand(given),
    )
    const RoleArn = await newRole(`of-${url.replaceAll(/[./]/g, '-')}`, {
      Principal: { Federated },
      Condition: {
        StringEquals: { [`${url}:${claim}`]: 'acme' },
        Null: { [`${url}:secret`]: 'true' },
      },
    })
    const token = async (value: unknown) => {
      const claims = { [claim]: value, secret: 'x' }
      const answer = await ask({ issuer: `https://${url}`, sub: 'a', aud: 'sts.example', claims })
      return ((await answer.json()) as { token: string }).token
    }
    const WebIdentityToken = await token('acme')
    await expect(assume({ RoleArn, WebIdentityToken })).resolves.toBeDefined()
    for (const other of ['other', ['acme'], 7]) {
      const attempt = assume({ RoleArn, WebIdentityToken: await token(other) })
      await expect(attempt).rejects.toMatchObject({ name: 'AccessDenied' })
    }
  })

  test('tells its public key and no more', async () => {
    const found = await fetch(`${aws.url}/_stile/oidc/.well-known/openid-configuration`)
    const { jwks_uri: url, issuer: name } = (await found.json()) as Record<string, string>
    expect(name).toBe('https://oidc.stile.test')
    const { keys } = (await (await fetch(url ?? '')).json()) as { keys: object[] }
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  test('does not sign for whose keys the operator gave', async () => {
    expect((await ask({ issuer, sub: 'me', aud: 'sts.example' })).status).toBe(409)
  })

  test('takes the control token alone', async () => {
    for (const token of ['', 'x', `${aws.controlToken}x`, aws.controlToken.slice(1)]) {
      expect((await ask({ sub: 'me', aud: 'a' }, token)).status).toBe(401)
    }
    const none = await fetch(`${aws.url}/_stile/oidc/token`, { method: 'POST', body: '{}' })
    expect(none.status).toBe(401)
  })

  test.each([
    '{',
    '[]',
    '{"sub":"me"}',
    '{"aud":"a"}',
    '{"sub":"me","aud":[]}',
    '{"sub":"me","aud":"a","issuer":"http://x"}',
    '{"sub":"me","aud":"a","claims":[]}',
    '{"sub":"me","aud":"a","lifetimeSeconds":0}',
    '{"sub":"me","aud":"a","lifetime":1}',
    JSON.stringify({ sub: 'x'.repeat(70_000), aud: 'a' }),
  ])('refuses %.40s', async (body) => {
    expect((await ask(body)).status).toBe(400)
  })
})

describe('providers', () => {
  const other = '222222222222'
  const send = () => iamClient(aws, aws.rootCredentials(other))

  test('live and change as in IAM', async () => {
    const iam = send()
    const Url = 'https://server.example.com/path'
    const Tags = [{ Key: 'team', Value: 'red' }]
    const ThumbprintList = ['a'.repeat(40)]
    const created = await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['a'], ThumbprintList, Tags }),
    )
    const arn = `arn:aws:iam::${other}:oidc-provider/server.example.com/path`
    expect(created).toMatchObject({ OpenIDConnectProviderArn: arn, Tags })
    await expect(iam.send(new CreateOpenIDConnectProviderCommand({ Url }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    })
    const named = { OpenIDConnectProviderArn: arn }
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: 'b' }))
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: 'b' }))
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID: 'a' }))
    const ThumbprintList2 = ['b'.repeat(40)]
    await iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        ...named,
        ThumbprintList: ThumbprintList2,
      }),
    )
    await iam.send(
      new TagOpenIDConnectProviderCommand({ ...named, Tags: [{ Key: 'b', Value: 'c' }] }),
    )
    await iam.send(new UntagOpenIDConnectProviderCommand({ ...named, TagKeys: ['team'] }))
    expect(await iam.send(new GetOpenIDConnectProviderCommand(named))).toMatchObject({
      Url: 'server.example.com/path',
      ClientIDList: ['b'],
      ThumbprintList: ThumbprintList2,
      Tags: [{ Key: 'b', Value: 'c' }],
    })
    const { Tags: told } = await iam.send(new ListOpenIDConnectProviderTagsCommand(named))
    expect(told).toEqual([{ Key: 'b', Value: 'c' }])
    const { OpenIDConnectProviderList: list } = await iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    )
    expect(list).toEqual([{ Arn: arn }])
    await iam.send(new DeleteOpenIDConnectProviderCommand(named))
    await iam.send(new DeleteOpenIDConnectProviderCommand(named))
    await expect(iam.send(new GetOpenIDConnectProviderCommand(named))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
  })

  test.each([
    'http://a.example.com',
    'https://a.example.com:8443',
    'https://a.example.com?x=1',
    'https://a@b.example.com',
    'https://',
    'a.example.com',
  ])('%s is no provider', async (Url) => {
    const attempt = send().send(new CreateOpenIDConnectProviderCommand({ Url }))
    await expect(attempt).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Invalid Open ID Connect Provider URL',
    })
  })

  test('of another account are out of reach', async () => {
    const named = { OpenIDConnectProviderArn: provider }
    await expect(send().send(new GetOpenIDConnectProviderCommand(named))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    })
    await expect(send().send(new DeleteOpenIDConnectProviderCommand(named))).rejects.toThrow()
  })
})
