import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { runStile, withFiles } from '../support/run-stile.ts'

test('help names every command', async () => {
  const { exitCode, stdout } = await runStile(['--help'])
  expect(exitCode).toBe(0)
  for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test.each(commands.map(({ name }) => name))('%s --help shows an example', async (name) => {
  const { exitCode, stdout } = await runStile([name, '--help'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Example:')
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
})

test.each([
  [['aply'], 'did you mean `stile apply`?'],
  [['chekc'], 'did you mean `stile check`?'],
  [['check', '--fiel', 'x'], '--file'],
  [['evaluate'], 'file'],
])('%j is a usage error that helps', async (argv, help) => {
  const { exitCode, stdout, stderr } = await runStile(argv)
  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(help)
})

test('colour comes only when asked for', async () => {
  const plain = await runStile(['check', 'examples/team-access'])
  const coloured = await runStile(['check', 'examples/team-access', '--color', 'always'])
  expect(plain.stdout).not.toContain('\u001b[')
  expect(coloured.stdout).toContain('\u001b[')
})

test('init writes a file that checks clean, and replaces nothing unasked', async () => {
  await withFiles({}, async (cwd) => {
    const flags = ['--from-account', '111111111111', '--from-principal', 'role/runner']
    flags.push('--to-account', '222222222222', '--role', 'BuildRole')
    flags.push('--policy', 'AmazonEC2ContainerRegistryPowerUser', '--external-id', 'some_key')
    expect(await runStile(['init', ...flags], { cwd })).toMatchObject({ exitCode: 0 })
    expect(await runStile(['check'], { cwd })).toMatchObject({ exitCode: 0 })
    const again = await runStile(['init', ...flags], { cwd })
    expect(again.exitCode).toBe(2)
    expect(again.stderr).toContain('--force')
  })
})

test('init writes no file that check would refuse', async () => {
  await withFiles({}, async (cwd) => {
    const flags = ['--from-account', '111111111111', '--from-principal', 'role/runner']
    flags.push('--to-account', '222222222222', '--role', 'R', '--policy', 'ReadOnlyAcces')
    const { exitCode, stderr } = await runStile(['init', ...flags], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('ReadOnlyAccess')
    expect((await runStile(['check'], { cwd })).stderr).toContain('no `access.yaml`')
  })
})

test('init without a terminal says which flags are missing', async () => {
  await withFiles({}, async (cwd) => {
    const { exitCode, stderr } = await runStile(['init', '--role', 'R'], { cwd })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('--from-account')
  })
})
