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
      'profiles of the administrators: accounta-admin, accountb-admin',
    ]),
  )
  expect(local.printed.filter((line) => /secret|AKIA/i.test(line))).toEqual([])
  await expect(fetch(String(url))).rejects.toThrow('fetch failed')
})

test('`stile local` without an access file says which option names one', async () => {
  await withFiles({}, async (directory) => {
    const { exitCode, stderr } = await runStile(['local'], { cwd: directory })
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('no access file says which accounts there are'),
    ])
    expect(stderr).toContain('--access')
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
