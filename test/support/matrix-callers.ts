import {
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetFederationTokenCommand,
} from '@aws-sdk/client-sts'
import type { Document, ReferencePrincipal } from '../conformance/reference/document.ts'
import type { Keys } from './aws-under-test.ts'
import type { OrganizationWorld } from './organization-world.ts'

export const callerKinds = ['user', 'session', 'chained', 'federated', 'web', 'root'] as const
export type CallerKind = (typeof callerKinds)[number]

export const limits = ['none', 'allows', 'omits'] as const
export type Limit = (typeof limits)[number]

/** What of a caller is varied; always one of the home account. */
export interface CallerTraits {
  readonly kind: CallerKind
  readonly hasIdentity: boolean
  readonly boundary: Limit
  readonly sessionPolicy: Limit
}

export interface MatrixCaller extends CallerTraits {
  readonly keys: Keys
  /** As the reference is told of it. */
  readonly principal: ReferencePrincipal
}

/** Every combination of traits; `impossible` says why AWS has no such caller. */
export const allTraits: readonly (CallerTraits & { readonly impossible?: string })[] =
  callerKinds.flatMap((kind) =>
    [true, false].flatMap((hasIdentity) =>
      limits.flatMap((boundary) =>
        limits.map((sessionPolicy) => {
          const traits = { kind, hasIdentity, boundary, sessionPolicy }
          const impossible = whyImpossible(traits)
          return impossible === undefined ? traits : { ...traits, impossible }
        }),
      ),
    ),
  )

function whyImpossible(traits: CallerTraits): string | undefined {
  const { kind, hasIdentity, boundary, sessionPolicy } = traits
  if (kind === 'user' && sessionPolicy !== 'none') return 'long-term keys carry no session policy'
  const isPlain = hasIdentity && boundary === 'none' && sessionPolicy === 'none'
  if (kind === 'root' && !isPlain) return 'a root user has no policies of its own'
  return undefined
}

export const everything: Document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['s3:*', 'sts:*'], Resource: '*' }],
}
export const somethingElse: Document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
}
export const limitDocuments = { allows: everything, omits: somethingElse } as const

const sessionName = 'at-work'
const federatedName = 'fed'
const idpUrl = 'https://oidc.stile.test'

/** The ARNs by which policies can speak of the callers. */
export interface CallerNames {
  /** Users and roles. */
  readonly principals: readonly string[]
  /** Role sessions and federated users. */
  readonly sessions: readonly string[]
}

const prefixes = { user: 'u', session: 's', chained: 'c', federated: 'f', web: 'w' } as const
type HolderKind = keyof typeof prefixes

interface Holder {
  readonly kind: HolderKind
  readonly hasIdentity: boolean
  readonly boundary: Limit
}

const holders: readonly Holder[] = (Object.keys(prefixes) as HolderKind[]).flatMap((kind) =>
  [true, false].flatMap((hasIdentity) =>
    limits.map((boundary) => ({ kind, hasIdentity, boundary })),
  ),
)

function nameOf({ kind, hasIdentity, boundary }: Holder): string {
  return `${prefixes[kind]}-${hasIdentity ? 'y' : 'n'}-${boundary}`
}

function isUser({ kind }: Holder): boolean {
  return kind === 'user' || kind === 'federated'
}

function arnOf(home: string, holder: Holder): string {
  return `arn:aws:iam::${home}:${isUser(holder) ? 'user' : 'role'}/${nameOf(holder)}`
}

function sessionArn(home: string, holder: Holder): string {
  return `arn:aws:sts::${home}:assumed-role/${nameOf(holder)}/${sessionName}`
}

export function callerNames(home: string): CallerNames {
  const roles = holders.filter((holder) => !isUser(holder))
  return {
    principals: holders.map((holder) => arnOf(home, holder)),
    sessions: [
      ...roles.map((role) => sessionArn(home, role)),
      `arn:aws:sts::${home}:federated-user/${federatedName}`,
    ],
  }
}

/** Makes every caller that can be, with calls of the home account's root user and of one user. */
export async function makeCallers(
  world: OrganizationWorld,
  home: string,
): Promise<readonly MatrixCaller[]> {
  const place: Place = { world, home, starters: await makeStarters(world, home) }
  const keysOfUsers = new Map<string, Keys>()
  for (const holder of holders) {
    if (isUser(holder)) keysOfUsers.set(nameOf(holder), await makeUser(place, holder))
    else await makeRole(place, holder)
  }
  const callers: MatrixCaller[] = []
  for (const traits of allTraits) {
    if (traits.impossible !== undefined) continue
    callers.push(await makeCaller(place, { traits, keysOfUsers }))
  }
  return callers
}

interface Place {
  readonly world: OrganizationWorld
  readonly home: string
  readonly starters: { readonly user: Keys; readonly hop: Keys; readonly token: string }
}

interface NewCaller {
  readonly traits: CallerTraits
  readonly keysOfUsers: ReadonlyMap<string, Keys>
}

