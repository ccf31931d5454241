import {
  authorize,
  compilePolicy,
  emptyLayers,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
} from '../dist/core/index.js'
import { bytesOf } from './allocation.js'
import { cedar, cedarDecision } from './cedar.js'
import { globCases, nonMatch } from './globs.js'
import { alternate, costOf, pairedRatio, rateOf, summarize } from './measure.js'

export const title = 'decisions of the policy engine, each from a request as plain data'

const base = 'JSON copy of the request'
const first = 'across accounts'
const lengths = {
  small: { few: [10, 100], far: [10, 100], compiled: [100, 1_000], glob: [1_000, 10_000] },
  full: {
    few: [10, 100, 1_000, 10_000, 100_000],
    far: [10, 1_000, 100_000],
    compiled: [1_000, 10_000, 100_000],
    glob: [1_000, 10_000, 100_000],
  },
}

const plainRequest = {
  principal: 'arn:aws:sts::111111111111:assumed-role/gitlab-runner/job-1',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::build-cache/app/1.tgz',
  resourceAccount: '222222222222',
  context: { 'aws:SourceIp': '203.0.113.9', 'aws:SecureTransport': true },
}

const getObject = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::build-cache/*',
}

const resource = compiled('resource', [
  { ...getObject, Principal: { AWS: 'arn:aws:iam::111111111111:role/gitlab-runner' } },
])

export async function run(settings) {
  const sizes = lengths[settings.isSmall ? 'small' : 'full']
  const copy = { name: base, sample: rateOf(() => JSON.parse(JSON.stringify(plainRequest))) }
  const [across, ...others] = decisionCases().map(decidedCase)
  const asked = { name: cedar, sample: rateOf(cedarDecision(plainRequest)) }
  const rows = await rowsOf([copy, across, ...others, asked], settings)
  // Made only now: documents of 100,000 statements make every collection of garbage dearer, also that of the cases above.
  const large = [
    ...curveCases(sizes).map(decidedCase),
    ...compileCases(sizes.compiled),
    ...globCases(sizes.glob).map(({ pattern, text, ...rest }) => ({
      ...rest,
      unit: 'µs',
      sample: scaled(costOf(nonMatch(rest.name, pattern, text)), 1000),
    })),
  ]
  const again = await rowsOf([copy, across, ...large], settings)
  return [...rows, ...again.slice(2)]
}

function decidedCase({ name, layers, caller }) {
  const decide = decision(name, layers, caller)
  return { name, sample: rateOf(decide), decide }
}

async function rowsOf(cases, settings) {
  const samples = await alternate(cases, settings)
  return cases.map((each) => rowOf(each, samples))
}

const aims = {
  [first]: `400,000/s, 30 × ${cedar}`,
  '10 × 20 statements, all match the action': '0.5 × the case across accounts',
  '10 × 20 statements of other actions': '0.8 × the case across accounts',
  '13 stars on 1,000 characters': 'less than 100 µs',
}

function rowOf({ name, unit = '/s', against, decide }, samples) {
  const numbers = samples.get(name)
  const to = (other) => ({ [other]: pairedRatio(numbers, samples.get(other)) })
  const ratio = {
    ...(unit === '/s' ? to(base) : {}),
    ...(unit === '/s' && name !== first && name !== base ? to(first) : {}),
    ...(name === first && samples.has(cedar) ? to(cedar) : {}),
    ...(against === undefined ? {} : to(against)),
  }
  return {
    name,
    unit,
    ...summarize(numbers),
    ratio,
    ...(decide === undefined ? {} : { also: { allocates: `${bytesOf(decide)} bytes` } }),
    ...(aims[name] === undefined ? {} : { target: aims[name] }),
  }
}

function scaled(sample, factor) {
  return (seconds) => sample(seconds) * factor
}

function decisionCases() {
  return [
    { name: first, layers: crossAccount([compiled('identity', [getObject])]) },
    {
      name: 'across accounts, each time another caller',
      layers: crossAccount([compiled('identity', [getObject])]),
      caller: otherSession(),
    },
    { name: 'across accounts, three conditions', layers: conditioned() },
    { name: '10 × 20 statements, all match the action', layers: crossAccount(tenPolicies('same')) },
    { name: '10 × 20 statements of other actions', layers: crossAccount(tenPolicies('other')) },
  ]
}

/** Statements that cannot match, from few to many. */
function curveCases({ few, far }) {
  const curve = (counts, what, layers) =>
    counts.map((count) => ({
      name: `${count.toLocaleString('en')} statements of ${what}`,
      layers: layers(count),
    }))
  const identity = (statement) => (count) => crossAccount([long(count, statement)])
  return [
    ...curve(few, 'other actions', identity(otherAction)),
    ...curve(few, 'other action patterns', identity(otherActionPattern)),
    ...curve(few, 'other resources', identity(otherResource)),
    ...curve(far, 'other objects', identity(otherObject)),
    ...curve(far, 'other variables', identity(otherVariable)),
    ...curve(far, 'other resources, any action', identity(otherOfAnyAction)),
    ...curve(far, 'other roles of the account', otherPrincipals),
    ...curve(far, 'resources that differ after a star', identity(otherAfterStar)),
  ]
}

