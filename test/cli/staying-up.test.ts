import { expect, test } from 'vitest'
import { root, runStile, withFiles } from '../support/run-stile.ts'
import { startStile } from '../support/running-stile.ts'

test('`stile local` prints what a shell needs, and ends by Ctrl-C', async () => {
  const access = ['--access', 'examples/bucket-writer']
  const local = await startStile(['local', '--port', '0', '--region', 'eu-central-1', ...access])
  const exitCode = await local.stop()
  expect(exitCode).toBe(0)
  const { AWS_ENDPOINT_URL: url, AWS_CONFIG_FILE: config, ...others } = local.environment
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(config).toMatch(/\.aws\/config$/)
  // Some clients read the one variable of the region, some the other.
  expect(others).toMatchObject({ AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-1' })
  expect(local.printed).toEqual(
    expect.arrayContaining([
      `an embedded AWS is ready on ${url}, with the accounts`,
      '  111111111111  accounta',
      '  222222222222  accountb',
      'profiles: accounta-admin, accountb-admin',
    ]),
  )
  expect(local.printed.filter((line) => /secret|AKIA/i.test(line))).toEqual([])
  await expect(fetch(String(url))).rejects.toThrow('fetch failed')
})

test('`stile local` has two accounts, or those that are named', async () => {
  const two = await startStile(['local', '--port', '0'])
  await two.stop()
  expect(two.printed).toContain('profiles: first-admin, second-admin')
  const flags = ['--account', 'shop=333333333333', '444444444444']
  const named = await startStile(['local', '--port', '0', ...flags])
  await named.stop()
  expect(named.printed).toEqual(
    expect.arrayContaining(['  333333333333  shop', '  444444444444  444444444444']),
  )
})

test.each([
  [['--account', 'shop'], '--account'],
  [['--access', 'nowhere.yaml'], 'nowhere.yaml'],
  [['--port', 'x'], '--port'],
])('`stile local` with %j is a usage error', async (flags, said) => {
  await withFiles({}, async (directory) => {
    const { exitCode, stderr } = await runStile(['local', ...flags], { cwd: directory })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(said)
  })
})

test('`stile demo --keep` keeps one embedded AWS, the last', async () => {
  const demo = await startStile(['demo', '--examples', `${root}/examples`, '--keep'])
  expect(await demo.stop()).toBe(0)
  expect(demo.printed.filter((line) => line.includes('Ctrl-C ends it'))).toHaveLength(1)
  expect(demo.printed.filter((line) => /^team-access +ok/.test(line))).toHaveLength(1)
})

test('`stile demo --keep --json` has no room for the lines to print', async () => {
  const { exitCode, stdout, stderr } = await runStile(['demo', '--keep', '--json'])
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--keep')
})
