import type {
  ConditionJson,
  Document,
  GrantJson,
  PrincipalJson,
  ReferencePrincipal,
  ReferenceScenario,
  ReferenceValue,
  StatementJson,
} from './document.ts'
import { newRandom, type Random } from './random.ts'
import { type Call, calls, conditionKeys, grantees, principals, resources } from './small-world.ts'

/**
 * Scenarios without end of a world so small that its policies often speak of its requests, as `seed` has them.
 * What the pages forbid (a policy that no service would store) is left out. Documents are drawn from pools that change
 * now and then, so that whoever decides many scenarios can keep what it has made of a document.
 */
export function* randomScenarios(seed: number): Generator<ReferenceScenario, never> {
  const random = newRandom(seed)
  while (true) {
    const pools = newPools(random)
    for (let i = 0; i < scenariosPerPool; i++) yield newScenario(random, pools)
  }
}

const scenariosPerPool = 5_000

interface Pools {
  readonly nameless: readonly Document[]
  readonly naming: readonly Document[]
  readonly trust: readonly Document[]
  readonly rcp: readonly Document[]
}

function newPools(random: Random): Pools {
  return {
    nameless: random.list(() => namelessDocument(random), 200, 200),
    naming: random.list(() => namingDocument(random), 200, 200),
    trust: random.list(() => trustDocument(random), 80, 80),
    rcp: random.list(() => rcpDocument(random), 60, 60),
  }
}

function newScenario(random: Random, pools: Pools): ReferenceScenario {
  const call = random.pick(random.chance(0.6) ? calls.slice(0, commonCalls) : calls)
  const isTrust = call.resource.includes(':role/') && call.hasPolicy
  const principal = callerOf(random, isTrust)
  const own = accountOf(principal)
  const resourceAccount = call.resource === '*' ? own : call.account
  const isKey = call.resource.includes(':key/')
  return {
    request: {
      principal,
      action: call.action,
      resource: call.resource,
      resourceAccount,
      context: contextOf(random, call, own),
    },
    policies: {
      ...policiesOf(random, pools, principal),
      resource:
        call.hasPolicy && random.chance(0.95)
          ? random.pick(isTrust ? pools.trust : pools.naming)
          : null,
      rcp: random.chance(0.2)
        ? random.list(() => random.list(() => random.pick(pools.rcp), 1, 2), 1, 2)
        : [],
      vpce: random.chance(0.07) ? [random.pick(pools.naming)] : null,
      ...(isKey && random.chance(0.5) ? { grants: random.list(() => newGrant(random), 1, 2) } : {}),
    },
    ...(random.chance(0.04) ? { managementAccount: random.pick([own, call.account]) } : {}),
  }
}

const commonCalls = 10

/** Mostly one who calls for himself; of a role also whom a provider vouches for. */
function callerOf(random: Random, isTrust: boolean): ReferencePrincipal {
  if (isTrust && random.chance(0.3)) return random.pick(principals.vouched)
  const own = principals.callers.filter(
    (each) => !('type' in each) && /^arn:aws:.*:(user|assumed-role)\//.test(each.arn),
  )
  return random.pick(random.chance(0.5) ? own : principals.callers)
}

function policiesOf(
  random: Random,
  { nameless }: Pools,
  principal: ReferencePrincipal,
): Pick<ReferenceScenario['policies'], 'identity' | 'boundary' | 'session' | 'scp'> {
  const isStored = !('type' in principal) && !principal.arn.endsWith(':root')
  const isSession = isStored && principal.arn.includes(':sts:')
  const one = (): Document => random.pick(nameless)
  return {
    identity: isStored ? random.list(one, random.below(4) === 0 ? 0 : 1, 4) : [],
    boundary: isStored && random.chance(0.3) ? random.list(one, 1, 2) : null,
    session: isSession && random.chance(0.4) ? random.list(one, 1, 2) : null,
    scp: random.chance(0.17) ? random.list(() => random.list(one, 1, 2), 1, 2) : [],
  }
}

function accountOf(principal: ReferencePrincipal): string {
  return 'type' in principal ? '111111111111' : (principal.arn.split(':')[4] ?? '')
}

const keys = [...conditionKeys.keys()]

function contextOf(
  random: Random,
  call: Call,
  own: string,
): Readonly<Record<string, ReferenceValue>> {
  const context: Record<string, ReferenceValue> = {}
  // Whether a request without a resource carries the key, the pages do not say.
  if (call.resource === '*') context['aws:ResourceAccount'] = own
  for (let count = random.below(7); count > 0; count--) {
    const key = random.pick(keys)
    context[key] = random.pick(conditionKeys.get(key)?.requests ?? [])
  }
  return context
}

const grantOperations = ['Decrypt', 'RetireGrant', 'DescribeKey', 'CreateGrant']

