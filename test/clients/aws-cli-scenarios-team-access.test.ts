import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { type Outcome, root } from '../support/run-stile.ts'
import { type RunningStile, startStile } from '../support/running-stile.ts'

const reason = whyNoAwsCli()
/** Each call of the CLI takes a second of a busy machine. */
const timeout = 120_000
const stile = [process.execPath, join(root, 'bin/stile.js')] as const
const assume = ['assume', 'team-work', '-f', join(root, 'examples/team-access'), '--profile', 'ana']

describe.skipIf(reason !== undefined)(
  withReason('team-access by the AWS CLI', reason),
  { timeout },
  () => {
    let home: ClientHome
    let demo: RunningStile
    beforeAll(async () => {
      demo = await startStile(['demo', 'team-access', '--keep'])
      home = await createClientHome()
      await writeFile(home.file('new.txt'), 'noted')
    })
    afterAll(async () => {
      await demo.stop()
      await home.remove()
    })

    function run(argv: readonly string[], variables = {}): Promise<Outcome> {
      return home.run(argv, { environment: { ...demo.environment, ...variables } })
    }

    test('the lines of `stile assume` make a shell that works in the other account', async () => {
      const script = [
        `eval "$(${[...stile, ...assume, '--quiet'].join(' ')})"`,
        'aws sts get-caller-identity --query Arn --output text',
        'aws s3 cp new.txt s3://team-notes/new.txt --only-show-errors',
        'aws s3 ls s3://team-notes/new.txt',
        'aws s3 rm s3://team-notes/new.txt',
      ]
      // A profile that is set would win over the keys, unless the lines unset it.
      const { stdout, stderr } = await run(['sh', '-c', script.join('\n')], { AWS_PROFILE: 'ana' })
      const [arn, listed] = stdout.split('\n')
      expect(arn, stderr).toBe('arn:aws:sts::222222222222:assumed-role/TeamRole/ana')
      expect(listed).toMatch(/ 5 new\.txt$/)
      expect(stdout + stderr).toMatch(/delete failed.*AccessDenied.*s3:DeleteObject/)
    })

    test('a variables file serves as well, and ana alone may not', async () => {
      const { stdout } = await run([...stile, ...assume, '--format', 'env'])
      const variables = Object.fromEntries(stdout.split('\n').map((line) => line.split(/=(.*)/s)))
      const [session, own] = await Promise.all([
        run(['aws', 's3', 'ls', 's3://team-notes'], variables),
        run(['aws', 's3', 'ls', 's3://team-notes', '--profile', 'ana']),
      ])
      expect(session).toMatchObject({ exitCode: 0, stderr: '' })
      expect(session.stdout).toContain('todo.txt')
      expect(own.stderr).toContain('(AccessDenied)')
    })

    test('`--format json` is what a credential_process answers', async () => {
      const command = [...stile, ...assume, '--format', 'json'].map((word) => `"${word}"`).join(' ')
      const profile = `\n[profile team]\nregion = eu-west-1\ncredential_process = ${command}\n`
      await appendFile(demo.environment.AWS_CONFIG_FILE ?? '', profile)
      const who = await run(['aws', 'sts', 'get-caller-identity', '--profile', 'team'])
      expect(JSON.parse(who.stdout)).toMatchObject({
        Account: '222222222222',
        Arn: 'arn:aws:sts::222222222222:assumed-role/TeamRole/ana',
      })
    })

    test('`stile exec` runs the CLI with nothing but the session', async () => {
      const exec = ['exec', ...assume.slice(1), '--', 'aws', 'sts', 'get-caller-identity']
      const who = await run([...stile, ...exec], { AWS_PROFILE: 'trusted-admin' })
      expect(JSON.parse(who.stdout)).toMatchObject({ Account: '222222222222' })
    })
  },
)
