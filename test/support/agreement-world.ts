import { IAM } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type AssumeRoleCommandInput, STS } from '@aws-sdk/client-sts'
import type { AccessFile, Compilation } from '../../src/access/index.ts'
import { compileAccess } from '../../src/access/index.ts'
import {
  applyPlan,
  closeAll,
  connectAll,
  type Plan,
  planChanges,
  planDestroy,
  readActual,
} from '../../src/cloud/index.ts'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import { type Keys, makeProfileHome } from './aws-under-test.ts'

/** `stranger` is in no access file, `vendor` is nobody's own; everybody in these two holds `sts:*`. */
export const accountIds = {
  a: '111111111111',
  b: '222222222222',
  c: '333333333333',
  stranger: '999999999999',
  vendor: '888888888888',
} as const
export type AccountName = keyof typeof accountIds

/** An embedded AWS with callers of every kind in three accounts, outsiders that hold `sts:*`, and Stile signed in. */
export interface AgreementWorld {
  readonly access: AccessFile
  readonly compilation: Compilation
  readonly local: LocalAws
  iam(account: AccountName): IAM
  /** Of `user/u1`, of a session of `role/r1`, of `group/g1`'s only member. */
  keysOf(account: AccountName, principal: string): Promise<Keys>
  assume(keys: Keys, input: AssumeRoleCommandInput): Promise<Keys | 'refused'>
  mayPut(keys: Keys, bucket: string, key: string): Promise<boolean>
  plan(): Promise<Plan>
  /** Applies until nothing is left to do, at most `times`; gives the words of what is left. */
  applyAll(times: number): Promise<readonly string[]>
  destroy(): Promise<void>
  /** ARNs of roles and managed policies that carry the file's tag still. */
  rolesLeft(): Promise<readonly string[]>
}

const retry = {
  attempts: 3,
  firstDelayMs: 1,
  longestDelayMs: 2,
  propagationMs: 20,
  random: () => 0.5,
}

export async function withAgreementWorld(
  access: AccessFile,
  work: (world: AgreementWorld) => Promise<void>,
): Promise<void> {
  const compiled = compileAccess(access)
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('\n'))
  const ids = Object.values(accountIds)
  const local = await startLocalAws({ seed: { accounts: ids.map((id) => ({ id })) } })
  const settings = (credentials: Keys) => ({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  })
  const roots = Object.entries(accountIds).map(
    ([name, id]) => [`${name}-admin`, local.rootCredentials(id)] as const,
  )
  const home = await makeProfileHome(Object.fromEntries(roots))
  const environment = { ...home.environment, AWS_ENDPOINT_URL: local.url, AWS_REGION: 'eu-west-1' }
  const connections = await connectAll(access.accounts, { environment, retry })
  const iam = (account: AccountName): IAM =>
    new IAM(settings(local.rootCredentials(accountIds[account])))
  const { compilation } = compiled
  const nowMs = Date.now()
  const plan = async (): Promise<Plan> =>
    planChanges(compilation, await readActual(compilation, connections), { nowMs })
  const assume: AgreementWorld['assume'] = async (keys, input) => {
    const sts = new STS(settings(keys))
    try {
      const { Credentials: made } = await sts.assumeRole(input)
      return {
        accessKeyId: made?.AccessKeyId ?? '',
        secretAccessKey: made?.SecretAccessKey ?? '',
        sessionToken: made?.SessionToken ?? '',
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'AccessDenied') return 'refused'
      throw error
    } finally {
      sts.destroy()
    }
  }
  const users = new Map<string, Keys>()
  try {
    for (const [name, id] of Object.entries(accountIds)) {
      const callers = await makeCallers(iam(name as AccountName), id)
      for (const [user, keys] of callers) users.set(`${name}/${user}`, keys)
      const s3 = new S3Client({ ...settings(local.rootCredentials(id)), forcePathStyle: true })
      await s3.send(new CreateBucketCommand({ Bucket: `bucket-of-${name}` }))
      s3.destroy()
    }
    await work({
      access,
      compilation,
      local,
      iam,
      assume,
      plan,
      async keysOf(account, principal) {
        const [kind, name = ''] = principal.split('/')
        const user = users.get(`${account}/${kind === 'group' ? `member-of-${name}` : name}`)
        if (kind !== 'role') return user ?? { accessKeyId: '', secretAccessKey: '' }
        const boot = users.get(`${account}/boot`)
        if (boot === undefined) throw new Error('no user `boot`')
        const RoleArn = `arn:aws:iam::${accountIds[account]}:role/${name}`
        const session = await assume(boot, { RoleArn, RoleSessionName: 'as-a-role' })
        if (session === 'refused') throw new Error(`cannot become ${principal} of ${account}`)
        return session
      },
      async mayPut(credentials, bucket, key) {
        const s3 = new S3Client({ ...settings(credentials), forcePathStyle: true })
        try {
          await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }))
          return true
        } catch (error) {
          if (error instanceof Error && error.name === 'AccessDenied') return false
          throw error
        } finally {
          s3.destroy()
        }
      },
      async applyAll(times) {
        let left: readonly string[] = []
        for (let round = 0; round <= times; round += 1) {
          const next = await plan()
          left = [
            ...next.changes.map(({ account, words }) => `${account.name}: ${words}`),
            ...next.blocked.map(({ message }) => message),
          ]
          if (left.length === 0 || round === times) return left
          const outcome = await applyPlan(next, connections)
          if (outcome.kind !== 'applied') throw new Error('the world moved by itself')
        }
        return left
      },
      async destroy() {
        const actual = await readActual(compilation, connections)
        await applyPlan(planDestroy(compilation, actual), connections)
      },
      async rolesLeft() {
        const { accounts } = await readActual(compilation, connections)
        return accounts.flatMap((one) => [
          ...one.roles.map(({ arn }) => arn),
          ...one.policies.map(({ arn }) => arn),
          ...one.principals.flatMap(({ arn, inlinePolicies }) =>
            inlinePolicies.filter(({ name }) => !name.startsWith('printed-')).map(() => arn),
          ),
        ])
      },
    })
  } finally {
    closeAll(connections)
    await home.remove()
    await local.stop()
  }
}

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
const everyRole = policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' })

const armed = { PolicyName: 'armed', PolicyDocument: everyRole }

async function makeCallers(iam: IAM, id: string): Promise<readonly (readonly [string, Keys])[]> {
  const made: (readonly [string, Keys])[] = []
  const isArmed = (name: string): boolean =>
    name === 'stile-outsider' || id === accountIds.stranger || id === accountIds.vendor
  for (const UserName of ['u1', 'u2', 'boot', 'stile-outsider', 'member-of-g1']) {
    await iam.createUser({ UserName })
    if (isArmed(UserName)) await iam.putUserPolicy({ UserName, ...armed })
    const { AccessKey } = await iam.createAccessKey({ UserName })
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
    made.push([UserName, keys])
  }
  await iam.createGroup({ GroupName: 'g1' })
  await iam.addUserToGroup({ GroupName: 'g1', UserName: 'member-of-g1' })
  const trust = policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${id}:user/boot` },
    Action: 'sts:AssumeRole',
  })
  for (const RoleName of ['r1', 'r2', 'any-role', 'stile-outsider']) {
    await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust })
    if (isArmed(RoleName)) await iam.putRolePolicy({ RoleName, ...armed })
  }
  iam.destroy()
  return made
}
