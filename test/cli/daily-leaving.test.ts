// What comes after `assume`: another one, the prompt, and the way back, in each shell of this machine.
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withReason } from '../support/aws-cli.ts'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runProgram } from '../support/run-program.ts'
import { root } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
grants:
  look:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Looker }
    allow: [{ actions: [s3:ListAllMyBuckets], resources: ["*"] }]
  other:
    from: { account: hub, principals: [user/administrator] }
    to: { accounts: [shop], role: Other }
    allow: [{ actions: [s3:ListAllMyBuckets], resources: ["*"] }]
`

let world: LocalWorld
beforeAll(async () => {
  world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
    ],
    accessFile,
  })
  const applied = await world.stile('apply', '--yes')
  expect(applied.exitCode, applied.stderr).toBe(0)
})
afterAll(() => world.stop())

const shells = {
  bash: { argv: ['bash', '--norc', '-c'], init: '. ./init; . ./init' },
  zsh: { argv: ['zsh', '-f', '-c'], init: '. ./init; . ./init' },
  fish: { argv: ['fish', '--no-config', '-c'], init: 'source init; source init' },
} as const

for (const [shell, { argv, init }] of Object.entries(shells)) {
  const isThere = spawnSync(argv[0], ['--version']).status === 0
  const named = (text: string) =>
    withReason(`${shell}: ${text}`, isThere ? undefined : `${shell} is not installed`)
  const run = async (script: string, more: Readonly<Record<string, string>> = {}) => {
    const lines = await world.stile('shell-init', shell, '--prompt')
    await writeFile(join(world.directory, 'init'), lines.stdout)
    const [name, ...flags] = argv
    const environment = { ...world.environment, AWS_PROFILE: 'hub-admin', ...more }
    const line = `cd ${world.directory}; ${init}; ${script}`
    return runProgram({ name, environment }, [...flags, line])
  }

  test.skipIf(!isThere)(named('the next one is no chain, and --unset goes back'), async () => {
    const script = `assume look; assume other; assume --unset
echo "[$AWS_ACCESS_KEY_ID$AWS_SESSION_TOKEN$STILE_GRANT$STILE_BEFORE]" $AWS_PROFILE $AWS_REGION`
    const { stdout, stderr } = await run(script)
    expect(stderr).toMatch(/Looker\/administrator until[^\n]*\n[^\n]*Other\/administrator until/)
    expect(stderr).toMatch(/\nleft other\n$/)
    expect(stdout).toBe('[] hub-admin eu-west-1\n')
  })

  test.skipIf(!isThere)(named('an endpoint goes with what was asked of it'), async () => {
    const { AWS_ENDPOINT_URL = '', ...others } = world.environment
    const script = `assume look --endpoint-url ${AWS_ENDPOINT_URL} --quiet
echo "[$AWS_ENDPOINT_URL]"; assume --unset --quiet; echo "[$AWS_ENDPOINT_URL]"`
    const { stdout, stderr } = await run(script, { ...others, AWS_ENDPOINT_URL: '' })
    expect(stdout, stderr).toBe(`[${AWS_ENDPOINT_URL}]\n[]\n`)
  })

  test.skipIf(!isThere)(named('the prompt shows what, and for how many minutes'), async () => {
    const { stdout, stderr } = await run('_stile_prompt; assume look; _stile_prompt')
    expect(stdout, stderr).toMatch(/^\(look (59|60)m\) $/)
    const over = await run('_stile_prompt', { STILE_GRANT: 'look', STILE_EXPIRES_AT: '1' })
    expect(over.stdout).toBe('(look over) ')
    const hostile = { STILE_GRANT: '$(echo hi)`id`%b', STILE_EXPIRES_AT: 'a[$(echo hi >&2)]' }
    expect(await run('_stile_prompt', hostile)).toMatchObject({
      stdout: '($(echo hi)`id`%b) ',
      stderr: '',
    })
  })
}

test.skipIf(spawnSync('zsh', ['--version']).status !== 0)(
  'zsh shows percent signs as they are (where zsh is installed)',
  async () => {
    const lines = await world.stile('shell-init', 'zsh', '--prompt')
    await writeFile(join(world.directory, 'init'), lines.stdout)
    const environment = { ...world.environment, STILE_GRANT: 'a%b$(echo hi)' }
    const script = `cd ${world.directory}; PROMPT='> '; . ./init; print -P "$PROMPT"`
    const { stdout } = await runProgram({ name: 'zsh', environment }, ['-f', '-c', script])
    expect(stdout).toBe('(a%b$(echo hi)) > \n')
  },
)

test('where nothing was assumed there is nothing to leave, and other formats cannot', async () => {
  const nothing = await world.stile('assume', '--unset', '--format', 'bash')
  expect(nothing).toMatchObject({ exitCode: 0, stdout: '' })
  expect(nothing.stderr).toContain('nothing was assumed')
  expect((await world.stile('assume', '--unset', '--format', 'json')).exitCode).toBe(2)
})

const inTerminal = `
import os, pty, sys
os.chdir(sys.argv[1])
status = pty.spawn([sys.argv[2], sys.argv[3], 'exec', 'look', '--profile', 'hub-admin'])
sys.exit(os.waitstatus_to_exitcode(status))
`
const noPython =
  spawnSync('python3', ['--version']).status === 0 ? undefined : 'python3 is not installed'

test.skipIf(noPython !== undefined)(
  withReason('exec without a command is a shell of a terminal', noPython),
  async () => {
    const shell = join(world.directory, 'my-shell')
    await writeFile(shell, '#!/bin/sh\necho "in $STILE_GRANT until $STILE_EXPIRES_AT"\nexit 5\n', {
      mode: 0o700,
    })
    const environment = { ...world.environment, SHELL: shell }
    const argv = ['-c', inTerminal, world.directory, process.execPath, join(root, 'bin/stile.js')]
    const { stdout, exitCode } = await runProgram({ name: 'python3', environment }, argv)
    expect(stdout).toContain('until you leave it by `exit`')
    expect(stdout).toMatch(/in look until \d{10}\r?\n/)
    expect(exitCode).toBe(5)
    const nobody = await world.stile('exec', 'look', '--profile', 'hub-admin')
    expect(nobody).toMatchObject({ exitCode: 2, stdout: '' })
  },
)