async function makeCaller(place: Place, { traits, keysOfUsers }: NewCaller): Promise<MatrixCaller> {
  const { world, home, starters } = place
  const { kind, sessionPolicy } = traits
  if (kind === 'root') {
    return { ...traits, keys: world.root(home), principal: { arn: `arn:aws:iam::${home}:root` } }
  }
  const holder: Holder = { ...traits, kind }
  const arn = arnOf(home, holder)
  const own = keysOfUsers.get(nameOf(holder))
  if (kind === 'user' && own !== undefined) return { ...traits, keys: own, principal: { arn } }
  const Policy =
    sessionPolicy === 'none' ? {} : { Policy: JSON.stringify(limitDocuments[sessionPolicy]) }
  if (kind === 'federated' && own !== undefined) {
    const command = new GetFederationTokenCommand({ Name: federatedName, ...Policy })
    const { Credentials } = await world.sts(own).send(command)
    const federated = `arn:aws:sts::${home}:federated-user/${federatedName}`
    return { ...traits, keys: keysOf(Credentials), principal: { arn: federated, userArn: arn } }
  }
  const input = { RoleArn: arn, RoleSessionName: sessionName, ...Policy }
  const principal = { arn: sessionArn(home, holder), roleArn: arn }
  if (kind === 'web') {
    const command = new AssumeRoleWithWebIdentityCommand({
      ...input,
      WebIdentityToken: starters.token,
    })
    const { Credentials } = await world.sts(starters.user).send(command)
    return { ...traits, keys: keysOf(Credentials), principal }
  }
  const by = kind === 'chained' ? starters.hop : starters.user
  const { Credentials } = await world.sts(by).send(new AssumeRoleCommand(input))
  return { ...traits, keys: keysOf(Credentials), principal }
}

function keysOf(credentials: Credentials | undefined): Keys {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  }
}

const plain: CallerTraits = {
  kind: 'user',
  hasIdentity: true,
  boundary: 'none',
  sessionPolicy: 'none',
}

async function makeStarters(world: OrganizationWorld, home: string): Promise<Place['starters']> {
  const iam = world.iam(world.root(home))
  const omitting = boundaryDocument({ ...plain, kind: 'federated', boundary: 'omits' })
  const documents = { ...limitDocuments, 'omits-but-federates': omitting }
  for (const [PolicyName, document] of Object.entries(documents)) {
    const PolicyDocument = JSON.stringify(document)
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
  }
  const provider = { Url: idpUrl, ClientIDList: ['matrix'] }
  await iam.send(new CreateOpenIDConnectProviderCommand(provider))
  const user = await newUser(world, home, 'starter')
  const PolicyDocument = JSON.stringify(everything)
  const policy = { PolicyName: 'all', PolicyDocument }
  await iam.send(new PutUserPolicyCommand({ UserName: 'starter', ...policy }))
  const RoleName = 'hop'
  await iam.send(new CreateRoleCommand({ RoleName, ...trust(home) }))
  await iam.send(new PutRolePolicyCommand({ RoleName, ...policy }))
  const RoleArn = `arn:aws:iam::${home}:role/${RoleName}`
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: RoleName })
  const { Credentials } = await world.sts(user).send(assume)
  return { user, hop: keysOf(Credentials), token: await newToken(world) }
}

async function newToken({ aws }: OrganizationWorld): Promise<string> {
  const answer = await fetch(`${aws.url}/_stile/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Bearer ${aws.controlToken}` },
    body: JSON.stringify({ sub: 'job', aud: 'matrix' }),
  })
  const { token } = (await answer.json()) as { readonly token: string }
  return token
}

/** Trusted by the account, and by its identity provider. */
function trust(home: string): { readonly AssumeRolePolicyDocument: string } {
  const provider = `arn:aws:iam::${home}:oidc-provider/${idpUrl.slice('https://'.length)}`
  const allow = { Effect: 'Allow' }
  const Statement = [
    { ...allow, Principal: { AWS: home }, Action: 'sts:AssumeRole' },
    {
      ...allow,
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${idpUrl.slice('https://'.length)}:sub`]: 'job' } },
    },
  ]
  return { AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }
}

async function newUser(world: OrganizationWorld, home: string, UserName: string): Promise<Keys> {
  const iam = world.iam(world.root(home))
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

/** What is allowed to ask for a federation token must be: the token itself is given no more than that. */
export const federating: Document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: '*' }],
}

async function makeUser({ world, home }: Place, holder: Holder): Promise<Keys> {
  const UserName = nameOf(holder)
  const keys = await newUser(world, home, UserName)
  const iam = world.iam(world.root(home))
  const documents = identityDocuments({ ...holder, sessionPolicy: 'none' })
  for (const [at, document] of documents.entries()) {
    const policy = { PolicyName: `p${at}`, PolicyDocument: JSON.stringify(document) }
    await iam.send(new PutUserPolicyCommand({ UserName, ...policy }))
  }
  if (holder.boundary !== 'none') {
    const PermissionsBoundary = boundaryArn(home, holder)
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  }
  return keys
}

/** The identity-based policies of a caller, or of whoever stands behind it. */
export function identityDocuments(traits: CallerTraits): readonly Document[] {
  const own = traits.hasIdentity ? [everything] : []
  return traits.kind === 'federated' ? [...own, federating] : own
}

/** The permissions boundary; that of federating users lets them ask for their token. */
export function boundaryDocument({ kind, boundary }: CallerTraits): Document | null {
  if (boundary === 'none') return null
  if (kind !== 'federated' || boundary === 'allows') return limitDocuments[boundary]
  return {
    Version: '2012-10-17',
    Statement: [...somethingElse.Statement, ...federating.Statement],
  }
}

function boundaryArn(home: string, { kind, boundary }: Holder): string {
  const isOwn = kind === 'federated' && boundary === 'omits'
  return `arn:aws:iam::${home}:policy/${isOwn ? 'omits-but-federates' : boundary}`
}

async function makeRole({ world, home }: Place, holder: Holder): Promise<void> {
  const iam = world.iam(world.root(home))
  const RoleName = nameOf(holder)
  await iam.send(new CreateRoleCommand({ RoleName, ...trust(home) }))
  const PolicyDocument = JSON.stringify(everything)
  if (holder.hasIdentity) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }))
  }
  if (holder.boundary !== 'none') {
    const PermissionsBoundary = boundaryArn(home, holder)
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
  }
}
