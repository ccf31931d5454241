import { expect, test } from 'vitest'
import { runStile, withFiles } from '../support/run-stile.ts'

const good = `accounts:
  build:    { id: "111111111111" }
  ourthing: { id: "222222222222" }
grants:
  push:
    from:
      account: build
      principals: [role/runner]
    to:
      accounts: [ourthing]
      role: BuildRole
    allow:
      - policy: AmazonEC2ContainerRegistryPowerUser
    require:
      externalId: some_key
`

const bigPolicy = Array.from(
  { length: 400 },
  (_, index) => `          - "arn:aws:s3:::bucket-with-a-long-name-${index}/*"`,
).join('\n')

/** What is changed in the good file, where the problem must be pointed at, and words that must be said. */
const cases = [
  { what: 'broken YAML', from: 'grants:', to: 'grants: [', at: /access\.yaml:\d+:\d+/, says: [] },
  {
    what: 'an unknown key',
    from: 'role: BuildRole',
    to: 'rol: BuildRole',
    at: /:11:7/,
    says: ['`rol`', '`role`'],
  },
  {
    what: 'a duplicate account id',
    from: '"222222222222"',
    to: '"111111111111"',
    at: /:3:\d+/,
    says: ['111111111111'],
  },
  {
    what: 'a 13-digit account',
    from: '"222222222222"',
    to: '"2222222222222"',
    at: /:3:\d+/,
    says: ['13'],
  },
  {
    what: 'an unknown account',
    from: '[ourthing]',
    to: '[ourthin]',
    at: /:10:\d+/,
    says: ['`ourthin`', '`ourthing`'],
  },
  {
    what: 'a group as only principal of trust: principal',
    from: '[role/runner]',
    to: '[group/devs]\n      trust: principal',
    at: /:\d+:\d+/,
    says: ['group'],
  },
  {
    what: 'mfa with a role caller',
    from: 'externalId: some_key',
    to: 'mfa: true',
    at: /:15:\d+/,
    says: ['mfa'],
  },
  {
    what: 'a vendor without external id',
    from: 'account: build\n      principals: [role/runner]',
    to: 'external: { account: "333333333333" }',
    at: /:\d+:\d+/,
    says: ['externalId'],
    drop: '    require:\n      externalId: some_key\n',
  },
  {
    what: 'a role name of 65 characters',
    from: 'BuildRole',
    to: 'R'.repeat(65),
    at: /:11:\d+/,
    says: ['64'],
  },
  {
    what: 'an external id with a space',
    from: 'some_key',
    to: '"some key"',
    at: /:15:\d+/,
    says: ['external id'],
  },
  {
    what: 'a policy over its quota',
    from: '- policy: AmazonEC2ContainerRegistryPowerUser',
    to: `- actions: [s3:GetObject]\n        resources:\n${bigPolicy}`,
    at: /:\d+:\d+/,
    says: ['10,240'],
  },
  {
    what: 'a managed policy that does not exist',
    from: 'RegistryPowerUser',
    to: 'RegistryPowrUser',
    at: /:13:\d+/,
    says: ['AmazonEC2ContainerRegistryPowerUser'],
  },
]

test.each(cases)(
  '$what: exit 2, place, reason and remedy',
  async ({ from, to, at, says, drop }) => {
    const text = good.replace(drop ?? '', '').replace(from, to)
    expect(text).not.toBe(good)
    await withFiles({ 'access.yaml': text }, async (cwd) => {
      for (const command of [['check'], ['plan'], ['apply', '--yes']]) {
        const { exitCode, stdout, stderr } = await runStile(command, { cwd })
        const said = stdout + stderr
        expect(exitCode, said).toBe(2)
        expect(said).toMatch(at)
        for (const word of says) expect(said).toContain(word)
        expect(said).not.toMatch(/\n\s+at /)
      }
    })
  },
)

test('a missing file is a usage error that names `stile init`', async () => {
  await withFiles({}, async (cwd) => {
    for (const argv of [['check'], ['check', 'nowhere.yaml'], ['plan', '-f', 'nowhere.yaml']]) {
      const { exitCode, stdout, stderr } = await runStile(argv, { cwd })
      expect(exitCode).toBe(2)
      expect(stdout + stderr).toContain('stile init')
    }
  })
})

test('the good file is good', async () => {
  await withFiles({ 'access.yaml': good }, async (cwd) => {
    const { exitCode, stdout, stderr } = await runStile(['check'], { cwd })
    expect(exitCode, stdout + stderr).toBe(0)
  })
})