/** Reading and compiling a document that is already JSON. */
function compileCases(counts) {
  const name = (count) => `parse and compile ${count.toLocaleString('en')} statements`
  const ten = '10 × 20 statements: parse and compile'
  const rows = counts.map((count, i) => ({
    name: name(count),
    ...(i === 0 ? {} : { against: name(counts[i - 1]) }),
    documents: [documentOf(Array.from({ length: count }, (_, j) => otherResource(j)))],
    count,
  }))
  const small = Array.from({ length: 10 }, () =>
    documentOf(Array.from({ length: 20 }, (_, j) => otherResource(j))),
  )
  return [{ name: ten, documents: small, count: 200 }, ...rows].map(
    ({ documents, count, ...row }) => ({
      ...row,
      unit: 'µs per statement',
      sample: scaled(
        costOf(() => documents.map((document) => compile('identity', document))),
        1000 / count,
      ),
    }),
  )
}

function crossAccount(identity) {
  return { ...emptyLayers, identity, resource }
}

function conditioned() {
  const Condition = {
    IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '203.0.113.0/24'] },
    Bool: { 'aws:SecureTransport': 'true' },
    ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/gitlab-*' },
  }
  return crossAccount([compiled('identity', [{ ...getObject, Condition }])])
}

/** Of 200 statements the very last grants; the others name the same action, or another one. */
function tenPolicies(kind) {
  return Array.from({ length: 10 }, (_, i) =>
    compiled(
      'identity',
      Array.from({ length: 20 }, (__, j) => {
        if (i === 9 && j === 19) return getObject
        return kind === 'same' ? otherResource(i * 20 + j) : otherAction(i * 20 + j)
      }),
    ),
  )
}

function long(length, statement) {
  const others = Array.from({ length }, (_, i) => statement(i))
  return compiled('identity', [...others, getObject])
}

function otherAction(i) {
  return { ...getObject, Action: `s3:GetObject${i}` }
}

function otherActionPattern(i) {
  return { ...getObject, Action: `s3:Get${i}*` }
}

function otherResource(i) {
  return { ...getObject, Resource: `arn:aws:s3:::build-cache-${i}/*` }
}

function otherObject(i) {
  return { ...getObject, Resource: `arn:aws:s3:::build-cache/app/${i}.tgz` }
}

function otherVariable(i) {
  return { ...getObject, Resource: `arn:aws:s3:::build-cache-${i}/\${aws:PrincipalAccount}/*` }
}

function otherOfAnyAction(i) {
  return { ...otherResource(i), Action: '*' }
}

function otherAfterStar(i) {
  return { ...getObject, Resource: `arn:aws:s3:::*-${i}/*` }
}

/** In the bucket policy; the identity-based policy stays as it is. */
function otherPrincipals(length) {
  const grant = (role) => ({
    ...getObject,
    Principal: { AWS: `arn:aws:iam::111111111111:role/${role}` },
  })
  const others = Array.from({ length }, (_, i) => grant(`gitlab-runner-${i}`))
  const identity = [compiled('identity', [getObject])]
  return {
    ...emptyLayers,
    identity,
    resource: compiled('resource', [...others, grant('gitlab-runner')]),
  }
}

function compiled(type, statements) {
  return compile(type, documentOf(statements))
}

function documentOf(Statement) {
  return { Version: '2012-10-17', Statement }
}

function compile(type, document) {
  const parsed = parsePolicy(document, type)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return compilePolicy(parsed.policy, type)
}

/** Callers that were not seen lately: a caller's ARN is read once as long as it keeps coming. */
function otherSession() {
  let job = 0
  return () => `arn:aws:sts::111111111111:assumed-role/gitlab-runner/job-${++job}`
}

function decision(name, layers, caller = () => plainRequest.principal) {
  const decide = () =>
    authorize(
      {
        principal: parsePrincipal(caller()),
        action: plainRequest.action,
        resource: plainRequest.resource,
        resourceAccount: parseAccountId(plainRequest.resourceAccount),
        context: plainRequest.context,
      },
      layers,
    )
  if (decide().kind !== 'allow') throw new Error(`${name}: ${JSON.stringify(decide())}`)
  return decide
}
