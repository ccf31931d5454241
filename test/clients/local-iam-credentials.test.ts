import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  EnableOrganizationsRootSessionsCommand,
  GenerateCredentialReportCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetCredentialReportCommand,
  GetServiceLastAccessedDetailsCommand,
  GetSSHPublicKeyCommand,
  type IAMClient,
  ListOrganizationsFeaturesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  ResetServiceSpecificCredentialCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateOrganizationCommand,
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, refused } from '../support/refused.ts'
import type { TwoAccounts } from '../support/two-accounts.ts'
import { policyText, startTwoAccounts } from '../support/two-accounts.ts'

let world: TwoAccounts
let iam: IAMClient
beforeAll(async () => {
  world = await startTwoAccounts()
  iam = world.iam(world.root(world.home))
})
afterAll(() => world.stop())

const home = '111111111111'

describe('the credential report', () => {
  const read = async (): Promise<readonly Readonly<Record<string, string>>[]> => {
    const { Content, ReportFormat } = await iam.send(new GetCredentialReportCommand({}))
    expect(ReportFormat).toBe('text/csv')
    const [head = '', ...lines] = Buffer.from(Content ?? [])
      .toString()
      .split('\n')
    const names = head.split(',')
    return lines.map((line) =>
      Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])),
    )
  }

  test('tells of the root user and of every user', async () => {
    expect(await refused(iam.send(new GetCredentialReportCommand({})))).toEqual(
      refusal('ReportNotPresent', 410, 'No report exists'),
    )
    const keys = await world.newUser(home, 'reported')
    await iam.send(
      new CreateLoginProfileCommand({ UserName: 'reported', Password: 'Correct-horse-1' }),
    )
    const allowed = policyText({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' })
    const policy = { UserName: 'reported', PolicyName: 'own', PolicyDocument: allowed }
    await iam.send(new PutUserPolicyCommand(policy))
    await world.iam(keys).send(new ListUsersCommand({}))
    const started = await iam.send(new GenerateCredentialReportCommand({}))
    expect(started.State).toBe('STARTED')
    expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe('COMPLETE')
    const [root, user] = await read()
    expect(root).toMatchObject({ user: '<root_account>', password_enabled: 'not_supported' })
    expect(user).toMatchObject({
      user: 'reported',
      password_enabled: 'true',
      mfa_active: 'false',
      access_key_1_active: 'true',
      access_key_1_last_used_region: 'eu-west-1',
      access_key_1_last_used_service: 'iam',
      access_key_2_active: 'false',
      cert_2_last_rotated: 'N/A',
    })
    expect(user?.access_key_1_last_rotated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/)
  })

  test('is good for four hours', async () => {
    world.passSeconds(4 * 3600 + 1)
    iam = world.iam(world.root(home))
    expect(await refused(iam.send(new GetCredentialReportCommand({})))).toEqual(
      refusal('ReportExpired', 410, 'Report is expired'),
    )
    expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe('STARTED')
  })
})

describe('last accessed services', () => {
  const report = async (Arn: string, Granularity?: 'ACTION_LEVEL') => {
    const { JobId } = await iam.send(
      new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }),
    )
    return iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 1000 }))
  }

  test('are those that policies allow, with what was called', async () => {
    const UserName = 'worker'
    const keys = await world.newUser(home, UserName)
    const arn = `arn:aws:iam::${home}:user/worker`
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
    const allowed = policyText({ Effect: 'Allow', Action: ['s3:Get*', 'sqs:*'], Resource: '*' })
    const policy = { UserName, PolicyName: 'own', PolicyDocument: allowed }
    await iam.send(new PutUserPolicyCommand(policy))
    await world.iam(keys).send(new ListUsersCommand({}))
    const { ServicesLastAccessed, JobStatus } = await report(arn)
    expect(JobStatus).toBe('COMPLETED')
    expect(ServicesLastAccessed?.map((one) => one.ServiceNamespace)).toEqual(['iam', 's3', 'sqs'])
    expect(ServicesLastAccessed?.[0]).toMatchObject({
      ServiceName: 'AWS Identity and Access Management (IAM)',
      LastAuthenticatedEntity: arn,
      TotalAuthenticatedEntities: 1,
    })
    expect(ServicesLastAccessed?.[1]).toMatchObject({ TotalAuthenticatedEntities: 0 })
    const deep = await report(PolicyArn, 'ACTION_LEVEL')
    expect(deep.ServicesLastAccessed?.[0]?.TrackedActionsLastAccessed).toMatchObject([
      { ActionName: 'ListUsers', LastAccessedEntity: arn },
    ])
  })

  test('a job of another account is not there', async () => {
    const Arn = `arn:aws:iam::${home}:user/worker`
    const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }))
    const theirs = world.iam(world.root(world.other))
    expect(
      await refused(theirs.send(new GetServiceLastAccessedDetailsCommand({ JobId }))),
    ).toMatchObject({ Error: { Code: 'NoSuchEntity' } })
  })
})

