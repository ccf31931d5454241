import { CreateRoleCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runStile, withFiles } from '../support/run-stile.ts'
import { policyText, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts

beforeAll(async () => {
  world = await startTwoAccounts()
})

afterAll(async () => {
  await world.stop()
})

const accessFile = `name: live
accounts:
  home: { id: "111111111111", profile: home }
  other: { id: "222222222222", profile: other }
grants:
  enter:
    from: { account: home, principals: [user/ana] }
    to: { accounts: [other], role: Declared }
    allow: [{ actions: [s3:GetObject], resources: ["arn:aws:s3:::b/*"] }]
`

test('live accounts are asked as they are, not as the file wants them', async () => {
  const role = 'arn:aws:iam::222222222222:role/Entered'
  await world.newUser(world.home, 'ana')
  await world.iam(world.root(world.home)).send(
    new PutUserPolicyCommand({
      UserName: 'ana',
      PolicyName: 'enter',
      PolicyDocument: policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role }),
    }),
  )
  await world.iam(world.root(world.other)).send(
    new CreateRoleCommand({
      RoleName: 'Entered',
      AssumeRolePolicyDocument: policyText({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:user/ana' },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  const credentials = ['home', 'other'].map((name) => {
    const keys = world.root(name === 'home' ? world.home : world.other)
    return `[${name}]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`
  })
  await withFiles(
    { 'access.yaml': accessFile, credentials: credentials.join('\n') },
    async (cwd) => {
      const environment = {
        AWS_SHARED_CREDENTIALS_FILE: `${cwd}/credentials`,
        AWS_CONFIG_FILE: `${cwd}/config`,
      }
      const live = ['--live', '--endpoint-url', world.aws.url]
      const run = (...argv: readonly string[]) => runStile([...argv, ...live], { cwd, environment })
      const who = await run('who-can', 'sts:AssumeRole', role, '--ndjson')
      expect(who.stderr).not.toContain('bug:')
      expect(
        who.stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).who),
      ).toEqual(['arn:aws:iam::111111111111:user/ana'])
      const explained = await run('explain', 'home:user/ana', 'sts:AssumeRole', role)
      expect(explained.exitCode).toBe(0)
      const what = await run('what-can', 'home:user/ana')
      expect(what.stdout).toContain(`can become ${role}`)
    },
  )
})
