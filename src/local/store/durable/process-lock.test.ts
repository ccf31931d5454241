import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from './process-lock.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stile-lock-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

test('a directory is for one at a time, also within a process', () => {
  const lock = lockDirectory(directory)
  expect(() => lockDirectory(directory)).toThrow(`in use by process ${process.pid}`)
  lock.release()
  lockDirectory(directory).release()
  expect(readdirSync(directory)).toEqual(['lock-2'])
})

test('who was killed holds nothing', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const path = join(directory, 'lock-7')
  writeFileSync(path, JSON.stringify({ pid: child.pid, startedAt: '' }))
  expect(() => lockDirectory(directory)).toThrow(`remove \`${path}\` if that is no Stile`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = lockDirectory(directory)
  expect(readdirSync(directory)).toEqual(['lock-8'])
  lock.release()
})

test.runIf(process.platform === 'linux')(
  'a process that got the number of a dead one is not it',
  () => {
    writeFileSync(join(directory, 'lock-1'), JSON.stringify({ pid: process.pid, startedAt: '1' }))
    const lock = lockDirectory(directory)
    expect(JSON.parse(readFileSync(join(directory, 'lock-2'), 'utf8'))).toMatchObject({
      pid: process.pid,
      startedAt: expect.stringMatching(/^\d+$/),
    })
    lock.release()
  },
)
