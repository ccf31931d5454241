import { once } from 'node:events'
import { watch } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runChild } from './run-child.ts'

const settings = { environment: { PATH: '/usr/bin:/bin', ANSWER: '7' }, terminal: 'none' } as const

test.each([
  ['exit 0', 0],
  ['exit "$ANSWER"', 7],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
])('`%s` has status %s', async (script, status) => {
  expect(await runChild('sh', ['-c', script], settings)).toEqual({ kind: 'exited', status })
})

test('a program that does not exist has status 127', async () => {
  expect(await runChild('no-such-program-here', [], settings)).toEqual({
    kind: 'notStarted',
    status: 127,
    message: '`no-such-program-here`: command not found',
  })
})

test('a file that may not be run has status 126', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stile-'))
  try {
    const file = join(folder, 'plain')
    await writeFile(file, 'text')
    await chmod(file, 0o644)
    expect(await runChild(file, [], settings)).toMatchObject({ kind: 'notStarted', status: 126 })
  } finally {
    await rm(folder, { recursive: true })
  }
})

// Ends with a status for each signal that reaches it; the file says that it listens.
const listening =
  'trap "kill \\$!; exit 5" HUP; trap "kill \\$!; exit 9" QUIT; sleep 20 & touch "$READY"; wait'

test.each([
  ['none', ['SIGHUP'], 5],
  ['none', ['SIGQUIT'], 9],
  ['shared', ['SIGHUP'], 5],
  // The terminal itself sends the child its Ctrl-\ there.
  ['shared', ['SIGQUIT', 'SIGHUP'], 5],
] as const)('with terminal %s, %j ends the child with %s', async (terminal, signals, status) => {
  const folder = await mkdtemp(join(tmpdir(), 'stile-'))
  const watcher = watch(folder)
  const heard = once(watcher, 'change')
  try {
    const environment = { ...settings.environment, READY: join(folder, 'ready') }
    const ended = runChild('sh', ['-c', listening], { environment, terminal })
    await heard
    // The handlers alone are called: a real signal would reach the test runner as well.
    for (const signal of signals) process.emit(signal, signal)
    expect(await ended).toEqual({ kind: 'exited', status })
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(signals.map(() => 0))
  } finally {
    watcher.close()
    await rm(folder, { recursive: true })
  }
})
