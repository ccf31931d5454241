import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { CreatePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  CreatePolicyCommand as CreateControlPolicyCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { GetFederationTokenCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
beforeAll(async () => {
  world = await startTwoAccounts()
})
afterAll(() => world.stop())

const options = () => ({
  endpoint: world.aws.url,
  region: 'us-east-1',
  credentials: world.root(world.home),
  maxAttempts: 1,
})

/** A deny that a second `Effect` turns into an allow for whoever takes the last. */
function saidTwice(rest: string): string {
  return `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow",${rest}}]}`
}

const Bucket = 'said-twice'
const repositoryName = 'said/twice'
const identity = saidTwice('"Action":"s3:GetObject","Resource":"*"')
const trust = saidTwice('"Principal":"*","Action":"sts:AssumeRole"')
const ofBucket = saidTwice(
  `"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::${Bucket}/*"`,
)
const ofRepository = saidTwice('"Principal":"*","Action":"ecr:BatchGetImage"')

type Put = (policy: string) => Promise<unknown>

const kinds: Readonly<Record<string, readonly [text: string, put: Put]>> = {
  identity: [
    identity,
    (PolicyDocument) => iam().send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument })),
  ],
  trust: [
    trust,
    (AssumeRolePolicyDocument) =>
      iam().send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument })),
  ],
  session: [
    identity,
    (Policy) =>
      world
        .sts(world.root(world.home))
        .send(new GetFederationTokenCommand({ Name: 'mallory', Policy })),
  ],
  bucket: [
    ofBucket,
    async (Policy) => {
      const s3 = new S3Client({ ...options(), forcePathStyle: true })
      await s3.send(new CreateBucketCommand({ Bucket }))
      return await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    },
  ],
  repository: [
    ofRepository,
    async (policyText) => {
      const ecr = new ECRClient(options())
      await ecr.send(new CreateRepositoryCommand({ repositoryName }))
      return await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
    },
  ],
  control: [
    identity,
    async (Content) => {
      const organizations = new OrganizationsClient(options())
      await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
      const input = { Name: 'c', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content } as const
      return await organizations.send(new CreateControlPolicyCommand(input))
    },
  ],
}

const iam = () => world.iam(world.root(world.home))

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
test.each(Object.entries(kinds))('a %s policy that says a key twice is none', async (_, kind) => {
  const [text, put] = kind
  expect(JSON.parse(text)).toMatchObject({ Statement: [{ Effect: 'Allow' }] })
  await expect(put(text)).rejects.toMatchObject({
    name: expect.stringMatching(/^(Malformed|InvalidParameter)/),
  })
})
