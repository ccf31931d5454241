// What a person does twenty times a day: `assume` in a shell, and looking at what is kept.
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runProgram } from '../support/run-program.ts'
import { type Outcome, root, runStile } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
  lab:  { id: "333333333333", profile: lab-admin }
grants:
  look:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop, lab], role: Looker }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
    require: { externalId: some_key }
  step:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Step }
    allow:
      - actions: [sts:AssumeRole]
        resources: ["arn:aws:iam::333333333333:role/Far"]
  far:
    from: { account: shop, principals: [role/Step] }
    to: { accounts: [lab], role: Far }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
    session: { maxDuration: 4h }
  direct:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [lab], role: Far }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
    session: { maxDuration: 4h }
`

let world: LocalWorld
beforeAll(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
      { id: '333333333333', name: 'lab' },
    ],
    accessFile,
  })
  const applied = await world.stile('apply', '--yes')
  expect(applied.exitCode, applied.stdout + applied.stderr).toBe(0)
})
afterAll(() => world.stop())
beforeEach(async () => {
  await rm(join(world.directory, '.cache'), { recursive: true, force: true })
  await rm(join(world.directory, '.config'), { recursive: true, force: true })
})

const lookerArn = 'arn:aws:iam::222222222222:role/Looker'

function keyIn(outcome: Outcome): string {
  return /(ASIA\w+)/.exec(outcome.stdout)?.[1] ?? outcome.stderr
}

test('an account of several is named in one word', async () => {
  const shop = await world.stile('assume', 'look@shop')
  expect(shop.stderr).toMatch(
    /^arn:aws:sts::222222222222:assumed-role\/Looker\/administrator until \S+Z \(\d\d:\d\d here, in (59 min|1 h)\)\n$/,
  )
  expect((await world.stile('assume', 'look@lab')).stderr).toContain(':333333333333:')
  expect((await world.stile('assume', 'look@hub')).exitCode).toBe(2)
  expect((await world.stile('assume', 'look@shop', '--quiet')).stderr).toBe('')
})

test('an alias stands for a role, with what it takes to enter it', async () => {
  const flags = ['--profile', 'hub-admin', '--external-id', 'some_key']
  const made = await world.stile('assume', lookerArn, ...flags, '--alias', 'l')
  expect(made.exitCode, made.stderr).toBe(0)
  expect(made.stderr).toContain(`\`l\` stands for ${lookerArn} from now on`)
  const path = join(world.directory, '.config/stile/aliases.json')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  // The same session, asked for by another name.
  expect(keyIn(await world.stile('assume', 'l'))).toBe(keyIn(made))
  const elsewhere = await mkdtemp(join(tmpdir(), 'stile-elsewhere-'))
  const { environment } = world
  expect((await runStile(['whoami', 'l'], { cwd: elsewhere, environment })).exitCode).toBe(0)
  await rm(elsewhere, { recursive: true })
  expect((await world.stile('forget', '--alias', 'l')).stdout).toContain('`l` is forgotten')
  expect((await world.stile('assume', 'l')).exitCode).toBe(2)
})

test.each([
  ['step', 'is a grant already'],
  ['hub-admin', 'is a profile already'],
  ['a b', 'cannot be an alias'],
])('`%s` %s', async (alias, message) => {
  const outcome = await world.stile(
    'assume',
    lookerArn,
    '--external-id',
    'some_key',
    '--alias',
    alias,
  )
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' })
  expect(outcome.stderr).toContain(message)
})

test('a chain of two goes through --via', async () => {
  const far = await world.stile('assume', 'far', '--via', 'step')
  expect(far.stderr, far.stderr).toContain('arn:aws:sts::333333333333:assumed-role/Far/')
})

