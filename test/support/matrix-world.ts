import {
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Keys } from './aws-under-test.ts'
import type { TwoAccounts } from './two-accounts.ts'
import { policyText, startTwoAccounts } from './two-accounts.ts'

export type Limit = 'none' | 'allows' | 'omits'
export const limits: readonly Limit[] = ['none', 'allows', 'omits']

/** Who calls, always from the home account. */
export interface MatrixCaller {
  readonly kind: 'user' | 'session' | 'chained' | 'root'
  readonly hasIdentity: boolean
  readonly boundary: Limit
  readonly sessionPolicy: Limit
  readonly keys: Keys
}

/** How the resource's policy speaks of the callers. */
export const forms = [
  'none',
  'account',
  'principal',
  'session',
  'condition',
  'everyone',
  'deny',
] as const
export type Form = (typeof forms)[number]

export interface MatrixWorld extends TwoAccounts {
  readonly callers: readonly MatrixCaller[]
  /** One client for each caller: making them costs more than using them. */
  readonly s3: (keys: Keys) => S3Client
  readonly bucketOf: (accountId: string) => string
  readonly roleOf: (accountId: string, form: Form) => string
}

const sessionName = 'at-work'
const everything = { Effect: 'Allow', Action: ['s3:*', 'sts:*'], Resource: '*' }
const somethingElse = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' }

/** Two accounts, a caller of every kind in one, and a bucket and roles of every form in both. */
export async function startMatrixWorld(): Promise<MatrixWorld> {
  const world = await startTwoAccounts()
  const clients = new Map<string, S3Client>()
  const s3 = (credentials: Keys): S3Client => {
    const endpoint = world.aws.url
    const settings = { endpoint, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 }
    const known = clients.get(credentials.accessKeyId)
    const client = known ?? new S3Client({ ...settings, credentials })
    clients.set(credentials.accessKeyId, client)
    return client
  }
  const build = { ...world, s3 }
  const callers = await makeCallers(build)
  for (const accountId of [world.home, world.other]) {
    await makeBucket(build, accountId)
    await makeTargets(build, accountId)
  }
  return { ...build, callers, bucketOf, roleOf: targetArn }
}

type Build = TwoAccounts & Pick<MatrixWorld, 's3'>

interface Holder {
  readonly hasIdentity: boolean
  readonly boundary: Limit
}

const holders: readonly Holder[] = [true, false].flatMap((hasIdentity) =>
  limits.map((boundary) => ({ hasIdentity, boundary })),
)

function nameOf(prefix: string, holder: Holder): string {
  return `${prefix}-${holder.hasIdentity ? 'y' : 'n'}-${holder.boundary}`
}

async function makeCallers(world: Build): Promise<readonly MatrixCaller[]> {
  await makeBoundaries(world)
  const starter = await world.newUser(world.home, 'starter')
  await world.iam(world.root(world.home)).send(
    new PutUserPolicyCommand({
      UserName: 'starter',
      PolicyName: 'all',
      PolicyDocument: policyText(everything),
    }),
  )
  await makeRole(world, 'hop', { hasIdentity: true, boundary: 'none' })
  const hop = await world.assume(starter, { RoleArn: roleArn(world, 'hop') })
  const callers: MatrixCaller[] = [
    {
      kind: 'root',
      hasIdentity: true,
      boundary: 'none',
      sessionPolicy: 'none',
      keys: world.root(world.home),
    },
  ]
  for (const holder of holders) {
    const keys = await makeUser(world, nameOf('u', holder), holder)
    callers.push({ kind: 'user', ...holder, sessionPolicy: 'none', keys })
    for (const [kind, by] of [
      ['session', starter],
      ['chained', hop],
    ] as const) {
      const name = nameOf(kind.slice(0, 1), holder)
      await makeRole(world, name, holder)
      for (const sessionPolicy of limits) {
        const keys = await world.assume(by, {
          RoleArn: roleArn(world, name),
          RoleSessionName: sessionName,
          ...(sessionPolicy === 'none' ? {} : { Policy: policyText(documents[sessionPolicy]) }),
        })
        callers.push({ kind, ...holder, sessionPolicy, keys })
      }
    }
  }
  return callers
}

const documents = { allows: everything, omits: somethingElse } as const

