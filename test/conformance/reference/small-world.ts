// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are text here
import type { ReferencePrincipal, ReferenceValue } from './document.ts'

/** Two accounts, a dozen callers, a handful of things to call: small, so that policies hit requests. */
const here = '111111111111'
const there = '222222222222'
const oidc = `arn:aws:iam::${here}:oidc-provider/id.example.com`
const saml = `arn:aws:iam::${here}:saml-provider/idp`

export const principals: {
  readonly callers: readonly ReferencePrincipal[]
  /** Whom an identity provider vouches for. */
  readonly vouched: readonly ReferencePrincipal[]
  readonly named: readonly string[]
  readonly service: string
  readonly providers: readonly string[]
} = {
  callers: [
    { arn: `arn:aws:iam::${here}:root` },
    { arn: `arn:aws:iam::${there}:root` },
    { arn: `arn:aws:iam::${here}:user/ana`, uniqueId: 'AIDAANA1AAAAAAAAAAAA' },
    { arn: `arn:aws:iam::${here}:user/team/Ana`, uniqueId: 'AIDAANA2AAAAAAAAAAAA' },
    { arn: `arn:aws:iam::${there}:user/ana`, uniqueId: 'AIDAANA3AAAAAAAAAAAA' },
    ...['s1', 's2'].map((session) => ({
      arn: `arn:aws:sts::${here}:assumed-role/deploy/${session}`,
      roleArn: `arn:aws:iam::${here}:role/team/deploy`,
      uniqueId: 'AROADEPLOY1AAAAAAAAA',
    })),
    {
      arn: `arn:aws:sts::${there}:assumed-role/deploy/s1`,
      roleArn: `arn:aws:iam::${there}:role/deploy`,
      uniqueId: 'AROADEPLOY2AAAAAAAAA',
    },
    {
      arn: `arn:aws:sts::${here}:assumed-role/AWSServiceRoleForX/s1`,
      roleArn: `arn:aws:iam::${here}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
      uniqueId: 'AROALINKED1AAAAAAAAA',
    },
    {
      arn: `arn:aws:sts::${here}:federated-user/ana`,
      userArn: `arn:aws:iam::${here}:user/ana`,
    },
    { arn: `arn:aws:sts::${here}:federated-user/bob` },
    { type: 'Anonymous' },
    { type: 'Service', service: 'sns.amazonaws.com' },
    { type: 'Federated', arn: oidc },
    { arn: `arn:aws-cn:iam::${here}:user/ana`, uniqueId: 'AIDAANA4AAAAAAAAAAAA' },
  ],
  vouched: [
    { type: 'Federated', arn: oidc },
    { type: 'Federated', arn: saml },
  ],
  named: [
    `arn:aws:iam::${here}:root`,
    here,
    `arn:aws:iam::${there}:root`,
    there,
    `arn:aws:iam::${here}:user/ana`,
    `arn:aws:iam::${here}:user/team/Ana`,
    `arn:aws:iam::${there}:user/ana`,
    `arn:aws:iam::${here}:role/team/deploy`,
    `arn:aws:iam::${here}:role/deploy`,
    `arn:aws:iam::${there}:role/deploy`,
    `arn:aws:sts::${here}:assumed-role/deploy/s1`,
    `arn:aws:sts::${there}:assumed-role/deploy/s1`,
    `arn:aws:sts::${here}:federated-user/ana`,
    'AIDAANA1AAAAAAAAAAAA',
    'AROADEPLOY1AAAAAAAAA',
    'AROADEPLOY2AAAAAAAAA',
  ],
  service: 'sns.amazonaws.com',
  providers: [oidc, saml],
}

/** Who may hold a grant of a key. */
export const grantees: readonly string[] = [
  `arn:aws:iam::${here}:root`,
  `arn:aws:iam::${here}:user/ana`,
  `arn:aws:iam::${there}:user/ana`,
  `arn:aws:iam::${here}:role/team/deploy`,
  `arn:aws:iam::${there}:role/deploy`,
  `arn:aws:sts::${here}:assumed-role/deploy/s1`,
  `arn:aws:sts::${here}:federated-user/ana`,
  'sns.amazonaws.com',
]

export interface Call {
  readonly action: string
  readonly resource: string
  readonly account: string
  readonly hasPolicy: boolean
}

const object = 'arn:aws:s3:::logs/ana/a:b'
const queue = `arn:aws:sqs:eu-west-1:${here}:jobs`
const key = `arn:aws:kms:eu-west-1:${here}:key/1`
const role = `arn:aws:iam::${here}:role/team/deploy`

export const calls: readonly Call[] = [
  { action: 's3:GetObject', resource: object, account: here, hasPolicy: true },
  { action: 'S3:getobject', resource: object, account: there, hasPolicy: true },
  { action: 's3:ListBucket', resource: 'arn:aws:s3:::logs', account: here, hasPolicy: true },
  { action: 'sqs:SendMessage', resource: queue, account: here, hasPolicy: true },
  { action: 'ec2:DescribeVpcs', resource: '*', account: here, hasPolicy: false },
  { action: 'iam:GetRole', resource: role, account: here, hasPolicy: false },
  { action: 'kms:Decrypt', resource: key, account: here, hasPolicy: true },
  { action: 'kms:DescribeKey', resource: key, account: here, hasPolicy: true },
  { action: 'kms:CreateGrant', resource: key, account: here, hasPolicy: true },
  { action: 'kms:RetireGrant', resource: key, account: here, hasPolicy: true },
  { action: 'kms:CreateKey', resource: '*', account: here, hasPolicy: false },
  { action: 'sts:AssumeRole', resource: role, account: here, hasPolicy: true },
  { action: 'sts:TagSession', resource: role, account: here, hasPolicy: true },
  { action: 'sts:SetSourceIdentity', resource: role, account: here, hasPolicy: true },
  { action: 'sts:AssumeRoleWithSAML', resource: role, account: here, hasPolicy: true },
  { action: 'sts:GetCallerIdentity', resource: '*', account: here, hasPolicy: false },
  { action: 'sts:GetSessionToken', resource: '*', account: here, hasPolicy: false },
  { action: 'sts:GetFederationToken', resource: '*', account: here, hasPolicy: false },
  {
    action: 's3:DeleteBucketPolicy',
    resource: 'arn:aws:s3:::logs',
    account: here,
    hasPolicy: true,
  },
  { action: 'sts:AssumeRoleWithWebIdentity', resource: role, account: here, hasPolicy: true },
]

export const resources: readonly string[] = [
  object,
  'arn:aws:s3:::logs',
  'arn:aws:s3:::logs/*',
  'arn:aws:s3:::LOGS/*',
  'arn:aws:s3:::l?gs/*/?:b',
  'arn:aws:s3:*:*:*',
  'arn:aws:s3:::logs/${aws:username}/*',
  "arn:aws:s3:::logs/${AWS:UserName, 'ana'}/*",
  'arn:aws:s3:::logs/${aws:PrincipalTag/team}/*',
  'arn:aws:s3:::logs/ana/a${*}b',
  'arn:aws:sqs:*:*:jobs',
  `arn:aws:sqs:eu-west-?:${here}:*`,
  'arn:aws-cn:s3:*:*:*',
  'arn:*:s3:::logs*',
  `arn:aws:kms:*:${here}:key/*`,
  `arn:aws:iam::${here}:role/*`,
  'arn:aws:iam::*:role/team/deploy',
]

interface ConditionKey {
  readonly operators: readonly string[]
  readonly policies: readonly string[]
  readonly requests: readonly ReferenceValue[]
}

const texts = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'Null',
]
const arns = [
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'StringLike',
  'StringEquals',
  'Null',
]
const orders = [
  'Equals',
  'NotEquals',
  'LessThan',
  'LessThanEquals',
  'GreaterThan',
  'GreaterThanEquals',
]

/** Keys by name: what a policy may ask of them, and what a request may bring. */
export const conditionKeys: ReadonlyMap<string, ConditionKey> = new Map([
  [
    'aws:PrincipalTag/team',
    {
      operators: texts,
      policies: [
        'ana',
        'A*',
        '?na',
        '${aws:username}',
        '${aws:userid}',
        "${aws:x, 'ana'}",
        '',
        '${*}',
      ],
      requests: ['ana', 'ANA', 'bob', ''],
    },
  ],
  [
    'aws:TagKeys',
    {
      operators: texts,
      policies: ['a', 'b*', 'c', 'B'],
      requests: [['a'], ['a', 'b1'], ['c', 'B'], [], 'a'],
    },
  ],
  [
    'sts:ExternalId',
    { operators: texts, policies: ['x-1', 'x-*'], requests: ['x-1', 'x-2', 'X-1'] },
  ],
  [
    'aws:PrincipalArn',
    {
      operators: arns,
      policies: [
        `arn:aws:iam::${here}:user/ana`,
        `arn:aws:iam::${here}:role/team/deploy`,
        `arn:aws:sts::${here}:assumed-role/deploy/s1`,
        `arn:aws:iam::${there}:role/deploy`,
        'arn:aws:iam::*:role/*',
        `arn:aws:iam::${here}:*/\${aws:username}`,
      ],
      requests: [`arn:aws:iam::${here}:user/ana`],
    },
  ],
  [
    'aws:SourceArn',
    {
      operators: arns,
      policies: ['arn:aws:sns:*:*:t', `arn:aws:sns:eu-west-1:${here}:*`, 'arn:aws:sns:*:t'],
      requests: [`arn:aws:sns:eu-west-1:${here}:t`, `arn:aws:sns:eu:${there}:t:x`],
    },
  ],
  [
    'aws:SourceAccount',
    {
      operators: texts,
      policies: [here, there, '${aws:ResourceAccount}'],
      requests: [here, there],
    },
  ],
  [
    'aws:SourceOrgID',
    {
      operators: texts,
      policies: ['o-1', 'o-*', '${aws:PrincipalOrgID}'],
      requests: ['o-1', 'o-2'],
    },
  ],
  ['aws:PrincipalOrgID', { operators: texts, policies: ['o-1'], requests: ['o-1', 'o-2'] }],
  [
    'aws:PrincipalOrgPaths',
    {
      operators: texts,
      policies: ['o-1/r-1/ou-1/*', 'o-1/*'],
      requests: [['o-1/r-1/ou-1/ou-2/'], ['o-1/r-1/ou-2/'], ['o-2/r-2/']],
    },
  ],
  [
    'aws:TokenIssueTime',
    {
      operators: orders.map((order) => `Date${order}`),
      policies: ['2026-01-01T00:00:00Z'],
      requests: ['2025-12-31T00:00:00Z', '2026-01-02T00:00:00Z'],
    },
  ],
  [
    'aws:MultiFactorAuthPresent',
    { operators: ['Bool', 'Null'], policies: ['true', 'false'], requests: [true, 'true', false] },
  ],
  [
    'kms:ResourceAliases',
    {
      operators: ['StringEquals', 'StringLike'],
      policies: ['alias/aws/*', 'alias/own'],
      requests: [['alias/aws/s3'], ['alias/own', 'alias/aws/ebs'], ['alias/own']],
    },
  ],
  [
    'kms:EncryptionContext:team',
    { operators: texts, policies: ['ana', '${aws:username}'], requests: ['ana', 'Ana', 'bob'] },
  ],
  [
    'kms:EncryptionContextKeys',
    {
      operators: texts,
      policies: ['team', 'x'],
      requests: [['team'], ['Team'], ['team', 'x'], ['x'], []],
    },
  ],
  ['aws:PrincipalAccount', { operators: texts, policies: [here, there], requests: [here] }],
  [
    'aws:PrincipalType',
    { operators: texts, policies: ['User', 'AssumedRole', 'Account'], requests: ['User'] },
  ],
  ['aws:ResourceAccount', { operators: texts, policies: [here, there], requests: [there] }],
  [
    'aws:userid',
    {
      operators: texts,
      policies: ['AROADEPLOY1AAAAAAAAA:*', 'AIDAANA1AAAAAAAAAAAA', here],
      requests: ['x'],
    },
  ],
  [
    'aws:SecureTransport',
    { operators: ['Bool', 'Null'], policies: ['true', 'false'], requests: [true, false, 'true'] },
  ],
  [
    'aws:PrincipalIsAWSService',
    { operators: ['Bool'], policies: ['true', 'false'], requests: [false] },
  ],
  [
    'aws:SourceIp',
    {
      operators: ['IpAddress', 'NotIpAddress', 'Null'],
      policies: [
        '203.0.113.0/24',
        '203.0.113.9',
        '0.0.0.0/0',
        '2001:DB8::/32',
        '::/0',
        '2001:db8::1',
      ],
      requests: ['203.0.113.9', '198.51.100.1', '2001:db8::1', '2001:db9::'],
    },
  ],
  [
    'aws:CurrentTime',
    {
      operators: orders.map((order) => `Date${order}`),
      policies: [
        '2026-01-01T00:00:00Z',
        '2026-01-01',
        '1767225600',
        '2026-01-01T01:00:00+01:00',
        '2026',
      ],
      requests: [
        '2026-01-01T00:00:00Z',
        '2025-12-31T23:59:59.999Z',
        '2026-06-01T00:00:00Z',
        1767225601,
      ],
    },
  ],
  [
    's3:max-keys',
    {
      operators: orders.map((order) => `Numeric${order}`),
      policies: ['10', '9.5', '-1'],
      requests: [10, '10.0', 9, 11, -1],
    },
  ],
  [
    'x:binary',
    { operators: ['BinaryEquals'], policies: ['QQ==', 'Qg=='], requests: ['QQ==', 'Qw=='] },
  ],
])
