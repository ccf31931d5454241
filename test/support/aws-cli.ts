import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Outcome } from './run-stile.ts'

/** Why the AWS CLI of this machine cannot be used; undefined when it can. */
export function whyNoAwsCli(): string | undefined {
  const { stdout, stderr, status } = spawnSync('aws', ['--version'], { encoding: 'utf8' })
  if (status !== 0) return 'the AWS CLI is not installed'
  const [, major = '0', minor = '0'] = /aws-cli\/(\d+)\.(\d+)/.exec(stdout + stderr) ?? []
  const neededMinor = firstMinorWithEndpointUrl.get(Number(major)) ?? 0
  if (Number(major) > 0 && Number(minor) >= neededMinor) return undefined
  return `the AWS CLI ${major}.${minor} does not know AWS_ENDPOINT_URL: 1.29 and 2.13 are the first that do`
}

/** By major version. */
const firstMinorWithEndpointUrl: ReadonlyMap<number, number> = new Map([
  [1, 29],
  [2, 13],
])

/** Why there is no boto3; undefined when there is. */
export function whyNoBoto3(): string | undefined {
  const code = 'import boto3; print(boto3.__version__)'
  const { stdout, status } = spawnSync('python3', ['-c', code], { encoding: 'utf8' })
  if (status !== 0) return 'python3 cannot import boto3'
  const [major = 0, minor = 0] = stdout.split('.').map(Number)
  if (major > 1 || (major === 1 && minor >= 28)) return undefined
  return `boto3 ${stdout.trim()} does not know AWS_ENDPOINT_URL: 1.28 is the first that does`
}

/** A test's name with the reason for which it is skipped. */
export function withReason(name: string, reason: string | undefined): string {
  return reason === undefined ? name : `${name} (skipped: ${reason})`
}

export type Variables = Readonly<Record<string, string>>

/** A home directory for clients, so that no setting and no cached session of this machine is used or left. */
export interface ClientHome {
  readonly path: string
  /** The file's path in this home. */
  file(name: string): string
  run(argv: readonly string[], options?: RunOptions): Promise<Outcome>
  remove(): Promise<void>
}

export interface RunOptions {
  readonly environment?: Variables
  readonly stdin?: string | Buffer
}

export async function createClientHome(): Promise<ClientHome> {
  const path = await mkdtemp(join(tmpdir(), 'stile-client-'))
  return {
    path,
    file: (name) => join(path, name),
    run: ([command = '', ...args], { environment = {}, stdin = '' } = {}) =>
      run({ command, args, stdin, cwd: path, env: { ...clientSettings(path), ...environment } }),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

function clientSettings(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    PYTHONDONTWRITEBYTECODE: '1',
  }
}

async function run(settings: {
  readonly command: string
  readonly args: readonly string[]
  readonly stdin: string | Buffer
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}): Promise<Outcome> {
  const { command, args, stdin, cwd, env } = settings
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {}) // A client that fails early reads no input.
  child.stdin.end(stdin)
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, stdout, stderr }
}
