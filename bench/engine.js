import {
  authorize,
  compileGlob,
  compilePolicy,
  emptyLayers,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
} from '../dist/core/index.js'
import { alternate, pairedRatio, rateOf, summarize } from './measure.js'

export const title = 'decisions of the policy engine, each from a request as plain data'

const base = 'JSON copy of the request'
const first = 'across accounts'
const curves = { small: [10, 100], full: [10, 100, 1_000, 10_000, 100_000] }

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
  const cases = [
    { name: base, sample: rateOf(() => JSON.parse(JSON.stringify(plainRequest))) },
    ...decisionCases(curves[settings.isSmall ? 'small' : 'full']).map(({ name, layers }) => ({
      name,
      sample: rateOf(decision(name, layers)),
    })),
    ...globCases().map(({ name, pattern, text }) => ({
      name,
      sample: rateOf(nonMatch(name, pattern, text)),
    })),
  ]
  const samples = await alternate(cases, settings)
  return cases.map(({ name }) => rowOf(name, samples))
}

const aims = {
  [first]: '400,000/s',
  '10 × 20 statements, all match the action': '0.5 × the case across accounts',
  '10 × 20 statements of other actions': '0.8 × the case across accounts',
  '13 stars on 1,000 characters': '10,000/s, less than 0.1 ms each',
}

function rowOf(name, samples) {
  const rates = samples.get(name)
  const ratio = { [base]: pairedRatio(rates, samples.get(base)) }
  if (name !== first && name !== base) ratio[first] = pairedRatio(rates, samples.get(first))
  const aim = aims[name] === undefined ? {} : { target: aims[name] }
  return { name, unit: '/s', ...summarize(rates), ratio, ...aim }
}

function decisionCases(lengths) {
  return [
    { name: first, layers: crossAccount([compiled('identity', [getObject])]) },
    { name: 'across accounts, three conditions', layers: conditioned() },
    { name: '10 × 20 statements, all match the action', layers: crossAccount(tenPolicies('same')) },
    { name: '10 × 20 statements of other actions', layers: crossAccount(tenPolicies('other')) },
    ...lengths.map((length) => ({
      name: `${length.toLocaleString('en')} statements of other actions`,
      layers: crossAccount([long(length, otherAction)]),
    })),
    ...lengths.map((length) => ({
      name: `${length.toLocaleString('en')} statements of other resources`,
      layers: crossAccount([long(length, otherResource)]),
    })),
  ]
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

function otherResource(i) {
  return { ...getObject, Resource: `arn:aws:s3:::build-cache-${i}/*` }
}

function compiled(type, statements) {
  const parsed = parsePolicy({ Version: '2012-10-17', Statement: statements }, type)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return compilePolicy(parsed.policy, type)
}

function decision(name, layers) {
  const decide = () =>
    authorize(
      {
        principal: parsePrincipal(plainRequest.principal),
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

/** Patterns that nearly match at every place, which is what blows a backtracking matcher up. */
function globCases() {
  return [
    {
      name: '13 stars on 1,000 characters',
      pattern: `${'*a'.repeat(11)}*c*b`,
      text: `${'a'.repeat(999)}b`,
    },
    {
      name: '13 stars, 10 characters between',
      pattern: `${'*aaaaaaaaab'.repeat(11)}*c*b`,
      text: `${'a'.repeat(82)}b`.repeat(12),
    },
  ]
}

function nonMatch(name, pattern, text) {
  const matches = compileGlob(pattern)
  if (matches(text)) throw new Error(`${name}: matches`)
  return () => matches(text)
}