describe('longer than a chain gives', () => {
  test('it is said, with the direct way', async () => {
    const far = await world.stile('assume', 'far', '--via', 'step', '--duration', '4h')
    expect(far.exitCode, far.stderr).toBe(0)
    const [first, second, third] = far.stderr.split('\n')
    expect(first).toBe('AWS gives one hour for a role that is entered from a role, not 4 h')
    expect(second).toBe('`direct` reaches the same role in one step, for 4 h')
    expect(third).toMatch(/^arn:\S+Far\S+ until \S+ \(\d\d:\d\d here, in (59 min|1 h)\)$/)
  })

  test('it is said before a code is asked for', async () => {
    const flags = ['--duration', '4h', '--mfa-serial', 'arn:aws:iam::111111111111:mfa/x']
    const config = join(world.directory, '.aws/config')
    const before = await readFile(config, 'utf8')
    const far = 'role_arn = arn:aws:iam::333333333333:role/Far\nsource_profile = middle\n'
    const middle = `role_arn = ${lookerArn}\nsource_profile = hub-admin\nmfa_serial = arn:aws:iam::111111111111:mfa/x\n`
    await writeFile(config, `${before}[profile end]\n${far}[profile middle]\n${middle}`)
    try {
      const outcome = await world.stile('assume', 'end', ...flags)
      expect(outcome.exitCode).toBe(4)
      expect(outcome.stderr).toMatch(/^AWS gives one hour [\s\S]*\nerror: .*MFA device/)
    } finally {
      await writeFile(config, before)
    }
  })

  test('one step gives it, up to what the role lets, which is told', async () => {
    const direct = await world.stile('assume', 'direct', '--duration', '4h')
    expect(direct.stderr).toMatch(/^arn:\S+ until \S+ \(\d\d:\d\d here, in (3 h 59 min|4 h)\)\n$/)
    const tooLong = await world.stile('assume', 'direct', '--duration', '8h')
    expect(tooLong.exitCode).toBe(3)
    expect(tooLong.stderr).toContain('exceeds the MaxSessionDuration')
    expect(tooLong.stderr).toContain('the role gives 4 h at most, says the access file')
    const arn = 'arn:aws:iam::333333333333:role/Far'
    const byArn = await world.stile('assume', arn, '--profile', 'hub-admin', '--duration', '8h')
    expect(byArn.stderr).toContain('the role gives 4 h at most')
  })

  test('what a role gives that no file knows is found out by asking', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'stile-elsewhere-'))
    const config = join(world.directory, '.aws/config')
    const before = await readFile(config, 'utf8')
    const arn = 'arn:aws:iam::333333333333:role/Far'
    const profile = `[profile long]\nrole_arn = ${arn}\nsource_profile = hub-admin\nduration_seconds = 43200\n`
    await writeFile(config, `${before}${profile}`)
    const asked = () =>
      world.local.events().filter((each) => each.operation === 'AssumeRole').length
    const assume = (...argv: readonly string[]) =>
      runStile(['assume', ...argv], { cwd: elsewhere, environment: world.environment })
    try {
      const start = asked()
      const refused = await assume(arn, '--profile', 'hub-admin', '--duration', '12h')
      expect(refused).toMatchObject({ exitCode: 3, stdout: '' })
      expect(refused.stderr).toContain('the role gives 4 h at most, as AWS answers')
      // The refused one, and at most four to halve eleven hours.
      expect(asked() - start).toBeLessThanOrEqual(5)
      const end = asked()
      const kept = await assume(arn, '--profile', 'hub-admin', '--duration', '4h')
      expect(kept.stderr).toMatch(/in (3 h 59 min|4 h)\)/)
      expect(asked()).toBe(end)
      const byProfile = await assume('long')
      expect(byProfile.exitCode, byProfile.stderr).toBe(0)
      expect(byProfile.stderr).toContain('the role gives 4 h at most, not the 12 h of the profile')
    } finally {
      await writeFile(config, before)
      await rm(elsewhere, { recursive: true })
    }
  })

  test('a chain that began in the environment is told by what came of it', async () => {
    const { stdout } = await world.stile('assume', 'step', '--format', 'env')
    const variables = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    const outcome = await runStile(['assume', 'far', '--duration', '4h'], {
      cwd: world.directory,
      environment: { ...world.environment, ...variables },
    })
    expect(outcome.stderr).toContain('one hour instead of 4 h: it was entered from a role')
  })
})

