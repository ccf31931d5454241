// `stile profiles`: what it writes is what real clients sign in by, and what it does not own stays as it was.
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startLocalAws } from '../../src/local/index.ts'
import { whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts'
import { runProgram } from '../support/run-program.ts'
import { root, runStile, withFiles } from '../support/run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
  lab:  { id: "333333333333", profile: lab-admin, region: us-west-2 }
grants:
  look:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop, lab], role: Looker }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
    require: { externalId: some_key }
    session: { maxDuration: 4h }
  tagged:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Tagged }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
    session: { tags: { team: platform } }
  vendor:
    from: { external: { account: "999999999999" } }
    to: { accounts: [shop], role: Vendor }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
    require: { externalId: vendor-1 }
`

let world: LocalWorld
let config: string
let original: string
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
  expect(applied.exitCode, applied.stderr).toBe(0)
  config = join(world.directory, '.aws/config')
  original = await readFile(config, 'utf8')
})
beforeEach(() => writeFile(config, original))
afterAll(() => world.stop())

test('grants become profiles, and every other byte stays', async () => {
  const mine = `; mine\r\n${original}\r\n[profile own]\r\n\tregion=x   # home\r\n`
  await writeFile(config, mine)
  const written = await world.stile('profiles', 'write')
  expect(written).toMatchObject({
    exitCode: 0,
    stdout: 'wrote profile look@shop\nwrote profile look@lab\nwrote profile tagged\n',
  })
  expect(written.stderr).toContain('grant `vendor`: left out')
  const text = await readFile(config, 'utf8')
  expect(text.startsWith(mine)).toBe(true)
  expect(text.slice(mine.length).replaceAll('\r\n', '\n')).toContain(
    `[profile look@lab]
role_arn = arn:aws:iam::333333333333:role/Looker
source_profile = hub-admin
external_id = some_key
duration_seconds = 14400
region = us-west-2
endpoint_url = ${world.local.url}
`,
  )
  expect(await readFile(`${config}.before-stile`, 'utf8')).toBe(mine)
  expect((await stat(`${config}.before-stile`)).mode & 0o777).toBe(0o600)
  const again = await world.stile('profiles', 'write')
  expect(again.stdout).toContain('nothing was changed')
  expect((await world.stile('profiles', 'remove')).stdout).toContain('removed profile look@shop')
  expect(await readFile(config, 'utf8')).toBe(mine)
})

test('profiles are removed by name, and those of the user are not', async () => {
  await world.stile('profiles', 'write')
  const removed = await world.stile('profiles', 'remove', 'look@shop', 'tagged')
  expect(removed.stdout, removed.stderr).toBe('removed profile look@shop\nremoved profile tagged\n')
  const text = await readFile(config, 'utf8')
  expect(text.startsWith(original)).toBe(true)
  expect(text.slice(original.length)).toMatch(
    /^# >>> stile[^\n]*\n\[profile look@lab\]\n[^[]*# <<< stile\n$/,
  )
  const own = await world.stile('profiles', 'remove', 'hub-admin')
  expect(own).toMatchObject({ exitCode: 2, stdout: '' })
  expect(own.stderr).toContain('your own')
  const unknown = await world.stile('profiles', 'remove', 'look@lab', 'nobody')
  expect(unknown.exitCode).toBe(2)
  expect(unknown.stderr).toContain('look@lab')
  expect((await world.stile('profiles', 'write', 'look@lab')).exitCode).toBe(2)
  expect(await readFile(config, 'utf8')).toBe(text)
  expect((await world.stile('profiles', 'remove', 'look@lab')).exitCode).toBe(0)
  expect(await readFile(config, 'utf8')).toBe(original)
})

test('a dry run shows and changes nothing', async () => {
  const { stdout } = await world.stile('profiles', 'write', '--dry-run')
  expect(stdout).toContain('[profile look@shop]')
  expect(await readFile(config, 'utf8')).toBe(original)
})

test('a source that is not there is told', async () => {
  const missing = await world.stile('profiles', 'write', '--dry-run', '--profile', 'nobody')
  expect(missing.stderr).toContain('there is no profile `nobody` yet')
  const there = await world.stile('profiles', 'write', '--dry-run')
  expect(there.stderr).not.toContain('there is no profile')
})

test('a name that the user has is not taken, and --prefix helps', async () => {
  await writeFile(config, `${original}[profile tagged]\nregion = x\n`)
  const refused = await world.stile('profiles', 'write')
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('--prefix')
  expect((await world.stile('profiles', 'write', '--prefix', 's-')).stdout).toContain('s-tagged')
})

