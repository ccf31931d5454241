import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, runStile } from '../support/run-stile.ts'

const scenarios = ['bucket-writer', 'cross-account-build', 'read-everywhere', 'team-access']

interface DemoAnswer {
  readonly ok: boolean
  readonly scenarios: readonly {
    readonly name: string
    readonly ok: boolean
    readonly steps: readonly {
      readonly name: string
      readonly ok: boolean
      readonly detail: string
      readonly ms: number
    }[]
  }[]
}

test('every example works, and --json prints one object and nothing else', async () => {
  const { exitCode, stdout, stderr } = await runStile(['demo', '--json'])
  expect(exitCode, stdout + stderr).toBe(0)
  expect(stderr).toBe('')
  const answer: DemoAnswer = JSON.parse(stdout)
  expect(answer.ok).toBe(true)
  expect(answer.scenarios.map(({ name }) => name)).toEqual(scenarios)
  for (const { ok, steps } of answer.scenarios) {
    expect(ok).toBe(true)
    for (const step of steps) {
      expect(Object.keys(step)).toEqual(['name', 'ok', 'detail', 'ms'])
      expect(step.ok, `${step.name}: ${step.detail}`).toBe(true)
    }
  }
  const secrets = /AKIA[A-Z0-9]{16}|ASIA[A-Z0-9]{16}|aws_secret_access_key/
  expect(stdout).not.toMatch(secrets)
})

/** Wrong ways in that the examples must show, each with a word of the reason. */
const refusals: readonly (readonly [scenario: string, step: string, reason: string])[] = [
  ['cross-account-build', 'no external id', 'trust policy in ourthing'],
  ['cross-account-build', 'a wrong external id', 'trust policy in ourthing'],
  ['cross-account-build', 'another role of build', 'trust policy in ourthing'],
  ['cross-account-build', 'a third account', 'trust policy in ourthing'],
  ['cross-account-build', 'DeleteRepository', 'identity-based policies in ourthing'],
  ['team-access', 'bob', 'identity-based policies in trusted'],
  ['team-access', 'after it expired', 'ExpiredToken'],
  ['bucket-writer', 'own keys', 'identity-based policies in accounta'],
  ['bucket-writer', 'ListBucket', 'identity-based policies in accountb'],
  ['bucket-writer', 'DeleteObject', 'identity-based policies in accountb'],
  ['bucket-writer', 'another user', 'trust policy in accountb'],
  ['read-everywhere', 'a write in shop', 'identity-based policies in shop'],
  ['read-everywhere', 'a fourth account', 'identity-based policies in hub'],
]

test.each(scenarios)(
  '%s prints at most 25 lines and names the reason of each refusal',
  async (name) => {
    const { exitCode, stdout } = await runStile(['demo', name])
    expect(exitCode, stdout).toBe(0)
    const [own = ''] = stdout.split('\n\n')
    const lines = own.split('\n')
    expect(lines.length).toBeLessThanOrEqual(25)
    expect(lines.at(-1)).toMatch(/^ {2}next: stile /)
    const documents = lines.filter((line) => line.includes('{"Version":"2012-10-17"'))
    expect(documents.some((line) => line.includes('trust policy of '))).toBe(true)
    expect(documents.some((line) => line.includes('caller policy '))).toBe(true)
    const hasStatements = name === 'bucket-writer' || name === 'team-access'
    expect(documents.some((line) => line.includes('permissions '))).toBe(hasStatements)
    for (const [, step, reason] of refusals.filter(([scenario]) => scenario === name)) {
      const line = lines.find((each) => each.includes('✗') && each.includes(step))
      expect(line, step).toContain(reason)
    }
  },
)

test('a mistyped example is a usage error that names the nearest', async () => {
  const { exitCode, stderr } = await runStile(['demo', 'bucket-writter'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('`bucket-writer`')
})

/** Everything that an example has named itself, and another name for it. */
const renamings: readonly (readonly [RegExp, string])[] = [
  [/111111111111/g, '610000000001'],
  [/222222222222/g, '620000000002'],
  [/333333333333/g, '630000000003'],
  [/444444444444/g, '640000000004'],
  [/555555555555/g, '650000000005'],
  [/some_key_build/g, 'another:key/9'],
  [/OurThingBuildRole/g, 'PusherRole'],
  [/gitlab-runner/g, 'ci-agent'],
  [/\bintern\b/g, 'visitor'],
  [/TeamRole/g, 'WorkersRole'],
  [/Developers/g, 'Crew'],
  [/role-in-accountb/g, 'writer-role'],
  [/CrossAccountReadOnlyRole/g, 'LookAroundRole'],
  [/CloudQueryCrossAccountReadOnlyAccess/g, 'LookAround'],
  [/inventory-runner/g, 'lister-machine'],
  [/\bourthing\b/g, 'theirs'],
  [/\bbuild\b(?=[:\s'"\]},)]|-admin)/g, 'works'],
  [/\baccounta\b/g, 'firsta'],
  [/\baccountb\b/g, 'secondb'],
  [/push-images/g, 'deliver'],
]

test('the demo stays green when roles, accounts and external ids are renamed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stile-renamed-'))
  try {
    const examples = join(directory, 'examples')
    await cp(join(root, 'examples'), examples, { recursive: true })
    // The examples import the AWS SDK, as any program does.
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
    await writeFile(join(directory, 'package.json'), '{"type":"module"}')
    for (const entry of await readdir(examples, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await rename(join(entry.parentPath, entry.name))
    }
    const { exitCode, stdout } = await runStile(['demo', '--json', '--examples', examples])
    const answer: DemoAnswer = JSON.parse(stdout)
    const bad = answer.scenarios.flatMap(({ steps }) => steps.filter((step) => !step.ok))
    expect(bad).toEqual([])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('theirs')
    for (const [old] of renamings.slice(0, 15)) expect(stdout).not.toMatch(new RegExp(old.source))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

async function rename(file: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  await writeFile(
    file,
    renamings.reduce((renamed, [old, name]) => renamed.replace(old, name), text),
  )
}

test('nothing under src names an example or what is in it', async () => {
  const names =
    /cross-account-build|OurThingBuildRole|some_key_build|CrossAccountReadOnlyRole|role-in-accountb/
  for (const entry of await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.test.ts')) continue
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8')
    const code = text.replace(/^\s*(\*|\/\/|\/\*\*).*$/gm, '')
    const withoutHelp = code.replace(/examples: \[[^\]]*\]/gs, '')
    expect(withoutHelp, entry.name).not.toMatch(names)
  }
})
