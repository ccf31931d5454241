import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalAws } from '../../src/local/index.ts'
import { startLocalAws } from '../../src/local/index.ts'
import { whyNoAwsCli, withReason } from '../support/aws-cli.ts'

interface Outcome {
  readonly status: number
  readonly output: string
  readonly errors: string
}

const accountId = '222222222222'
let aws: LocalAws
let home: string
let aheadMs = 0
const skipped = whyNoAwsCli()

/** The AWS CLI against the embedded AWS, with the root keys and nothing of this machine's own settings. */
function cli(...words: readonly string[]): Promise<Outcome> {
  const keys = aws.rootCredentials(accountId)
  return run(words, {
    HOME: home,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: aws.url,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
}

function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const env = { PATH: process.env.PATH ?? '', PYENV_ROOT: process.env.PYENV_ROOT, ...environment }
  return new Promise((resolve) => {
    execFile('aws', [...words], { env }, (error, output, errors) => {
      const status = error === null ? 0 : Number(error.code ?? 1)
      resolve({ status: Number.isNaN(status) ? 127 : status, output, errors })
    })
  })
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'stile-aws-cli-'))
  await mkdir(join(home, '.aws'))
  // CLI v1 signs links by Version 2 otherwise, which AWS refuses in every newer region.
  await writeFile(join(home, '.aws', 'config'), '[default]\ns3 =\n  signature_version = s3v4\n')
  aws = await startLocalAws({
    clock: { nowMs: () => Date.now() + aheadMs },
    seed: { accounts: [{ id: accountId }] },
  })
})

afterAll(async () => {
  await aws.stop()
  await rm(home, { recursive: true, force: true })
})

test.skipIf(skipped !== undefined)(
  withReason('aws s3 copies, lists, synchronises and removes files', skipped),
  async () => {
    const small = join(home, 'test.txt')
    const big = join(home, 'big.bin')
    const bytes = randomBytes(9 * 1024 * 1024)
    await writeFile(small, 'hello')
    await writeFile(big, bytes)
    expect(await cli('s3', 'mb', 's3://cli-bucket')).toMatchObject({ status: 0 })
    const copies = await Promise.all([
      cli('s3', 'cp', small, 's3://cli-bucket/folder/test.txt'),
      // More than 8 MiB: the CLI sends it in parts.
      cli('s3', 'cp', big, 's3://cli-bucket/big.bin'),
    ])
    expect(copies.map((copy) => copy.errors)).toEqual(['', ''])
    const [list, back] = await Promise.all([
      cli('s3', 'ls', 's3://cli-bucket', '--recursive'),
      cli('s3', 'cp', 's3://cli-bucket/big.bin', join(home, 'back.bin')),
    ])
    expect(list.output).toMatch(/9437184 big\.bin\n.* 5 folder\/test\.txt\n/)
    expect(back.status).toBe(0)
    const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
    expect(hash(await readFile(join(home, 'back.bin')))).toBe(hash(bytes))
    const moved = await cli('s3', 'mv', 's3://cli-bucket/folder/test.txt', 's3://cli-bucket/x.txt')
    expect(moved).toMatchObject({ status: 0 })
    const synced = await cli('s3', 'sync', 's3://cli-bucket', join(home, 'copy'))
    expect(synced.errors).toBe('')
    expect(await readFile(join(home, 'copy', 'x.txt'), 'utf8')).toBe('hello')
    expect(await cli('s3', 'rb', 's3://cli-bucket')).toMatchObject({ status: 1 })
    const removed = await cli('s3', 'rb', 's3://cli-bucket', '--force')
    expect(removed).toMatchObject({ status: 0, errors: '' })
  },
)

test.skipIf(skipped !== undefined)(
  withReason('a presigned link downloads for as long as the bucket policy lets it', skipped),
  async () => {
    const file = join(home, 'linked.txt')
    await writeFile(file, 'linked')
    await cli('s3', 'mb', 's3://cli-links')
    await cli('s3', 'cp', file, 's3://cli-links/k')
    const link = (await cli('s3', 'presign', 's3://cli-links/k')).output.trim()
    const fetched = await fetch(link)
    expect(await fetched.text()).toBe('linked')
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::cli-links/*',
          Condition: { NumericGreaterThan: { 's3:signatureAge': '60000' } },
        },
      ],
    }
    const text = JSON.stringify(policy)
    const put = await cli('s3api', 'put-bucket-policy', '--bucket', 'cli-links', '--policy', text)
    expect(put).toMatchObject({ status: 0, errors: '' })
    expect((await fetch(link)).status).toBe(200)
    aheadMs = 120_000
    expect((await fetch(link)).status).toBe(403)
    aheadMs = 0
  },
)

test.skipIf(skipped !== undefined)(
  withReason('aws ecr creates a repository and signs in to it', skipped),
  async () => {
    const created = await cli('ecr', 'create-repository', '--repository-name', 'cli/app')
    expect(JSON.parse(created.output).repository.repositoryName).toBe('cli/app')
    const [password, images] = await Promise.all([
      cli('ecr', 'get-login-password'),
      cli('ecr', 'list-images', '--repository-name', 'cli/app'),
    ])
    expect(password.output.trim()).toMatch(/^[\w-]{100,}$/)
    expect(JSON.parse(images.output)).toEqual({ imageIds: [] })
    const missing = await cli('ecr', 'list-images', '--repository-name', 'cli/other')
    expect(missing.errors).toContain('RepositoryNotFoundException')
  },
)
