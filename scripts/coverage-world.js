// @ts-check
// A small account in the embedded AWS, and a call of everything: what scripts/generate-coverage.js asks operations with.
import { randomBytes } from 'node:crypto'

const accountId = '111111111111'
const arnOf = (/** @type {string} */ resource) => `arn:aws:iam::${accountId}:${resource}`
const tags = [{ Key: 'team', Value: 'red' }]
const policy = (/** @type {object} */ statement) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
const everything = policy({ Action: '*', Resource: '*' })
const trustInAll = policy({
  Principal: { AWS: '*', Federated: arnOf('oidc-provider/issuer.example.com') },
  Action: 'sts:*',
})
const grantToAll = policy({ Principal: '*', Action: 'ecr:*' })

/**
 * @typedef {object} World
 * @property {string} accountId
 * @property {(service: string, operation: string) => any} callOf
 * @property {Readonly<Record<string, unknown>>} samples something of every member: each operation takes what it knows
 * @property {() => void} stop
 */

/**
 * An account with one of most things, each tagged, and callers that may do everything.
 * @param {any} parts the modules of the embedded AWS
 * @param {(service: string, name: string) => any} findOperation
 * @returns {World}
 */
export function buildWorld(parts, findOperation) {
  const nowMs = Date.UTC(2026, 0, 1)
  const store = parts.createMemoryStore()
  const blobs = new parts.DiskBlobStore({ randomBytes })
  const tools = { clock: { nowMs: () => nowMs }, randomBytes, store, blobs }
  parts.addAccount(tools, { id: accountId })
  const rootUser = { kind: 'root', accountId, arn: arnOf('root') }
  const callBy =
    (/** @type {any} */ principal) =>
    (/** @type {string} */ service, operation = '') => ({
      ...tools,
      service,
      operation,
      caller: {
        kind: 'authenticated',
        principal,
        accountId,
        accessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
        userId: principal.uniqueId ?? accountId,
      },
      region: 'us-east-1',
      requestId: 'r',
      endpoint: 'http://127.0.0.1',
      nowMs,
      sourceIp: '127.0.0.1',
      headers: { 'user-agent': 'client' },
    })
  const asRoot = callBy(rootUser)
  const run = (
    /** @type {string} */ service,
    /** @type {string} */ name,
    /** @type {object} */ input,
  ) => {
    const operation = findOperation(service, name)
    if (operation === undefined) return undefined
    return store.transact(() => operation.run(input, asRoot(service, name)))
  }
  const { User } = run('iam', 'CreateUser', { UserName: 'ana', Tags: tags })
  for (const [service, name, input] of seeds) run(service, name, input)
  const ana = { kind: 'user', accountId, arn: User.Arn, uniqueId: User.UserId }
  const sharing = new Set(['organizations'])
  const callOf = (/** @type {string} */ service, /** @type {string} */ operation) =>
    (sharing.has(service) ? asRoot : callBy(ana))(service, operation)
  const samples = { ...plainSamples, ...samplesOfTree(run) }
  return { accountId, callOf, samples, stop: () => blobs.stop() }
}

/**
 * Ids that the organization gives out; none where it is not built.
 * @param {(service: string, name: string, input: object) => any} run
 */
function samplesOfTree(run) {
  const RootId = run('organizations', 'ListRoots', {})?.Roots[0].Id
  const input = { ParentId: RootId, Name: 'unit' }
  const unit = run('organizations', 'CreateOrganizationalUnit', input)?.OrganizationalUnit.Id
  const parents = { ParentId: RootId, SourceParentId: RootId, DestinationParentId: unit }
  return { RootId, OrganizationalUnitId: unit, ChildId: unit, ChildType: 'ACCOUNT', ...parents }
}

/** @type {[service: string, operation: string, input: object][]} */
const seeds = [
  ['iam', 'CreatePolicy', { PolicyName: 'own', PolicyDocument: everything, Tags: tags }],
  ['iam', 'AttachUserPolicy', { UserName: 'ana', PolicyArn: arnOf('policy/own') }],
  [
    'iam',
    'PutUserPermissionsBoundary',
    { UserName: 'ana', PermissionsBoundary: arnOf('policy/own') },
  ],
  [
    'iam',
    'CreateRole',
    {
      RoleName: 'deploy',
      AssumeRolePolicyDocument: trustInAll,
      PermissionsBoundary: arnOf('policy/own'),
      Tags: tags,
    },
  ],
  ['iam', 'CreateGroup', { GroupName: 'team' }],
  ['iam', 'CreateInstanceProfile', { InstanceProfileName: 'profile', Tags: tags }],
  ['iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone', Tags: tags }],
  ['iam', 'CreateOpenIDConnectProvider', { Url: 'https://issuer.example.com', Tags: tags }],
  ['s3', 'CreateBucket', { Bucket: 'bucket', CreateBucketConfiguration: { Tags: tags } }],
  ['s3', 'PutObject', { Bucket: 'bucket', Key: 'key', Tagging: 'a=b' }],
  ['ecr', 'CreateRepository', { repositoryName: 'app', tags }],
  ['ecr', 'SetRepositoryPolicy', { repositoryName: 'app', policyText: grantToAll }],
  ['organizations', 'CreateOrganization', { FeatureSet: 'ALL' }],
]

