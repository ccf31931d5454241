import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { whyNotInstalled } from '../support/installed.ts'
import { runProgram } from '../support/run-program.ts'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const reason = whyNotInstalled('rclone', 'version')

let world: TwoAccounts
let folder: string

beforeAll(async () => {
  world = await startTwoAccounts()
  folder = mkdtempSync(join(tmpdir(), 'stile-rclone-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.stop()
})

/** Answers what it printed; it must succeed. */
async function done(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await rclone(...argv)
  expect(exitCode, `${argv.join(' ')}: ${stderr}`).toBe(0)
  return stdout
}

function rclone(...argv: readonly string[]): ReturnType<typeof runProgram> {
  const keys = world.root(world.home)
  const environment = {
    HOME: folder,
    RCLONE_CONFIG: join(folder, 'none.conf'),
    RCLONE_CONFIG_AWS_TYPE: 's3',
    RCLONE_CONFIG_AWS_PROVIDER: 'Other',
    RCLONE_CONFIG_AWS_ENDPOINT: world.aws.url,
    RCLONE_CONFIG_AWS_REGION: 'us-east-1',
    RCLONE_CONFIG_AWS_FORCE_PATH_STYLE: 'true',
    RCLONE_CONFIG_AWS_ACCESS_KEY_ID: keys.accessKeyId,
    RCLONE_CONFIG_AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    RCLONE_CONFIG_AWS_UPLOAD_CUTOFF: '5M',
    RCLONE_CONFIG_AWS_CHUNK_SIZE: '5M',
    RCLONE_CONFIG_AWS_COPY_CUTOFF: '6M',
  }
  return runProgram({ name: 'rclone', environment }, [
    '--retries',
    '1',
    '--low-level-retries',
    '1',
    ...argv,
  ])
}

test.skipIf(reason !== undefined)(
  withReason('rclone copies a folder in, compares it, copies it out and deletes it', reason),
  async () => {
    const done = { exitCode: 0, stdout: expect.anything(), stderr: expect.anything() }
    const source = join(folder, 'in')
    mkdirSync(join(source, 'sub dir'), { recursive: true })
    const files: readonly (readonly [string, Buffer])[] = [
      ['empty', Buffer.alloc(0)],
      ['small ä+%.txt', Buffer.from('hello')],
      ['sub dir/parts.bin', randomBytes(12 * 1024 * 1024)],
    ]
    for (const [name, bytes] of files) writeFileSync(join(source, name), bytes)
    expect(await rclone('mkdir', 'aws:rclone-bucket')).toEqual(done)
    const target = 'aws:rclone-bucket/folder'
    expect(await rclone('copy', source, target)).toEqual(done)
    expect(await rclone('check', source, target)).toEqual(done)
    const back = join(folder, 'out')
    expect(await rclone('copy', target, back)).toEqual(done)
    for (const [name, bytes] of files)
      expect(readFileSync(join(back, name)).equals(bytes), name).toBe(true)
    expect(await rclone('purge', target)).toEqual(done)
    const { stdout } = await rclone('lsf', '-R', 'aws:rclone-bucket')
    expect(stdout).toBe('')
  },
  180_000,
)

test.skipIf(reason !== undefined)(
  withReason('rclone synchronises what changed, copies between buckets and shares a link', reason),
  async () => {
    const source = join(folder, 'sync')
    mkdirSync(join(source, 'deep'), { recursive: true })
    writeFileSync(join(source, 'deep', 'noise'), randomBytes(7 * 1024 * 1024))
    writeFileSync(join(source, 'note'), 'first')
    writeFileSync(join(source, 'gone'), 'soon')
    for (const bucket of ['rclone-a', 'rclone-b']) await done('mkdir', `aws:${bucket}`)
    await done('sync', source, 'aws:rclone-a')
    const called = countCalls()
    await done('sync', source, 'aws:rclone-a')
    expect(called()).not.toHaveProperty('PutObject')
    writeFileSync(join(source, 'note'), 'second, longer')
    rmSync(join(source, 'gone'))
    await done('sync', source, 'aws:rclone-a')
    await done('check', '--download', source, 'aws:rclone-a')
    expect((await done('lsf', '-R', '--files-only', 'aws:rclone-a')).split('\n').sort()).toEqual([
      '',
      'deep/noise',
      'note',
    ])
    const copying = countCalls()
    await done('copy', 'aws:rclone-a', 'aws:rclone-b')
    // Above the limit it copies in parts; not a byte goes through the client.
    expect(copying()).toMatchObject({ CopyObject: 1, CompleteMultipartUpload: 1 })
    expect(copying()).not.toHaveProperty('GetObject')
    await done('check', '--download', 'aws:rclone-a', 'aws:rclone-b')
    await done('moveto', 'aws:rclone-b/note', 'aws:rclone-b/moved')
    expect(await done('cat', '--offset', '8', '--count', '3', 'aws:rclone-b/moved')).toBe('lon')
    const link = (await done('link', '--expire', '1h', 'aws:rclone-b/moved')).trim()
    expect(await (await fetch(link)).text()).toBe('second, longer')
    expect((await fetch(link.replace('moved', 'deep/noise'))).status).toBe(403)
    await done('rcat', 'aws:rclone-b/empty')
    expect(await done('size', '--json', 'aws:rclone-b/empty')).toContain('"count":1')
    const nowhere = await rclone('ls', 'aws:rclone-none')
    expect(nowhere).toMatchObject({ exitCode: 3, stdout: '' })
  },
  180_000,
)

/** How often each operation was called since. */
function countCalls(): () => Readonly<Record<string, number>> {
  const before = world.aws.events().length
  return () => {
    const counts: Record<string, number> = {}
    for (const { operation = '' } of world.aws.events().slice(before))
      counts[operation] = (counts[operation] ?? 0) + 1
    return counts
  }
}
