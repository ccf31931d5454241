import { type AccountId, parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import { parsePrincipal } from '../evaluate/parse-principal.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import type { ContextValue, Request, RequestContext } from '../evaluate/request.ts'
import { didYouMean } from '../policy/nearest.ts'
import {
  isObject,
  type JsonObject,
  nameOf,
  newProblemList,
  type ProblemList,
  quote,
} from '../policy/policy-problem.ts'
import { parseLayers } from './parse-layers.ts'
import type { Scenario, ScenarioExpectation, ScenarioParse } from './scenario.ts'

/**
 * Reads one scenario, an object as JSON has it. Lists every problem and never throws.
 * `managementAccount`, if given, is that of the organization whose SCPs and RCPs are stated.
 */
export function parseScenario(value: unknown): ScenarioParse {
  const problems = newProblemList()
  if (!isObject(value)) {
    problems.add('not-an-object', '', `a scenario is an object, not ${nameOf(value)}`)
    return { ok: false, problems: problems.all() }
  }
  const id = typeof value.id === 'string' ? value.id : undefined
  const scenario = readScenario(value, problems)
  if (scenario === undefined || problems.all().length > 0) {
    return { ok: false, ...(id === undefined ? {} : { id }), problems: problems.all() }
  }
  return { ok: true, scenario }
}

/** What conformance cases state beside the question. */
const ofCases = ['rule', 'claim', 'source', 'certainty', 'mutation']

const elements = ['id', 'request', 'policies', 'managementAccount', 'expect']

function readScenario(value: JsonObject, problems: ProblemList): Scenario | undefined {
  reportUnknown(value, [...elements, ...ofCases], { path: '', problems })
  const id = readText(value, 'id', { path: '', problems })
  const request = readRequest(value.request, problems)
  const attached = parseLayers(value.policies, request, problems)
  const management = readManagementAccount(value.managementAccount, problems)
  const layers = withoutManagementAccount(attached, request, management)
  const expect = readExpectation(value.expect, problems)
  if (id === undefined || request === undefined) return undefined
  return { id, request, layers, ...(expect === undefined ? {} : { expect }) }
}

function readManagementAccount(value: unknown, problems: ProblemList): AccountId | undefined {
  if (value === undefined) return undefined
  const account = typeof value === 'string' ? parseAccountId(value) : undefined
  if (account !== undefined) return account
  const what = `an account id is text of 12 digits, not ${quote(value)}`
  return problems.add('bad-account', 'managementAccount', what)
}

/**
 * The layers without the policies of the organization that do not bind its management account: neither its
 * principals nor its resources.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
function withoutManagementAccount(
  layers: PolicyLayers,
  request: Request | undefined,
  management: AccountId | undefined,
): PolicyLayers {
  if (request === undefined || management === undefined) return layers
  const { principal, resourceAccount } = request
  const isCaller = 'accountId' in principal && principal.accountId === management
  return {
    ...layers,
    scp: isCaller ? [] : layers.scp,
    rcp: resourceAccount === management ? [] : layers.rcp,
  }
}

interface Place {
  readonly path: string
  readonly problems: ProblemList
}

function reportUnknown(value: JsonObject, known: readonly string[], place: Place): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const path = place.path === '' ? key : `${place.path}.${key}`
    const what = `there is no element ${quote(key)} here${didYouMean(key, known)}`
    place.problems.add('unknown-element', path, what)
  }
}

function readText(value: JsonObject, name: string, place: Place): string | undefined {
  const text = value[name]
  if (typeof text === 'string' && text !== '') return text
  const path = place.path === '' ? name : `${place.path}.${name}`
  const what = `text is expected, not ${nameOf(text)}`
  return place.problems.add(text === undefined ? 'missing-element' : 'not-text', path, what)
}

const requestElements = ['principal', 'action', 'resource', 'resourceAccount', 'context']

function readRequest(value: unknown, problems: ProblemList): Request | undefined {
  const path = 'request'
  if (!isObject(value)) {
    return problems.add('missing-element', path, `an object is expected, not ${nameOf(value)}`)
  }
  reportUnknown(value, requestElements, { path, problems })
  const principal = parsePrincipal(value.principal)
  if (principal === undefined) {
    const what = `${quote(value.principal)} is no caller: the ARN of a root user, user, role session or federated user is expected, or an object with a type`
    problems.add('bad-principal', `${path}.principal`, what)
  }
  const action = readText(value, 'action', { path, problems })
  if (action !== undefined && !/^[A-Za-z0-9-]+:[A-Za-z0-9_-]+$/.test(action)) {
    const what = `an action is \`service:Name\`, not ${quote(action)}`
    problems.add('bad-action', `${path}.action`, what)
  }
  const resource = readText(value, 'resource', { path, problems })
  const context = readContext(value.context, problems)
  if (resource === undefined) return undefined
  const resourceAccount = readResourceAccount(value.resourceAccount, resource, problems)
  if (principal === undefined || action === undefined || resourceAccount === undefined) {
    return undefined
  }
  return { principal, action, resource, resourceAccount, context }
}

function readResourceAccount(
  value: unknown,
  resource: string,
  problems: ProblemList,
): Request['resourceAccount'] | undefined {
  const path = 'request.resourceAccount'
  if (resource !== '*' && parseArn(resource) === undefined) {
    const what = `a resource is \`*\` or an ARN, not ${quote(resource)}`
    return problems.add('bad-resource', 'request.resource', what)
  }
  const inArn = parseAccountId(parseArn(resource)?.accountId ?? '')
  if (value === undefined) {
    if (inArn !== undefined) return inArn
    const what = `the ARN ${quote(resource)} does not tell the account that owns the resource: say it here`
    return problems.add('missing-element', path, what)
  }
  const account = typeof value === 'string' ? parseAccountId(value) : undefined
  if (account === undefined) {
    return problems.add(
      'bad-account',
      path,
      `an account id is text of 12 digits, not ${quote(value)}`,
    )
  }
  if (inArn !== undefined && inArn !== account) {
    const what = `the resource's ARN says ${quote(inArn)}, not ${quote(account)}`
    return problems.add('bad-account', path, what)
  }
  return account
}

function readContext(value: unknown, problems: ProblemList): RequestContext {
  const path = 'request.context'
  if (value === undefined) return {}
  if (!isObject(value)) {
    problems.add('bad-context', path, `an object is expected, not ${nameOf(value)}`)
    return {}
  }
  const seen = new Set<string>()
  const entries = Object.entries(value).flatMap(([key, each]) => {
    if (seen.has(key.toLowerCase())) {
      const what = `the key ${quote(key)} is there twice: case makes no difference`
      problems.add('duplicate-key', `${path}.${key}`, what)
    }
    seen.add(key.toLowerCase())
    if (isContextValue(each)) return [[key, each] as const]
    const what = `text, a number, a boolean or a list of these is expected, not ${nameOf(each)}`
    problems.add('bad-context', `${path}.${key}`, what)
    return []
  })
  return Object.fromEntries(entries)
}

function isContextValue(value: unknown): value is ContextValue {
  const isScalar = (each: unknown): boolean =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean'
  return Array.isArray(value) ? value.every(isScalar) : isScalar(value)
}

const decisions = ['allow', 'explicitDeny', 'implicitDeny'] as const
const layers = [
  'identity',
  'resource',
  'trust',
  'boundary',
  'session',
  'scp',
  'rcp',
  'vpce',
] as const

function readExpectation(value: unknown, problems: ProblemList): ScenarioExpectation | undefined {
  if (value === undefined) return undefined
  const path = 'expect'
  if (!isObject(value)) {
    return problems.add('bad-expectation', path, `an object is expected, not ${nameOf(value)}`)
  }
  reportUnknown(value, ['decision', 'missing'], { path, problems })
  const decision = decisions.find((each) => each === value.decision)
  if (decision === undefined) {
    const what = `\`allow\`, \`explicitDeny\` or \`implicitDeny\` is expected, not ${quote(value.decision)}`
    return problems.add('bad-expectation', `${path}.decision`, what)
  }
  const missing = layers.find((each) => each === value.missing)
  if (value.missing !== undefined && missing === undefined) {
    problems.add('bad-expectation', `${path}.missing`, `there is no layer ${quote(value.missing)}`)
  }
  return missing === undefined ? { decision } : { decision, missing }
}