function newGrant(random: Random): GrantJson {
  const context = { [random.pick(['Team', 'team'])]: random.pick(['ana', 'bob']) }
  const constraints = random.pick([
    undefined,
    undefined,
    { encryptionContextSubset: context },
    { encryptionContextEquals: context },
    { sourceArn: 'arn:aws:sns:eu-west-1:111111111111:t' },
  ])
  return {
    grantee: random.pick(grantees),
    operations: random.some(grantOperations, 4),
    ...(random.chance(0.2) ? { retiring: random.pick(grantees) } : {}),
    ...(constraints === undefined ? {} : { constraints }),
  }
}

function newCondition(random: Random): ConditionJson {
  const key = random.pick(keys)
  const { operators, policies } = conditionKeys.get(key) ?? { operators: [], policies: [] }
  const operator = random.pick(operators)
  const written = random.pick([key, key.toLowerCase(), key.toUpperCase()])
  if (operator === 'Null') return { Null: { [written]: [String(random.chance(0.5))] } }
  const prefix = random.pick(['', '', '', 'ForAllValues:', 'ForAnyValue:'])
  const suffix = random.pick(['', '', 'IfExists'])
  return { [`${prefix}${operator}${suffix}`]: { [written]: random.some(policies, 2) } }
}

function conditions(random: Random): Pick<StatementJson, 'Condition'> {
  const count = random.pick([0, 0, 0, 0, 1, 1, 2])
  if (count === 0) return {}
  const all = random.list(() => newCondition(random), count, count)
  return { Condition: Object.assign({}, ...all) as ConditionJson }
}

function effects(random: Random): Pick<StatementJson, 'Effect'> {
  return { Effect: random.chance(0.11) ? 'Deny' : 'Allow' }
}

const actionPatterns = [
  '*',
  's3:*',
  'S3:GETOBJECT',
  's3:Get?bject',
  's3:*Bucket*',
  'sqs:Send*',
  'kms:*',
  'kms:D*',
  'sts:Assume*',
  'sts:*',
  'iam:*',
]

function actions(random: Random): Pick<StatementJson, 'Action' | 'NotAction'> {
  const kind = random.below(9)
  if (kind < 4) return { Action: '*' }
  if (kind < 8) return { Action: random.some(actionPatterns, 3) }
  return { NotAction: random.some(actionPatterns.slice(1), 2) }
}

function targets(random: Random): Pick<StatementJson, 'Resource' | 'NotResource'> {
  const kind = random.below(9)
  if (kind < 4) return { Resource: '*' }
  return kind < 8
    ? { Resource: random.some(resources, 2) }
    : { NotResource: random.some(resources, 2) }
}

function newPrincipal(random: Random): PrincipalJson {
  switch (random.below(12)) {
    case 0:
      return '*'
    case 1:
      return { AWS: '*' }
    case 2:
      return { Service: principals.service }
    case 3:
      return { Federated: random.some(principals.providers, 2) }
    default:
      return { AWS: random.some(principals.named, 3) }
  }
}

function named(random: Random): Pick<StatementJson, 'Principal' | 'NotPrincipal'> {
  return random.chance(0.9)
    ? { Principal: newPrincipal(random) }
    : { NotPrincipal: { AWS: random.some(principals.named, 5) } }
}

function version(random: Random): Pick<Document, 'Version'> {
  return random.pick([
    { Version: '2012-10-17' },
    { Version: '2012-10-17' },
    { Version: '2008-10-17' },
    {},
  ])
}

function documentOf(random: Random, statement: () => StatementJson): Document {
  return { ...version(random), Statement: random.list(statement, 1, 3) }
}

function namelessDocument(random: Random): Document {
  return documentOf(random, () => ({
    ...effects(random),
    ...actions(random),
    ...targets(random),
    ...conditions(random),
  }))
}

function namingDocument(random: Random): Document {
  return documentOf(random, () => ({
    ...effects(random),
    ...named(random),
    ...actions(random),
    ...targets(random),
    ...conditions(random),
  }))
}

const trustActions = ['sts:*', 'sts:Assume*', 'STS:assumerole', 'sts:TagSession', 'sts:Set*']

function trustDocument(random: Random): Document {
  return documentOf(random, () => ({
    ...effects(random),
    ...named(random),
    Action: random.some(trustActions, 3),
    ...conditions(random),
  }))
}

const boundServices = ['s3:*', 'sts:AssumeRole*', 'kms:*', 'sqs:Send*', 'ec2:*']

/** One's own RCPs only deny, name everyone, and say the service of every action. */
function rcpDocument(random: Random): Document {
  const statement = (): StatementJson => ({
    Effect: 'Deny',
    Principal: '*',
    Action: random.some(boundServices, 2),
    ...targets(random),
    ...conditions(random),
  })
  return { Version: '2012-10-17', Statement: random.list(statement, 1, 2) }
}
