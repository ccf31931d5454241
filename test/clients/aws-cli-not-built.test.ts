import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientHome, createClientHome, whyNoAwsCli, withReason } from '../support/aws-cli.ts'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

const reason = whyNoAwsCli()

let world: TwoAccounts
let home: ClientHome

beforeAll(async () => {
  world = await startTwoAccounts()
  home = await createClientHome()
})
afterAll(() => Promise.all([world.stop(), home.remove()]))

/** Of every protocol one: what is not built has to be readable to all of them. */
const calls = {
  'ec2 describe-instances': 'the service `ec2` is not built',
  'sns list-topics': 'the service `sns` is not built',
  'dynamodb list-tables': 'the service `dynamodb` is not built',
  'lambda list-functions': 'the service `lambda` is not built',
  'route53 list-hosted-zones': 'the service `route53` is not built',
  'cloudtrail describe-trails': 'cloudtrail:DescribeTrails is not built',
  'iam list-server-certificates': 'iam:ListServerCertificates is not built',
  's3api get-bucket-inventory-configuration --bucket b --id i':
    's3:GetBucketInventoryConfiguration is not built',
} as const

test.skipIf(reason !== undefined).each(Object.entries(calls))(
  withReason('`aws %s` says that it is not built', reason),
  async (line, message) => {
    const { accessKeyId, secretAccessKey } = world.root(world.home)
    const environment = {
      AWS_ENDPOINT_URL: world.aws.url,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }
    const { exitCode, stderr } = await home.run(['aws', ...line.split(' ')], { environment })
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('(NotImplemented)')
    expect(stderr).toContain(`: ${message}`)
  },
)
