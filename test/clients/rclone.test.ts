import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/run-program.ts'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const reason = spawnSync('rclone', ['version']).status === 0 ? undefined : 'rclone is not installed'
const named = (name: string): string =>
  reason === undefined ? name : `${name} (skipped: ${reason})`

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
  named('rclone copies a folder in, compares it, copies it out and deletes it'),
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
)
