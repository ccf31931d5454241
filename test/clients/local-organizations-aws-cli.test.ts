import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseRefusals } from '../../src/cli/explain-denied.ts'
import { type LocalAws, startLocalAws } from '../../src/local/index.ts'
import type { ClientHome } from '../support/aws-cli.ts'
import { createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import type { Keys } from '../support/aws-under-test.ts'

const reason = whyNoAwsCli()
const management = '111111111111'

let local: LocalAws
let home: ClientHome
beforeAll(async () => {
  local = await startLocalAws({ seed: { accounts: [{ id: management }] } })
  home = await createClientHome()
})
afterAll(async () => {
  await local.stop()
  await home.remove()
})

async function aws(keys: Keys, ...argv: readonly string[]) {
  const environment = {
    AWS_ENDPOINT_URL: local.url,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  }
  return home.run(['aws', ...argv, '--output', 'text'], { environment })
}

test.skipIf(reason !== undefined)(
  withReason('the AWS CLI builds an organization, and explains what it refuses', reason),
  async () => {
    const admin = local.rootCredentials(management)
    const organizations = async (...argv: readonly string[]) => {
      const { stdout, stderr } = await aws(admin, 'organizations', ...argv)
      expect(stderr).toBe('')
      return stdout.trim()
    }
    expect(await organizations('create-organization', '--query', 'Organization.Id')).toMatch(/^o-/)
    const root = await organizations('list-roots', '--query', 'Roots[0].Id')
    const type = ['--policy-type', 'SERVICE_CONTROL_POLICY']
    await organizations('enable-policy-type', '--root-id', root, ...type)
    const account = ['--email', 'shop@example.org', '--account-name', 'shop']
    const query = ['--query', 'CreateAccountStatus.Id']
    const request = await organizations('create-account', ...account, ...query)
    const status = ['describe-create-account-status', '--create-account-request-id', request]
    const id = await organizations(...status, '--query', 'CreateAccountStatus.AccountId')
    const document =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}]}'
    const made = ['--name', 'no-users', '--description', 'none', '--type', 'SERVICE_CONTROL_POLICY']
    const policy = await organizations(
      ...['create-policy', ...made, '--content', document, '--query', 'Policy.PolicySummary.Id'],
    )
    await organizations('attach-policy', '--policy-id', policy, '--target-id', id)
    const shop = local.rootCredentials(id)
    const refused = await aws(shop, 'iam', 'create-user', '--user-name', 'x')
    expect(refused.stderr).toContain('with an explicit deny in a service control policy')
    const attribute = 'AttributeKey=EventName,AttributeValue=CreateUser'
    const event = await aws(
      shop,
      ...['cloudtrail', 'lookup-events', '--lookup-attributes', attribute],
      ...['--query', 'Events[0].CloudTrailEvent'],
    )
    expect(parseRefusals(event.stdout)).toMatchObject([
      {
        principal: `arn:aws:iam::${id}:root`,
        action: 'iam:CreateUser',
        stated: { kind: 'explicitDeny', policy: 'service control policy' },
      },
    ])
  },
  60_000,
)
