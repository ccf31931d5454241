// The world of the tests on how real clients come by credentials: a role of another account, and a stranger whose keys
// lie wherever a client might look for some.
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { whyNoBoto3 } from './aws-cli.ts'
import { type LocalWorld, startLocalWorld } from './local-world.ts'
import { runProgram } from './run-program.ts'
import { type Outcome, root, runStile } from './run-stile.ts'

const bucket = 'ways-in'
const roleArn = 'arn:aws:iam::222222222222:role/Putter'
export const sessionArn = /^arn:aws:sts::222222222222:assumed-role\/Putter\/[\w+=,.@-]+$/
const strangerId = '333333333333'

/** The grant `wrong` says another external id than the role asks for: only `put` is applied. */
const accessFile = (grant: string, externalId: string): string => `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
grants:
  ${grant}:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Putter }
    require: { externalId: ${externalId} }
    allow:
      - actions: [s3:PutObject]
        resources: ["arn:aws:s3:::${bucket}/*"]
`

export interface WaysWorld extends LocalWorld {
  /** Where a stranger's keys are the first that most clients find. */
  readonly hostile: Readonly<Record<string, string>>
  /** Moves AWS's clock through the control endpoint. */
  readonly setClock: (offsetSeconds: number) => Promise<void>
  /** Calls that the stranger's keys signed. */
  readonly strangerCalls: () => number
}

export async function startWaysWorld(): Promise<WaysWorld> {
  const world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
      { id: strangerId, name: 'stranger' },
    ],
    accessFile: accessFile('put', 'the-right-one'),
  })
  const { local, directory } = world
  const applied = await world.stile('apply', '--yes')
  if (applied.exitCode !== 0) {
    await world.stop()
    throw new Error(applied.stderr)
  }
  await writeFile(join(directory, 'wrong.yaml'), accessFile('wrong', 'another-one'))
  const owner = local.userCredentials('222222222222', 'administrator')
  const s3 = new S3Client({ endpoint: local.url, region: 'eu-west-1', credentials: owner })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  s3.destroy()
  await putRulesForVersion2(world)
  const hostile = await plantStranger(world)
  return {
    ...world,
    hostile,
    setClock: (offsetSeconds) => setClock(world, offsetSeconds),
    strangerCalls: () =>
      local.events().filter(({ principalArn }) => principalArn?.includes(strangerId)).length,
  }
}