describe('service-specific credentials', () => {
  const UserName = 'coder'
  const create = (ServiceName: string) =>
    iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }))

  test('live as they did at AWS', async () => {
    await iam.send(new CreateUserCommand({ UserName }))
    const { ServiceSpecificCredential: made } = await create('codecommit.amazonaws.com')
    expect(made).toMatchObject({ ServiceUserName: `coder-at-${home}`, Status: 'Active' })
    const own = { UserName, ServiceSpecificCredentialId: made?.ServiceSpecificCredentialId }
    await iam.send(new UpdateServiceSpecificCredentialCommand({ ...own, Status: 'Inactive' }))
    const reset = await iam.send(new ResetServiceSpecificCredentialCommand(own))
    expect(reset.ServiceSpecificCredential?.Status).toBe('Inactive')
    expect(reset.ServiceSpecificCredential?.ServicePassword).not.toBe(made?.ServicePassword)
    const listed = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName }))
    expect(listed.ServiceSpecificCredentials).toHaveLength(1)
    expect(JSON.stringify(listed)).not.toContain('ServicePassword')
    expect(await refused(iam.send(new DeleteUserCommand({ UserName })))).toMatchObject({
      Error: { Code: 'DeleteConflict' },
    })
    await iam.send(new DeleteServiceSpecificCredentialCommand(own))
  })

  test.each(['o3on3n3onosneo', 'lambda.amazonaws.com'])('%s has none', async (service) => {
    const message = `No such service ${service} is supported for Service Specific Credentials`
    expect(await refused(create(service))).toEqual(refusal('NoSuchEntity', 404, message))
  })
})

describe('keys and certificates of users', () => {
  const UserName = 'signer'
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

  test('SSH public keys', async () => {
    await iam.send(new CreateUserCommand({ UserName }))
    const upload = (SSHPublicKeyBody: string) =>
      iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }))
    const { SSHPublicKey: key } = await upload(pem)
    expect(key?.Fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/)
    const own = { UserName, SSHPublicKeyId: key?.SSHPublicKeyId }
    expect(await refused(upload(pem))).toMatchObject({ Error: { Code: 'DuplicateSSHPublicKey' } })
    expect(await refused(upload('nonsense'))).toMatchObject({
      Error: { Code: 'UnrecognizedPublicKeyEncoding' },
    })
    expect(await refused(upload('ssh-rsa AAAA'))).toMatchObject({
      Error: { Code: 'InvalidPublicKey' },
    })
    await iam.send(new UpdateSSHPublicKeyCommand({ ...own, Status: 'Inactive' }))
    const { SSHPublicKeys } = await iam.send(new ListSSHPublicKeysCommand({ UserName }))
    expect(SSHPublicKeys).toMatchObject([{ ...own, Status: 'Inactive' }])
    const told = await iam.send(new GetSSHPublicKeyCommand({ ...own, Encoding: 'PEM' }))
    expect(told.SSHPublicKey?.SSHPublicKeyBody?.trim()).toBe(pem.trim())
    const ssh = await iam.send(new GetSSHPublicKeyCommand({ ...own, Encoding: 'SSH' }))
    const body = ssh.SSHPublicKey?.SSHPublicKeyBody ?? ''
    expect(body).toMatch(/^ssh-rsa [A-Za-z0-9+/=]+$/)
    expect(await refused(upload(body))).toMatchObject({ Error: { Code: 'DuplicateSSHPublicKey' } })
    await iam.send(new DeleteSSHPublicKeyCommand(own))
    const after = await iam.send(new ListSSHPublicKeysCommand({ UserName }))
    expect(after.SSHPublicKeys).toEqual([])
  })

  test('signing certificates', async () => {
    const upload = (CertificateBody: string) =>
      iam.send(new UploadSigningCertificateCommand({ UserName: 'reported', CertificateBody }))
    expect(await refused(upload('no certificate'))).toMatchObject({
      Error: { Code: 'MalformedCertificate' },
    })
    const { Certificate } = await upload(newCertificate())
    expect(Certificate?.CertificateId).toMatch(/^[A-Z2-7]{24,}$/)
    const listed = await iam.send(new ListSigningCertificatesCommand({ UserName: 'reported' }))
    expect(listed.Certificates).toMatchObject([{ Status: 'Active' }])
  })
})

function newCertificate(): string {
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null']
  const subject = ['-subj', '/CN=signer', '-days', '30']
  return execFileSync('openssl', [...args, ...subject], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString()
}

describe('root access from one place', () => {
  const list = () => iam.send(new ListOrganizationsFeaturesCommand({}))

  test('needs an organization that trusts IAM', async () => {
    expect(await refused(list())).toMatchObject({
      Error: { Code: 'OrganizationNotFoundException' },
    })
    const organizations = new OrganizationsClient({
      endpoint: world.aws.url,
      region: 'us-east-1',
      credentials: world.root(home),
      maxAttempts: 1,
      systemClockOffset: world.nowMs() - Date.now(),
    })
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
    expect(await refused(list())).toMatchObject({
      Error: { Code: 'ServiceAccessNotEnabledException' },
    })
    const ServicePrincipal = 'iam.amazonaws.com'
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
    expect((await list()).EnabledFeatures).toEqual([])
    await iam.send(new EnableOrganizationsRootSessionsCommand({}))
    expect((await list()).EnabledFeatures).toEqual(['RootSessions'])
  })
})
