import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { AwsUnderTest, Keys } from './aws-under-test.ts'

/** Why moto's server cannot be used here; undefined when it can. */
export function motoMissing(): string | undefined {
  const probe = spawnSync('python3', ['-c', 'import moto.server, flask'], { encoding: 'utf8' })
  return probe.status === 0 ? undefined : 'moto with its server is not installed'
}

/** A second AWS of other making. It enforces nothing, but it has its own mind about IAM's answers. */
export async function startMoto(): Promise<AwsUnderTest> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  })
  await answering(url, child)
  return {
    name: 'moto',
    url,
    accounts: 'shared',
    keysOf: (accountId) => keysOf(url, accountId),
    stop: () => stopped(child),
  }
}

// moto knows an account by the keys that a session of a role there was given.
async function keysOf(url: string, accountId: string): Promise<Keys> {
  const sts = new STSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const RoleArn = `arn:aws:iam::${accountId}:role/admin`
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tests' }),
  )
  sts.destroy()
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const endsAtMs = Date.now() + 20_000
  while (Date.now() < endsAtMs) {
    if (child.exitCode !== null) throw new Error(`moto ended with status ${child.exitCode}`)
    const answer = await fetch(url).catch(() => undefined)
    if (answer !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('moto did not start within 20 seconds')
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