async function plantStranger({ local, directory, environment }: LocalWorld) {
  const keys = local.userCredentials(strangerId, 'administrator')
  const config = join(directory, '.aws/config')
  const lines = `aws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\nregion = us-west-2\n`
  const own = await readFile(config, 'utf8')
  await writeFile(config, `[default]\n${lines}\n[profile stranger]\n${lines}\n${own}`)
  return {
    ...environment,
    AWS_PROFILE: 'stranger',
    AWS_DEFAULT_PROFILE: 'stranger',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_MAX_ATTEMPTS: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
}

async function setClock({ local }: LocalWorld, offsetSeconds: number): Promise<void> {
  const response = await fetch(`${local.url}/_stile/clock`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.controlToken}` },
    body: JSON.stringify({ offsetSeconds }),
  })
  if (!response.ok) throw new Error(`the clock was not moved: ${await response.text()}`)
}

/**
 * Releases of version 2 of the AWS CLI before 2.13 know no `AWS_ENDPOINT_URL`, and `--endpoint-url` does not hold for the
 * role of a profile: where STS is they are told by rules of their own, which they look for in `AWS_DATA_PATH`.
 */
async function putRulesForVersion2({ local, directory }: LocalWorld): Promise<void> {
  const rules = {
    version: '1.0',
    parameters: { Region: { builtIn: 'AWS::Region', required: false, type: 'String' } },
    rules: [{ conditions: [], endpoint: { url: local.url }, type: 'endpoint' }],
  }
  const folder = join(rulesPath(directory), 'sts/2011-06-15')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'endpoint-rule-set-1.json'), JSON.stringify(rules))
}

const rulesPath = (directory: string): string => join(directory, 'models')

export interface WayClient {
  readonly name: string
  /** Why this machine cannot run it. */
  readonly reason: string | undefined
  /** Its command line; without a profile it takes what its environment gives. */
  readonly argv: (profile?: string) => readonly string[]
  readonly environment: (world: LocalWorld) => Readonly<Record<string, string>>
}

const program = (extension: string): string =>
  join(root, `test/clients/credential-ways-client.${extension}`)

const orNothing = (profile: string | undefined): readonly string[] =>
  profile === undefined ? [] : [profile]

/** The AWS CLI of a major version, wherever in the path it is. */
function awsCli(major: 1 | 2): WayClient {
  const found = findAwsCli(major)
  return {
    name: `the AWS CLI v${major}`,
    reason: found === undefined ? `version ${major} of the AWS CLI is not installed` : undefined,
    argv: (profile) => ['sh', program('sh'), found ?? 'aws', bucket, ...orNothing(profile)],
    environment: ({ directory, local }) =>
      major === 1
        ? {}
        : {
            AWS_DATA_PATH: rulesPath(directory),
            AWS_PAGER: '',
            CLI_OPTIONS: `--endpoint-url ${local.url}`,
          },
  }
}

function findAwsCli(major: number): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders
    .map((folder) => join(folder, 'aws'))
    .find((path) => {
      const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' })
      return `${stdout}${stderr}`.startsWith(`aws-cli/${major}.`)
    })
}

function javaScript(form: 'client' | 'chain'): WayClient {
  return {
    name: form === 'client' ? 'the SDK for JavaScript' : 'its fromNodeProviderChain',
    reason: undefined,
    argv: (profile) => [process.execPath, program('js'), form, bucket, ...orNothing(profile)],
    environment: () => ({}),
  }
}

export const wayClients: readonly WayClient[] = [
  awsCli(1),
  awsCli(2),
  {
    name: 'boto3',
    reason: whyNoBoto3(),
    argv: (profile) => ['python3', program('py'), bucket, ...orNothing(profile)],
    environment: () => ({}),
  },
  javaScript('client'),
  javaScript('chain'),
]

/** `right`: what may be; `wrong`: another external id than the role asks for; `absent`: there is no such grant. */
export type WayGrant = 'right' | 'wrong' | 'absent'

export interface Way {
  readonly name: string
  readonly run: (world: WaysWorld, client: WayClient, grant: WayGrant) => Promise<Outcome>
}

const grantNames: Readonly<Record<WayGrant, string>> = {
  right: 'put',
  wrong: 'wrong',
  absent: 'absent',
}

const fileOf = ({ directory }: LocalWorld, grant: WayGrant): string =>
  join(directory, grant === 'wrong' ? 'wrong.yaml' : 'access.yaml')

const configOf = ({ directory }: LocalWorld, kind: string, grant: WayGrant): string =>
  join(directory, `.aws/config-${kind}-${grant}`)

/** One config file for each way of a profile and each grant: `profiles write` has one block in a file. */
export async function writeConfigs(world: LocalWorld): Promise<void> {
  const { directory, environment } = world
  const own = await readFile(join(directory, '.aws/config'), 'utf8')
  const stile = `"${process.execPath}" "${join(root, 'bin/stile.js')}"`
  for (const grant of ['right', 'wrong'] as const) {
    for (const [kind, flags] of writtenKinds) {
      const path = configOf(world, kind, grant)
      await writeFile(path, own, { mode: 0o600 })
      const written = await runStile(
        ['profiles', 'write', '--file', fileOf(world, grant), ...flags],
        { environment: { ...environment, AWS_CONFIG_FILE: path } },
      )
      if (written.exitCode !== 0) throw new Error(written.stderr)
    }
    const externalId = grant === 'right' ? 'the-right-one' : 'another-one'
    const line = `${stile} credential-process ${roleArn} --profile hub-admin --external-id ${externalId}`
    const lines = `[profile ${grantNames[grant]}]\ncredential_process = ${line}\nregion = eu-west-1\n`
    await writeFile(configOf(world, 'line', grant), `${own}\n${lines}`, { mode: 0o600 })
  }
}

const writtenKinds = [
  ['role', []],
  ['process', ['--credential-process']],
] as const

function profileWay(name: string, kind: string): Way {
  return {
    name,
    run: (world, client, grant) => {
      const [command = '', ...args] = client.argv(grantNames[grant])
      const environment = {
        ...world.hostile,
        ...client.environment(world),
        AWS_CONFIG_FILE: configOf(world, kind, grant),
      }
      return runProgram({ name: command, environment }, args)
    },
  }
}

/** Ways on which the client itself gets the credentials. */
export const clientWays: readonly Way[] = [
  profileWay('a profile of `profiles write`', 'role'),
  profileWay('a profile of `profiles write --credential-process`', 'process'),
  profileWay('a credential_process line', 'line'),
]

function execWay(name: string, flags: readonly string[]): Way {
  return {
    name,
    run: (world, client, grant) =>
      runStile(
        [
          ...['exec', grantNames[grant], '--file', fileOf(world, grant), ...flags],
          ...['--', ...client.argv()],
        ],
        { environment: { ...world.hostile, ...client.environment(world) } },
      ),
  }
}

/** Ways on which Stile starts the client. */
export const execWays: readonly Way[] = [
  execWay('`stile exec`', []),
  execWay('`stile exec --server`', ['--server']),
]