test('whoami: who, which account, from where, until when', async () => {
  const mine = await world.stile('whoami', '--profile', 'shop-admin')
  expect(mine.stdout).toBe(`arn:aws:iam::222222222222:user/administrator
account  222222222222 (shop)
from     profile \`shop-admin\`
holds    for as long as the key is there
`)
  const named = await world.stile('whoami', 'look@shop', '--json')
  expect(JSON.parse(named.stdout)).toMatchObject({
    version: 1,
    arn: 'arn:aws:sts::222222222222:assumed-role/Looker/administrator',
    account: 'shop',
    how: `profile \`hub-admin\` → ${lookerArn}`,
    expiresAt: expect.stringMatching(/Z$/),
  })
  const nobody = await world.stile('whoami')
  expect(nobody).toMatchObject({ exitCode: 3, stdout: '' })
})

test('sessions shows what is kept and no secret; forget removes it', async () => {
  const assumed = await world.stile('assume', 'look@shop', '--format', 'json')
  const { SecretAccessKey, SessionToken } = JSON.parse(assumed.stdout)
  await world.stile('credential-process', 'look@lab')
  const answers = join(world.directory, '.cache/stile/answers')
  expect((await stat(answers)).isDirectory()).toBe(true)
  for (const flags of [[], ['--json']]) {
    const { stdout } = await world.stile('sessions', ...flags)
    expect(stdout).toContain('arn:aws:sts::222222222222:assumed-role/Looker/administrator')
    expect(stdout).not.toContain(SecretAccessKey)
    expect(stdout).not.toContain(SessionToken)
  }
  expect((await world.stile('forget', lookerArn)).stdout).toBe(
    'forgot look@shop (arn:aws:sts::222222222222:assumed-role/Looker/administrator)\n',
  )
  await expect(stat(answers)).rejects.toThrow('ENOENT')
  expect((await world.stile('forget', '--all')).stdout).toContain('forgot look@lab')
  expect(await world.stile('sessions')).toMatchObject({
    stdout: '',
    stderr: 'no session is kept\n',
  })
  expect((await world.stile('forget')).exitCode).toBe(2)
})

test.each([
  [10, '10 min behind'],
  [-10, '10 min ahead of'],
])('an AWS whose clock is %d min on tells that this one is %s', async (minutes, words) => {
  const other = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
      { id: '333333333333', name: 'lab' },
    ],
    accessFile,
    clock: { nowMs: () => Date.now() + minutes * 60_000 },
  })
  try {
    expect((await other.stile('apply', '--yes')).exitCode).toBe(0)
    const { exitCode, stderr } = await other.stile('assume', 'look@shop')
    expect(exitCode, stderr).toBe(0)
    expect(stderr).toContain(`this machine's clock is about ${words} AWS's`)
  } finally {
    await other.stop()
  }
})

describe('a hostile home', () => {
  test('that cannot be written costs the keeping, and says so once', async () => {
    // A file where a directory would have to be cannot be written by anybody, root included.
    const file = join(world.directory, 'no-directory')
    await writeFile(file, '')
    const environment = { ...world.environment, STILE_CACHE_DIR: join(file, 'cache') }
    const outcome = await runStile(['assume', 'far', '--via', 'step'], {
      cwd: world.directory,
      environment,
    })
    expect(outcome.exitCode, outcome.stderr).toBe(0)
    expect(outcome.stdout).toContain('AWS_SESSION_TOKEN')
    expect(outcome.stderr.match(/the session is not kept/g)).toHaveLength(1)
  })

  test('with STS down: exit 3, and what is kept still serves', async () => {
    const kept = keyIn(await world.stile('assume', 'look@shop'))
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const address = closed.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await new Promise((resolve) => closed.close(resolve))
    const url = `http://127.0.0.1:${port}`
    const down = await world.stile('assume', 'look@lab', '--endpoint-url', url)
    expect(down).toMatchObject({ exitCode: 3, stdout: '' })
    expect(down.stderr).toContain('cannot reach STS')
    expect(keyIn(await world.stile('assume', 'look@shop'))).toBe(kept)
  })

  test('with a config file of CRLF, tabs, comments and a second section of the same name', async () => {
    const home = await mkdtemp(join(tmpdir(), 'stile-hostile-'))
    try {
      await mkdir(join(home, '.aws'))
      const original = await readFile(join(world.directory, '.aws/config'), 'utf8')
      const hostile = original
        .replace('[profile hub-admin]', '; mine\n\n[profile hub-admin] # me\n\toutput = json')
        .replaceAll('\n', '\r\n')
      const text = `\uFEFF${hostile}\r\n[profile hub-admin]\r\ncli_pager =\r\n`
      await writeFile(join(home, '.aws/config'), text, { mode: 0o600 })
      const { AWS_ENDPOINT_URL = '', AWS_REGION = '' } = world.environment
      const environment = { HOME: home, AWS_ENDPOINT_URL, AWS_REGION }
      const outcome = await runStile(['whoami', 'look@shop'], { cwd: world.directory, environment })
      expect(outcome.exitCode, outcome.stderr).toBe(0)
      expect((await runStile(['profiles', 'check'], { environment })).exitCode).toBe(1)
    } finally {
      await rm(home, { recursive: true })
    }
  })
})