async function makeBoundaries(world: Build): Promise<void> {
  const iam = world.iam(world.root(world.home))
  for (const [name, statement] of Object.entries(documents)) {
    const PolicyDocument = policyText(statement)
    await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument }))
  }
}

function roleArn(world: TwoAccounts, name: string): string {
  return `arn:aws:iam::${world.home}:role/${name}`
}

function boundaryArn(world: TwoAccounts, boundary: Limit): string {
  return `arn:aws:iam::${world.home}:policy/${boundary}`
}

async function makeUser(world: Build, name: string, holder: Holder): Promise<Keys> {
  const keys = await world.newUser(world.home, name)
  const iam = world.iam(world.root(world.home))
  const user = { UserName: name }
  const PolicyDocument = policyText(everything)
  if (holder.hasIdentity) {
    await iam.send(new PutUserPolicyCommand({ ...user, PolicyName: 'all', PolicyDocument }))
  }
  if (holder.boundary !== 'none') {
    const PermissionsBoundary = boundaryArn(world, holder.boundary)
    await iam.send(new PutUserPermissionsBoundaryCommand({ ...user, PermissionsBoundary }))
  }
  return keys
}

async function makeRole(world: Build, name: string, holder: Holder): Promise<void> {
  const iam = world.iam(world.root(world.home))
  const role = { RoleName: name }
  const trust = { Effect: 'Allow', Principal: { AWS: world.home }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = policyText(trust)
  await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument }))
  const PolicyDocument = policyText(everything)
  if (holder.hasIdentity) {
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: 'all', PolicyDocument }))
  }
  if (holder.boundary !== 'none') {
    const PermissionsBoundary = boundaryArn(world, holder.boundary)
    await iam.send(new PutRolePermissionsBoundaryCommand({ ...role, PermissionsBoundary }))
  }
}

/** The elements that make a statement speak of the callers in one form. */
function statementsOf(world: TwoAccounts, form: Form): readonly object[] {
  const arn = (kind: string, name: string): string => `arn:aws:iam::${world.home}:${kind}/${name}`
  const roles = ['s', 'c'].flatMap((prefix) => holders.map((holder) => nameOf(prefix, holder)))
  const principals = [
    ...holders.map((holder) => arn('user', nameOf('u', holder))),
    ...roles.map((name) => arn('role', name)),
  ]
  const sessions = roles.map(
    (name) => `arn:aws:sts::${world.home}:assumed-role/${name}/${sessionName}`,
  )
  const allow = { Effect: 'Allow' }
  const table: Readonly<Record<Form, readonly object[]>> = {
    none: [{ ...allow, Principal: { AWS: `arn:aws:iam::${world.home}:user/starter` } }],
    account: [{ ...allow, Principal: { AWS: `arn:aws:iam::${world.home}:root` } }],
    principal: [{ ...allow, Principal: { AWS: principals } }],
    session: [{ ...allow, Principal: { AWS: sessions } }],
    condition: [
      {
        ...allow,
        Principal: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': principals } },
      },
    ],
    everyone: [{ ...allow, Principal: '*' }],
    deny: [
      { ...allow, Principal: '*' },
      { Effect: 'Deny', Principal: { AWS: world.home } },
    ],
  }
  return table[form]
}

function bucketOf(accountId: string): string {
  return `matrix-${accountId}`
}

async function makeBucket(world: Build, accountId: string): Promise<void> {
  const s3 = world.s3(world.root(accountId))
  const Bucket = bucketOf(accountId)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const Statement = forms.flatMap((form) =>
    statementsOf(world, form).map((statement) => ({
      ...statement,
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/${form}`,
    })),
  )
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  for (const Key of forms) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
}

function targetArn(accountId: string, form: Form): string {
  return `arn:aws:iam::${accountId}:role/target-${form}`
}

async function makeTargets(world: Build, accountId: string): Promise<void> {
  const iam = world.iam(world.root(accountId))
  for (const form of forms) {
    const Statement = statementsOf(world, form).map((statement) => ({
      ...statement,
      Action: 'sts:AssumeRole',
    }))
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam.send(new CreateRoleCommand({ RoleName: `target-${form}`, AssumeRolePolicyDocument }))
  }
}