const plainSamples = {
  RoleArn: arnOf('role/deploy'),
  RoleSessionName: 'session',
  SourceIdentity: 'ana',
  ExternalId: 'external',
  DurationSeconds: 900,
  Policy: everything,
  PolicyArns: [{ arn: arnOf('policy/own') }],
  TransitiveTagKeys: ['team'],
  Tags: tags,
  TagKeys: ['team'],
  AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  UserName: 'ana',
  RoleName: 'deploy',
  GroupName: 'team',
  PolicyName: 'own',
  PolicyArn: arnOf('policy/own'),
  PolicySourceArn: arnOf('user/ana'),
  Arn: arnOf('user/ana'),
  AWSServiceName: 'batch.amazonaws.com',
  InstanceProfileName: 'profile',
  PermissionsBoundary: arnOf('policy/own'),
  DeletionTaskId: 'task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/id',
  Url: 'https://issuer.example.com',
  OpenIDConnectProviderArn: arnOf('oidc-provider/issuer.example.com'),
  SAMLProviderArn: arnOf('saml-provider/directory'),
  Name: 'directory',
  SerialNumber: arnOf('mfa/phone'),
  VirtualMFADeviceName: 'phone',
  Bucket: 'bucket',
  Key: 'key',
  CopySource: 'bucket/key',
  Tagging: 'a=b',
  ACL: 'private',
  GrantRead: 'uri=http://acs.amazonaws.com/groups/global/AllUsers',
  VersionId: 'null',
  Prefix: 'a/',
  Delimiter: '/',
  MaxKeys: 5,
  StorageClass: 'STANDARD',
  ServerSideEncryption: 'AES256',
  ObjectOwnership: 'ObjectWriter',
  Delete: { Objects: [{ Key: 'key' }, { Key: 'key', VersionId: 'null' }] },
  CreateBucketConfiguration: { LocationConstraint: 'eu-west-1', Tags: tags },
  repositoryName: 'app',
  resourceArn: `arn:aws:ecr:us-east-1:${accountId}:repository/app`,
  tags,
  tagKeys: ['team'],
  ServicePrincipal: 'config.amazonaws.com',
  PolicyType: 'SERVICE_CONTROL_POLICY',
  Type: 'SERVICE_CONTROL_POLICY',
  Filter: 'SERVICE_CONTROL_POLICY',
  PolicyId: 'p-FullAWSAccess',
  AccountId: accountId,
  TargetId: accountId,
  ResourceId: accountId,
  Target: { Id: '222222222222', Type: 'ACCOUNT' },
}

/** Members that an operation reads in a form of its own. @type {Readonly<Record<string, object>>} */
export const particular = {
  AssumeRoot: {
    TargetPrincipal: accountId,
    TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
  },
  AssumeRoleWithSAML: {
    verified: {
      provider: { accountId, arn: arnOf('saml-provider/directory'), name: 'directory' },
      issuer: 'issuer',
      subject: 'subject',
      subjectType: 'persistent',
      recipient: 'https://signin.aws.amazon.com/saml',
      attributes: new Map(
        [
          ['RoleSessionName', 'session'],
          ['SourceIdentity', 'ana'],
          ['PrincipalTag:team', 'red'],
          ['TransitiveTagKeys', 'team'],
        ].map(([name, value]) => [`https://aws.amazon.com/SAML/Attributes/${name}`, [value]]),
      ),
    },
  },
  AssumeRoleWithWebIdentity: {
    verified: {
      provider: {
        accountId,
        arn: arnOf('oidc-provider/issuer.example.com'),
        url: 'issuer.example.com',
      },
      subject: 'sub',
      clientId: 'aud',
      claims: {
        amr: ['amr'],
        aud: 'aud',
        email: 'ana@example.com',
        'https://aws.amazon.com/tags': {
          principal_tags: { team: ['red'] },
          transitive_tag_keys: ['team'],
        },
        'https://aws.amazon.com/source_identity': 'ana',
      },
    },
  },
  GetWebIdentityToken: {
    Audience: ['https://api.example.com'],
    SigningAlgorithm: 'ES384',
    Tags: tags,
  },
  PutObjectTagging: { Tagging: { TagSet: tags } },
  PutBucketTagging: { Tagging: { TagSet: tags } },
}
