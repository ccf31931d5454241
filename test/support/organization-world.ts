import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations'
import { S3Client } from '@aws-sdk/client-s3'
import { STSClient } from '@aws-sdk/client-sts'
import type { LocalAws } from '../../src/local/index.ts'
import { startLocalAws } from '../../src/local/index.ts'
import type { Keys } from './aws-under-test.ts'

/** An embedded AWS with an organization of one account, and one account outside it. */
export interface OrganizationWorld {
  readonly aws: LocalAws
  readonly management: string
  readonly outside: string
  readonly rootId: string
  readonly organizations: (keys: Keys) => OrganizationsClient
  readonly iam: (keys: Keys) => IAMClient
  readonly sts: (keys: Keys) => STSClient
  readonly s3: (keys: Keys) => S3Client
  readonly root: (accountId: string) => Keys
  /** The client of the management account's root user. */
  readonly admin: OrganizationsClient
  /** Creates a member account under the root and answers its id. */
  readonly newAccount: (name: string) => Promise<string>
  readonly enable: (type: PolicyType) => Promise<void>
  readonly passDays: (days: number) => void
  readonly stop: () => Promise<void>
}

export async function startOrganization(): Promise<OrganizationWorld> {
  let offsetMs = 0
  const management = '111111111111'
  const outside = '999999999999'
  const aws = await startLocalAws({
    clock: { nowMs: () => Date.now() + offsetMs },
    seed: { accounts: [{ id: management, name: 'management' }, { id: outside }] },
  })
  const settings = (credentials: Keys) => ({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    systemClockOffset: offsetMs,
  })
  const organizations = (keys: Keys) => new OrganizationsClient(settings(keys))
  const root = (accountId: string) => aws.rootCredentials(accountId)
  const admin = organizations(root(management))
  await admin.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const { Roots } = await admin.send(new ListRootsCommand({}))
  const rootId = Roots?.[0]?.Id ?? ''
  return {
    aws,
    management,
    outside,
    rootId,
    organizations,
    iam: (keys) => new IAMClient(settings(keys)),
    sts: (keys) => new STSClient(settings(keys)),
    s3: (keys) => new S3Client({ ...settings(keys), forcePathStyle: true }),
    root,
    admin,
    async newAccount(name) {
      const input = { AccountName: name, Email: `${name}@accounts.example.org` }
      const { CreateAccountStatus } = await admin.send(new CreateAccountCommand(input))
      const CreateAccountRequestId = CreateAccountStatus?.Id
      const command = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId })
      const { CreateAccountStatus: status } = await admin.send(command)
      return status?.AccountId ?? ''
    },
    async enable(PolicyType) {
      await admin.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType }))
    },
    passDays(days) {
      offsetMs += days * 86_400_000
    },
    stop: aws.stop,
  }
}