test('a role that is removed takes its kept sessions along', async () => {
  await world.stile('assume', 'look@shop')
  await world.stile('assume', 'step')
  const less = accessFile.replace(/ {2}look:[\s\S]*?(?= {2}step:)/, '')
  await writeFile(join(world.directory, 'access.yaml'), less)
  try {
    const applied = await world.stile('apply', '--yes', '--prune')
    expect(applied.exitCode, applied.stderr).toBe(0)
    const { stdout } = await world.stile('sessions')
    expect(stdout).toContain('/Step/')
    expect(stdout).not.toContain('/Looker/')
  } finally {
    await writeFile(join(world.directory, 'access.yaml'), accessFile)
    expect((await world.stile('apply', '--yes')).exitCode).toBe(0)
  }
})

describe('doctor', () => {
  test('says what is bad and what to do', async () => {
    const well = await world.stile('doctor', '--json')
    const { checks } = JSON.parse(well.stdout)
    const states = checks.map((each: { about: string; state: string }) => [each.about, each.state])
    expect(states).toContainEqual(['endpoint', 'good'])
    expect(states).toContainEqual(['cache', 'good'])
    expect(states).toContainEqual(['profiles', 'good'])
  })

  test.each([
    [-10, '10 min ahead of'],
    [10, '10 min behind'],
  ])('finds an AWS whose clock is %d min off', async (minutes, words) => {
    const server = createServer((_, response) => {
      response.setHeader('date', new Date(Date.now() + minutes * 60_000).toUTCString())
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const ill = await world.stile('doctor', '--endpoint-url', `http://127.0.0.1:${port}`)
      expect(ill.exitCode).toBe(1)
      expect(ill.stdout).toContain(`this clock is ${words} AWS’s`)
    } finally {
      server.close()
    }
  })
})

const shells = {
  bash: { argv: ['bash', '--norc', '-c'], init: 'eval "$(cat init)"', status: '$?' },
  zsh: { argv: ['zsh', '-f', '-c'], init: 'eval "$(cat init)"', status: '$?' },
  fish: { argv: ['fish', '--no-config', '-c'], init: 'cat init | source', status: '$status' },
} as const

for (const [shell, { argv, init, status }] of Object.entries(shells)) {
  const isThere = spawnSync(argv[0], ['--version']).status === 0
  const reason = isThere ? undefined : `${shell} is not installed`
  const run = (script: string) => {
    const [name, ...flags] = argv
    const { environment } = world
    return runProgram({ name, environment }, [
      ...flags,
      `cd ${world.directory}; ${init}; ${script}`,
    ])
  }
  const name = (text: string) => withReason(`${shell}: ${text}`, reason)

  test.skipIf(!isThere)(name('assume sets the variables in the shell itself'), async () => {
    const lines = await world.stile('shell-init', shell)
    await writeFile(join(world.directory, 'init'), lines.stdout)
    const { stdout, stderr } = await run('assume look@shop; echo $AWS_ACCESS_KEY_ID $AWS_PROFILE')
    expect(stdout, stderr).toMatch(/^ASIA\w+\s*\n$/)
    const failed = await run(`assume nothing; echo ${status} "[$AWS_ACCESS_KEY_ID]"`)
    expect(failed.stdout).toBe('2 []\n')
    const helped = await run('assume --help; echo "[$AWS_ACCESS_KEY_ID]"')
    expect(helped.stdout).toContain('Usage: stile assume')
    expect(helped.stdout).toContain('[]')
    expect(helped.stderr).toBe('')
  })
}

test('bash completes names, also behind its own word breaks', async () => {
  const lines = await world.stile('shell-init', 'bash')
  await writeFile(join(world.directory, 'init'), lines.stdout)
  const script = `cd ${world.directory}; . ./init
COMP_LINE='assume loo'; COMP_POINT=10; _stile_assume; echo "\${COMPREPLY[@]}"
COMP_LINE='assume look@s'; COMP_POINT=13; _stile_assume; echo "\${COMPREPLY[@]}"`
  const { environment } = world
  const { stdout } = await runProgram({ name: 'bash', environment }, ['--norc', '-c', script])
  expect(stdout).toBe('look@shop look@lab\nshop\n')
})

test('names are what can be assumed, most used first', async () => {
  await world.stile('assume', 'look@lab')
  const { stdout } = await world.stile('shell-init', '--names')
  const names = stdout.trim().split('\n')
  expect(names[0]).toBe('look@lab')
  expect(names.toSorted()).toEqual(
    [
      'look@lab',
      'look@shop',
      'step',
      'far',
      'direct',
      'hub-admin',
      'shop-admin',
      'lab-admin',
    ].toSorted(),
  )
})

test('names that are offered follow every file that has a say', async () => {
  const names = async () => (await world.stile('shell-init', '--names')).stdout.trim().split('\n')
  const config = join(world.directory, '.aws/config')
  const before = await readFile(config, 'utf8')
  const access = join(world.directory, 'access.yaml')
  try {
    expect(await names()).not.toContain('new')
    // From what is kept.
    expect(await names()).not.toContain('new')
    await writeFile(config, `${before}[profile new]\nregion = x\n`)
    expect(await names()).toContain('new')
    await writeFile(config, `${before}[profile x;touch]\nregion = x\n[profile "$(id)"]\n`)
    expect((await names()).join(' ')).not.toMatch(/[;$]/)
    await writeFile(access, accessFile.replace('  direct:', '  straight:'))
    expect(await names()).toContain('straight')
    await rm(access)
    expect(await names()).not.toContain('straight')
  } finally {
    await writeFile(config, before)
    await writeFile(access, accessFile)
  }
  expect(await names()).toContain('direct')
})

/** A terminal of 80 columns for standard input and error; standard output is read by the shell. */
const inTerminal = `
import fcntl, os, pty, select, struct, sys, termios, time
folder, node, stile, keys = sys.argv[1:]
os.chdir(folder)
pid, fd = pty.fork()
if pid == 0:
    sys.stdin.readline()
    script = 'lines="$(%s %s assume)"; code=$?; eval "$lines"; echo "END $code [$AWS_ACCESS_KEY_ID]"'
    os.execvp('bash', ['bash', '--norc', '-c', script % (node, stile)])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
os.write(fd, b'\\n')
seen, is_typed, deadline = b'', False, time.time() + 50
while time.time() < deadline:
    if not select.select([fd], [], [], 1)[0]: continue
    try: more = os.read(fd, 65536)
    except OSError: break
    if not more: break
    seen += more
    if b'Search:' in seen and not is_typed:
        is_typed = True
        os.write(fd, keys.encode())
sys.stdout.buffer.write(seen)
`
const noPython =
  spawnSync('python3', ['--version']).status === 0 ? undefined : 'python3 is not installed'

test.skipIf(noPython !== undefined).each([
  // The letters of both, in order: `look@lab`.
  ['lklab\r', /END 0 \[ASIA\w+\]/],
  ['\u0003', /END 130 \[\]/],
])(withReason('a person chooses from a list: %j', noPython), async (keys, end) => {
  const { environment } = world
  const stile = join(root, 'bin/stile.js')
  const argv = ['-c', inTerminal, world.directory, process.execPath, stile, keys]
  const { stdout, stderr } = await runProgram({ name: 'python3', environment }, argv)
  expect(stdout, stderr).toMatch(end)
})
