// A synthetic organization: accounts with about 100 roles each, in the mix of a large company. The same seed gives the
// same organization, account by account, so that several processes can each make it. Documents that accounts share are
// one object; all are read only when somebody asks what they say.
import { deferPolicy, parsePolicy } from '../dist/core/index.js'

const unitSize = 100

/**
 * `{ ids, estate }`: an `Estate` with `accounts` accounts. Account 0 is the management account, 2 holds security, and
 * the second account of every hundred is the hub whose pipelines deploy to that hundred.
 */
export function makeOrganization({ accounts, seed = 1 }) {
  const ids = Array.from({ length: accounts }, (_, i) => String(100_000_000_000 + i * 7_919))
  const shelf = makeShelf()
  const setting = { ids, shelf, templates: makeTemplates(ids, shelf) }
  const principals = []
  const organization = new Map()
  for (let i = 0; i < accounts; i += 1) {
    const account = makeAccount(setting, i, randomOf(seed * 1_000_003 + i))
    for (const each of account.principals) principals.push(each)
    if (i > 0) organization.set(ids[i], account.limits)
  }
  const resources = [bucketOf(ids, shelf)]
  return {
    ids,
    estate: { principals, resources, organization, accounts: new Set(ids), unread: [] },
  }
}

/** The questions that are asked of one resource: a role that hubs deploy with, and a bucket that two accounts read. */
export function questionsOf(ids) {
  const context = { 'aws:CurrentTime': '2026-05-01T00:00:00Z' }
  const last = ids[ids.length - 1]
  return {
    role: { action: 'sts:AssumeRole', resource: `arn:aws:iam::${last}:role/deploy-app`, context },
    bucket: { action: 's3:GetObject', resource: 'arn:aws:s3:::shared-artifacts/app.tgz', context },
    context,
  }
}

class Holder {
  constructor(accountId, resource, { identity = [], boundary = null, trust = null }) {
    this.accountId = accountId
    this.arn = `arn:aws:iam::${accountId}:${resource}`
    this.identity = identity
    this.boundary = boundary
    this.trust = trust
  }

  /** Made when it is needed: a million of them are most of the memory otherwise. */
  get principal() {
    const { accountId, arn } = this
    if (this.trust === null) return { kind: 'user', accountId, arn }
    const name = arn.slice(arn.lastIndexOf('/') + 1)
    return {
      kind: 'roleSession',
      accountId,
      arn: `arn:aws:sts::${accountId}:assumed-role/${name}/session`,
      roleArn: arn,
      roleArnIsDerived: false,
      sessionName: 'session',
    }
  }
}

/** Policies by type and name: made once. */
function makeShelf() {
  const all = new Map()
  const make = (type, label, statements) =>
    deferPolicy(label, () => {
      const parsed = parsePolicy({ Version: '2012-10-17', Statement: statements() }, type)
      if (!parsed.ok) throw new Error(`bug: ${label}: ${JSON.stringify(parsed.problems)}`)
      return parsed.policy
    })
  return {
    one: make,
    shared: (type, label, statements) => {
      const key = `${type} ${label}`
      if (!all.has(key))
        all.set(
          key,
          make(type, label, () => statements),
        )
      return all.get(key)
    },
  }
}

const allow = (Action, Resource = '*', more = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const deny = (Action, Resource, more = {}) => ({ ...allow(Action, Resource, more), Effect: 'Deny' })
const trusting = (Principal, more = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
})
const roleArn = (account, name) => `arn:aws:iam::${account}:role/${name}`
const orgId = { StringEquals: { 'aws:PrincipalOrgID': 'o-example0000' } }

const services = ['lambda', 'ec2', 'ecs-tasks', 'states', 'events', 'codebuild', 'glue', 'firehose']

