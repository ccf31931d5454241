import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import { withReason } from '../support/aws-cli.ts'
import { whyNotInstalled } from '../support/installed.ts'
import { root } from '../support/run-stile.ts'

let aws: LocalAws
let directory: string
const children: ChildProcess[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stile-tail-'))
  const users = [{ name: 'ana', keys: [{ accessKeyId: 'ana', secretAccessKey: 'secret' }] }]
  aws = await startLocalAws({ seed: { accounts: [{ id: '111111111111', name: 'build', users }] } })
  const { url, port, controlToken } = aws
  await mkdir(join(directory, 'stile'))
  const noted = { url, port, controlToken, region: 'eu-west-1', pid: process.pid }
  await writeFile(join(directory, 'stile', `local-${port}.json`), JSON.stringify(noted))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await aws.stop()
  await rm(directory, { recursive: true, force: true })
})

interface Tail {
  readonly interrupt: () => void
  /** The next line on standard output, and when it was there. */
  readonly nextLine: () => Promise<{ readonly line: string; readonly atMs: number }>
  readonly said: () => string
  readonly exitCode: Promise<number | null>
}

/** From the first call on, so that none comes before it is listening. */
function startTail(...flags: readonly string[]): Promise<Tail> {
  return follow([process.execPath, ...argv, ...flags])
}

const argv = [join(root, 'bin/stile.js'), 'local', 'tail', '--last']

async function follow(
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Tail> {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: directory, XDG_RUNTIME_DIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let said = ''
  const isFollowing = new Promise<void>((resolve) => {
    child.stderr.on('data', (piece) => {
      said += piece
      if (said.includes('Ctrl-C ends this')) resolve()
    })
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exitCode = once(child, 'close').then(([code]) => code as number | null)
  await Promise.race([isFollowing, exitCode])
  return {
    interrupt: () => child.kill('SIGINT'),
    nextLine: async () => ({ line: (await lines.next()).value ?? '', atMs: performance.now() }),
    said: () => said,
    exitCode,
  }
}

async function callAs(accessKeyId: string, secretAccessKey: string): Promise<number> {
  const credentials = { accessKeyId, secretAccessKey }
  const iam = new IAMClient({ endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 })
  await iam.send(new ListUsersCommand({})).catch(() => undefined)
  return performance.now()
}

test('every call is shown soon, without colours in a pipe, and Ctrl-C ends it', async () => {
  const tail = await startTail()
  const tookMs: number[] = []
  for (let round = 0; round < 10; round += 1) {
    const [calledMs, { line, atMs }] = await Promise.all([callAs('ana', 'secret'), tail.nextLine()])
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d 403 111111111111:user\/ana iam:ListUsers .*no identity-based policy allows it$/,
    )
    tookMs.push(atMs - calledMs)
  }
  // Most of them: other tests run beside it.
  tookMs.sort((a, b) => a - b)
  expect(tookMs[4]).toBeLessThan(100)
  tail.interrupt()
  expect(await tail.exitCode).toBe(0)
  expect(tail.said()).toBe(`calls of ${aws.url}; Ctrl-C ends this\n`)
})

test('who has no key is shown too, each with its id or as JSON', async () => {
  const [text, json] = await Promise.all([startTail('--ids'), startTail('--json')])
  await callAs('nobody', 'x')
  expect((await text.nextLine()).line).toContain('403 anonymous iam:')
  const event = JSON.parse((await json.nextLine()).line)
  expect(event).toMatchObject({ number: 1, status: 403, errorCode: 'InvalidClientTokenId' })
  expect((await text.nextLine()).line.trim()).toBe(event.requestId)
})

test('it goes on after a reset, and ends with the server', async () => {
  const tail = await startTail('--json')
  await callAs('ana', 'secret')
  expect(JSON.parse((await tail.nextLine()).line)).toMatchObject({ number: 1 })
  aws.reset()
  await callAs('ana', 'secret')
  expect(JSON.parse((await tail.nextLine()).line)).toMatchObject({ number: 2 })
  await aws.stop()
  expect(await tail.exitCode).toBe(0)
  expect(tail.said()).toContain('the embedded AWS has ended')
  aws = await startLocalAws()
})

/** Runs a program on a terminal of 80 columns, and copies what it writes there. */
const onTerminal = `
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
try:
  while True: os.write(1 if b'Ctrl-C' not in (piece := os.read(terminal, 9999)) else 2, piece)
except OSError: pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`
const why = whyNotInstalled('python3', '-c', 'import pty')

test.skipIf(why).each([
  [{}, '\u001b[31m', '\u001b[0m'],
  [{ NO_COLOR: '1' }, '', ''],
  [{ TERM: 'dumb' }, '', ''],
])(withReason('on a terminal with %j', why), async (environment, begin, end) => {
  const command = ['python3', '-c', onTerminal, process.execPath, ...argv]
  const tail = await follow(command, { TERM: 'xterm', ...environment })
  await callAs('ana', 'secret')
  const { line } = await tail.nextLine()
  const text = line.replace('\r', '')
  expect(text.startsWith(begin) && text.endsWith(end)).toBe(true)
  const shown = text.slice(begin.length, text.length - end.length)
  expect(shown).toMatch(/^\d\d:\d\d:\d\d 403 111111111111:user\/ana iam:ListUsers {2}no identity/)
  expect(shown.length).toBeLessThanOrEqual(80)
  await aws.stop()
  expect(await tail.exitCode).toBe(0)
  aws = await startLocalAws()
})