test('without knowing who one is nothing is written', async () => {
  await withFiles(
    { 'access.yaml': accessFile.replaceAll(', verifyAs: hub-admin', '') },
    async (cwd) => {
      const outcome = await runStile(['profiles', 'write'], { cwd, environment: { HOME: cwd } })
      expect(outcome.exitCode).toBe(2)
      expect(outcome.stderr).toContain('--profile')
    },
  )
})

const noCli = whyNoAwsCli()
for (const flags of [[], ['--credential-process']]) {
  const name = withReason(`the AWS CLI signs in by them ${flags.join(' ')}`, noCli)
  test.skipIf(noCli !== undefined)(name, async () => {
    const bin = join(world.directory, 'bin')
    await mkdir(bin, { recursive: true })
    await symlink(join(root, 'bin/stile.js'), join(bin, 'stile')).catch(() => undefined)
    await chmod(join(root, 'bin/stile.js'), 0o755)
    expect((await world.stile('profiles', 'write', ...flags)).exitCode).toBe(0)
    const environment = { ...world.environment, PATH: `${bin}:${process.env.PATH}` }
    for (const [profile, role] of [
      ['look@shop', '222222222222:assumed-role/Looker'],
      ['look@lab', '333333333333:assumed-role/Looker'],
      // Its tags are demanded: only the process gives them.
      ['tagged', '222222222222:assumed-role/Tagged'],
    ] as const) {
      const argv = ['sts', 'get-caller-identity', '--profile', profile, '--output', 'json']
      const { stdout, stderr } = await runProgram({ name: 'aws', environment }, argv)
      expect(stdout, stderr).toContain(role)
    }
  })
}

test('list says how each comes by its credentials, and shows no secret', async () => {
  await world.stile('profiles', 'write')
  const { stdout } = await world.stile('profiles', 'list')
  expect(stdout).toMatch(
    /^look@shop +arn:aws:iam::222222222222:role\/Looker from hub-admin \(Stile\)$/m,
  )
  expect(stdout).toMatch(/^hub-admin +the key …....$/m)
  const { secretAccessKey } = world.local.userCredentials('111111111111', 'administrator')
  expect(stdout).not.toContain(secretAccessKey)
  const json = JSON.parse((await world.stile('profiles', 'list', '--json')).stdout)
  expect(json.profiles).toHaveLength(6)
})

test('check says where, what each reader does, and what to do', async () => {
  expect(await world.stile('profiles', 'check')).toMatchObject({ exitCode: 0, stdout: '' })
  await writeFile(config, `${original}[profile x]\nregion = y # home\n`, { mode: 0o600 })
  const found = await world.stile('profiles', 'check')
  expect(found.exitCode).toBe(1)
  const line = original.split('\n').length + 1
  expect(found.stdout).toBe(
    `${config}:${line}:12 error inline-comment
  the line of \`region\` ends in a comment
  AWS CLI, boto3: takes the comment for a part of the value
  SDK for JavaScript: leaves it out
  to do: put the comment on a line of its own
`,
  )
  const json = JSON.parse((await world.stile('profiles', 'check', '--json')).stdout)
  expect(json.findings).toMatchObject([{ code: 'inline-comment', place: { line, column: 12 } }])
})

test('check --online finds old keys', async () => {
  const day = 24 * 3_600_000
  let nowMs = Date.now() - 100 * day
  const local = await startLocalAws({
    clock: { nowMs: () => nowMs },
    seed: {
      accounts: [
        {
          id: '111111111111',
          name: 'hub',
          users: [{ name: 'ana', managedPolicyArns: ['arn:aws:iam::aws:policy/IAMFullAccess'] }],
        },
      ],
    },
  })
  try {
    const { accessKeyId, secretAccessKey } = local.userCredentials('111111111111', 'ana')
    nowMs = Date.now()
    const profile = `[profile ana]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
    await withFiles({ config: profile }, async (cwd) => {
      const environment = {
        HOME: cwd,
        AWS_CONFIG_FILE: join(cwd, 'config'),
        AWS_ENDPOINT_URL: local.url,
      }
      const run = (...argv: string[]) =>
        runStile(['profiles', 'check', ...argv], { cwd, environment })
      expect(await run()).toMatchObject({ exitCode: 0, stdout: '' })
      const online = await run('--online')
      expect(online.exitCode, online.stderr).toBe(1)
      expect(online.stdout).toContain(
        `old-key\n  the key …${accessKeyId.slice(-4)} of profile \`ana\` is 100 days old`,
      )
    })
  } finally {
    await local.stop()
  }
})