/** What accounts share: managed policies, trust in services, SCPs and RCPs. */
function makeTemplates(ids, shelf) {
  const identity = (label, ...statements) => shelf.shared('identity', label, statements)
  const scp = (label, ...statements) => shelf.shared('scp', label, statements)
  const full = scp('FullAWSAccess', allow('*'))
  const units = [
    [[full], [full]],
    [
      [full],
      [full, scp('keep-trails', deny(['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail'], '*'))],
    ],
    [[full], [full, scp('sandbox', deny('sts:AssumeRole', roleArn('*', 'prod-*')))]],
    [[full], [full], [full, scp('regulated', deny(['s3:PutBucketAcl'], '*'))]],
  ]
  const rcp = shelf.shared('rcp', 'tls', [
    {
      ...deny(['s3:*', 'sts:*'], '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      Principal: '*',
    },
  ])
  const noRcp = []
  const limits = units.flatMap((levels) => [
    { scp: levels, rcp: noRcp },
    { scp: levels, rcp: [[rcp]] },
  ])
  return {
    limits,
    services: services.map((name) =>
      shelf.shared('trust', `${name} trust`, [trusting({ Service: `${name}.amazonaws.com` })]),
    ),
    admin: identity('AdministratorAccess', allow('*')),
    power: identity('PowerUserAccess', {
      Effect: 'Allow',
      NotAction: ['iam:*', 'organizations:*', 'account:*'],
      Resource: '*',
    }),
    readOnly: identity(
      'ReadOnlyAccess',
      allow(['s3:Get*', 's3:List*', 'ec2:Describe*', 'iam:Get*']),
    ),
    audit: identity(
      'SecurityAudit',
      allow(['iam:Get*', 'iam:List*', 'config:*', 'sts:GetCallerIdentity']),
    ),
    logs: identity(
      'AWSLambdaBasicExecutionRole',
      allow(['logs:CreateLogStream', 'logs:PutLogEvents']),
    ),
    storage: identity('AmazonS3ReadOnlyAccess', allow(['s3:Get*', 's3:List*'])),
    queue: identity('AmazonSQSFullAccess', allow('sqs:*')),
    assumeAny: identity('assume-anything', allow('sts:AssumeRole')),
    deployAny: identity('deploy-anywhere', allow('sts:AssumeRole', roleArn('*', 'deploy-*'))),
    auditAny: identity('audit-anywhere', allow('sts:AssumeRole', roleArn('*', 'security-audit'))),
    notProd: identity('never-production', deny('sts:AssumeRole', roleArn('*', 'prod-*'))),
    boundary: identity(
      'developer-boundary',
      allow('*'),
      deny('sts:AssumeRole', roleArn('*', 'OrganizationAccountAccessRole')),
    ),
    management: shelf.shared('trust', 'management trust', [
      trusting({ AWS: `arn:aws:iam::${ids[0]}:root` }),
    ]),
    security: shelf.shared('trust', 'audit trust', [
      trusting({ AWS: roleArn(ids[Math.min(2, ids.length - 1)], 'auditor') }),
    ]),
    everyone: shelf.shared('trust', 'organization trust', [trusting('*', { Condition: orgId })]),
    pipelines: shelf.shared('trust', 'pipelines trust', [
      trusting(
        { AWS: '*' },
        {
          Condition: { ...orgId, ArnLike: { 'aws:PrincipalArn': roleArn('*', 'pipeline-*') } },
        },
      ),
    ]),
  }
}

function makeAccount(setting, i, random) {
  const { ids, shelf, templates } = setting
  const site = { ...setting, i, id: ids[i], random, hub: ids[hubOf(i, ids.length)] }
  const principals = []
  const add = (resource, held) => principals.push(new Holder(site.id, resource, held))
  addPeople(site, add)
  addMachines(site, add)
  addDeployment(site, add)
  addPartners(site, add)
  if (i === hubOf(i, ids.length)) addHub(site, add)
  if (i === Math.min(2, ids.length - 1)) {
    const trust = shelf.one('trust', 'auditor trust', () => [trusting({ AWS: site.id })])
    add('role/auditor', { identity: [templates.auditAny], trust })
  }
  const place = Math.floor(random() * templates.limits.length)
  return { principals, limits: templates.limits[place] }
}

function hubOf(i, count) {
  return Math.min(Math.floor(i / unitSize) * unitSize + 1, count - 1)
}

/** Roles of IAM Identity Center, a few users, and roles that people of the account take. */
function addPeople({ id, random, shelf, templates }, add) {
  const provider = `arn:aws:iam::${id}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`
  const saml = shelf.one('trust', 'Identity Center trust', () => [
    {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    },
  ])
  const sets = [
    ['AdministratorAccess', templates.admin],
    ['PowerUserAccess', templates.power],
    ['ReadOnlyAccess', templates.readOnly],
    ['SecurityAudit', templates.audit],
    ['Developer', templates.storage],
  ]
  for (const [name, policy] of sets) {
    const path = 'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO'
    add(`${path}_${name}_${suffix(random)}`, { identity: [policy], trust: saml })
  }
  add('user/break-glass', { identity: [templates.assumeAny] })
  add('user/legacy-ci', { identity: [templates.deployAny, templates.notProd] })
  const own = shelf.one('trust', 'own account', () => [
    trusting({ AWS: `arn:aws:iam::${id}:root` }),
  ])
  const withMfa = shelf.one('trust', 'own account with MFA', () => [
    trusting({ AWS: id }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
  ])
  add('role/break-glass-admin', { identity: [templates.admin], trust: withMfa })
  const within = shelf.one('identity', 'assume-within', () => [
    allow('sts:AssumeRole', roleArn(id, '*')),
  ])
  const count = 8 + Math.floor(random() * 8)
  for (let n = 0; n < count; n += 1) {
    const identity = n % 4 === 0 ? [within] : [templates.storage]
    const boundary = n % 5 === 0 ? [templates.boundary] : null
    add(`role/team/operator-${n}-${suffix(random)}`, { identity, boundary, trust: own })
  }
}

/** What runs there: roles of services, some with a policy of their own, and roles they hand over to. */
function addMachines({ id, random, shelf, templates }, add) {
  for (let n = 0; n < 8; n += 1) {
    const service = services[n]
    add(`role/aws-service-role/${service}.amazonaws.com/AWSServiceRoleFor${service}`, {
      identity: [templates.logs],
      trust: templates.services[n],
    })
  }
  const common = [[templates.logs], [templates.logs, templates.storage], [templates.queue]]
  const count = 20 + Math.floor(random() * 50)
  for (let n = 0; n < count; n += 1) {
    const name = `app-${n}-${suffix(random)}`
    const trust = pick(random, templates.services)
    const boundary = random() < 0.15 ? [templates.boundary] : null
    const isOwn = random() < 0.2
    const own = shelf.one('identity', `${name} policy`, () => [
      allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::${name}/*`),
      allow('dynamodb:*', `arn:aws:dynamodb:eu-west-1:${id}:table/${name}`),
    ])
    add(`role/${name}`, { identity: isOwn ? [own] : pick(random, common), boundary, trust })
  }
  for (let n = 0; n < 4; n += 1) {
    const worker = `worker-${n}-${suffix(random)}`
    const caller = `scheduler-${n}-${suffix(random)}`
    const trust = shelf.one('trust', `${worker} trust`, () => [
      trusting({ AWS: [roleArn(id, caller)] }),
    ])
    add(`role/${caller}`, { identity: [templates.queue], trust: templates.services[3] })
    add(`role/${worker}`, { identity: [templates.storage], trust })
  }
}

/** How changes come in: the hub's pipelines, GitHub and GitLab. */
function addDeployment({ id, hub, random, shelf, templates }, add) {
  add('role/OrganizationAccountAccessRole', {
    identity: [templates.admin],
    trust: templates.management,
  })
  add('role/security-audit', { identity: [templates.audit], trust: templates.security })
  const deploying = [templates.power]
  const ofHub = (label, more) =>
    shelf.shared('trust', `${label} of ${hub}`, [
      trusting({ AWS: `arn:aws:iam::${hub}:root` }, more),
    ])
  add('role/deploy-app', { identity: deploying, trust: ofHub('hub trust', {}) })
  add('role/deploy-data', {
    identity: deploying,
    trust: ofHub('hub trust by name', {
      Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn(hub, 'pipeline-0') } },
    }),
  })
  add('role/prod-deploy', {
    identity: deploying,
    trust: ofHub('hub trust with external id', {
      Condition: { StringEquals: { 'sts:ExternalId': `hub-${hub}` } },
    }),
  })
  const providers = [
    ['token.actions.githubusercontent.com', 4, (name) => `repo:example/${name}:*`],
    ['gitlab.com', 2, (name) => `project_path:example/${name}:ref_type:branch:ref:main`],
  ]
  for (const [issuer, count, subject] of providers) {
    for (let n = 0; n < count; n += 1) {
      const name = `${issuer.split('.').at(-2)}-${n}-${suffix(random)}`
      const trust = shelf.one('trust', `${name} trust`, () => [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${id}:oidc-provider/${issuer}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
            StringLike: { [`${issuer}:sub`]: subject(name) },
          },
        },
      ])
      add(`role/${name}`, { identity: [templates.power], trust })
    }
  }
}

/** Vendors, other accounts of the organization, and roles for all of it. */
function addPartners({ i, id, ids, random, shelf, templates }, add) {
  const vendors = 1 + Math.floor(random() * 2)
  for (let n = 0; n < vendors; n += 1) {
    const externalId = suffix(random)
    const vendor = String(900_000_000_000 + Math.floor(random() * 40))
    const trust = shelf.one('trust', 'vendor trust', () => [
      trusting(
        { AWS: `arn:aws:iam::${vendor}:root` },
        {
          Condition: { StringEquals: { 'sts:ExternalId': externalId } },
        },
      ),
    ])
    add(`role/vendor-${n}-${externalId}`, { identity: [templates.readOnly], trust })
  }
  for (const [n, offset] of [1, 17, 400].entries()) {
    const to = ids[(i + offset) % ids.length]
    const from = ids[(((i - offset) % ids.length) + ids.length) % ids.length]
    const mayAssume = shelf.one('identity', `assume-peer-${n}`, () => [
      allow('sts:AssumeRole', roleArn(to, `peer-${n}-of-${id}`)),
    ])
    add(`role/peer-caller-${n}`, { identity: [mayAssume], trust: templates.services[1] })
    const trust = shelf.one('trust', `peer-${n} trust`, () => [
      trusting({ AWS: roleArn(from, `peer-caller-${n}`) }),
    ])
    add(`role/peer-${n}-of-${from}`, { identity: [templates.storage], trust })
  }
  if (random() < 0.05)
    add('role/shared-read', { identity: [templates.storage], trust: templates.everyone })
  if (random() < 0.01)
    add('role/shared-deploy', { identity: [templates.power], trust: templates.pipelines })
}

function addHub({ id, random, shelf, templates }, add) {
  for (let n = 0; n < 20; n += 1) {
    const identity = [n % 5 === 4 ? templates.assumeAny : templates.deployAny]
    add(`role/pipeline-${n}`, { identity, trust: templates.services[5] })
  }
  for (let n = 0; n < 3; n += 1) {
    const trust = shelf.one('trust', 'registry trust', () => [
      trusting('*', { Condition: orgId }),
      { ...trusting({ AWS: roleArn(id, 'pipeline-1') }), Effect: 'Deny' },
    ])
    add(`role/registry-${n}-${suffix(random)}`, { identity: [templates.storage], trust })
  }
}

function bucketOf(ids, shelf) {
  const readers = [ids[0], ids[Math.min(1, ids.length - 1)]]
  return {
    arn: 'arn:aws:s3:::shared-artifacts',
    accountId: ids[Math.min(1, ids.length - 1)],
    policy: shelf.one('resource', 'policy of shared-artifacts', () => [
      allow('s3:GetObject', 'arn:aws:s3:::shared-artifacts/*', { Principal: { AWS: readers } }),
    ]),
  }
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)]
}

function suffix(random) {
  return Math.floor(random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0')
}

/** Mulberry32: small, and the same everywhere. */
function randomOf(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
