import { parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import { deriveContext, deriveValue } from '../evaluate/derive-context.ts'
import { evaluatePolicy } from '../evaluate/evaluate-policy.ts'
import { prepareFacts } from '../evaluate/facts.ts'
import type { ContextValue, Principal, Request } from '../evaluate/request.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import type { Literal } from './atom.ts'
import type { Found } from './find-text.ts'
import { type Region, type RegionSetting, solveDimension } from './region.ts'
import type { KeyValue } from './solve-key.ts'
import { solvePrincipal } from './solve-principal.ts'
import { exampleAccount, noVariables } from './solver.ts'
import { globPattern, type TextPattern } from './text-pattern.ts'
import type { Assignment } from './text-set.ts'

/** The evaluator's answer: an allow of the policy takes the request in, and no deny does. */
export function isAllowedBy(policy: CompiledPolicy, request: Request): boolean {
  const { allows, denies } = evaluatePolicy(policy, prepareFacts(request, { hasBoundary: false }))
  return allows.length > 0 && denies.length === 0
}

export interface WitnessSetting extends RegionSetting {
  /** Patterns for the resources that an action is about; core itself knows none. */
  readonly listResources?: (action: string) => readonly string[]
  /** Whether the evaluator agrees that the request is what is looked for. */
  readonly confirms: (request: Request) => boolean
}

/** A request of the region that the evaluator confirms; unknown where none could be put together. */
export function findWitness(region: Region, setting: WitnessSetting): Found<Request> {
  const literals = [...region.values()].flat()
  const variables = [...new Set(literals.flatMap(({ atom }) => atom.variables))]
  let reason = 'the request found is not confirmed by the evaluator'
  for (const assignment of assignmentsOf(variables)) {
    for (const compose of [composeFromKeys, composeFromCaller]) {
      const found = compose(region, assignment, setting)
      if (found.kind === 'unknown') reason = found.reason
      if (found.kind === 'found' && setting.confirms(found.value)) return found
    }
  }
  if (variables.length > 0) reason = 'it rests on policy variables, which are tried but not proved'
  return { kind: 'unknown', reason }
}

/** What variables are given values for: the callers of the witnesses, then nobody. */
function assignmentsOf(variables: readonly string[]): readonly Assignment[] {
  if (variables.length === 0) return [noVariables]
  const everyday = new Map(variables.map((key) => [key, everydayValues.get(key) ?? 'example']))
  return [everyday, new Map(variables.map((key) => [key, 'other'])), noVariables]
}

const everydayValues: ReadonlyMap<string, string> = new Map([
  ['aws:username', 'ana'],
  ['aws:userid', 'AIDAEXAMPLEOFANA'],
  ['aws:principalaccount', exampleAccount],
  ['aws:principaltype', 'User'],
  ['aws:principalarn', `arn:aws:iam::${exampleAccount}:user/ana`],
  ['aws:resourceaccount', exampleAccount],
])

/** First what the condition keys hold, then a caller that goes with it. */
function composeFromKeys(
  region: Region,
  assignment: Assignment,
  setting: WitnessSetting,
): Found<Request> {
  const context = solveKeys(region, assignment, setting)
  if (context.kind !== 'found') return context
  const username = context.value.get('aws:username')
  const principal = solvePrincipal(
    {
      literals: region.get('principal') ?? [],
      reading: assignment,
      type: setting.type,
      usernames: username === undefined ? [] : [String(username)],
      goesWith: (caller) => hasUsername(caller, username, region),
    },
    setting.solver,
  )
  if (principal.kind !== 'found') return unlikely
  return complete(
    { principal: principal.value, context: context.value },
    { region, assignment, setting },
  )
}

function hasUsername(
  caller: Principal,
  username: ContextValue | undefined,
  region: Region,
): boolean {
  if (!region.has('key aws:username')) return true
  return deriveContext(caller)['aws:username'] === username
}

/** First the caller, then what the condition keys hold besides those that follow from it. */
function composeFromCaller(
  region: Region,
  assignment: Assignment,
  setting: WitnessSetting,
): Found<Request> {
  const literals = region.get('principal') ?? []
  const question = { literals, reading: assignment, type: setting.type }
  const principal = solvePrincipal(question, setting.solver)
  if (principal.kind !== 'found') return unlikely
  const username = deriveContext(principal.value)['aws:username']
  const given =
    username === undefined
      ? assignment
      : new Map([...assignment, ['aws:username', String(username)] as const])
  const context = solveKeys(region, given, setting)
  if (context.kind !== 'found') return unlikely
  const callerAndKeys = { principal: principal.value, context: context.value }
  return complete(callerAndKeys, { region, assignment: given, setting })
}

type Context = ReadonlyMap<string, ContextValue>

function solveKeys(
  region: Region,
  assignment: Assignment,
  setting: WitnessSetting,
): Found<Context> {
  const context = new Map<string, ContextValue>(assignment)
  for (const [dimension, literals] of region) {
    if (!dimension.startsWith('key ')) continue
    const question = { literals, reading: assignment, liked: [] }
    const answer = solveDimension(dimension, question, setting)
    if (answer.kind !== 'found') return answer.kind === 'unknown' ? answer : unlikely
    const value = answer.value as KeyValue
    if (value.kind === 'value') context.set(dimension.slice('key '.length), value.value)
  }
  return { kind: 'found', value: context }
}

interface Composition {
  readonly region: Region
  readonly assignment: Assignment
  readonly setting: WitnessSetting
}

/** With an action, and a resource that goes with it. */
function complete(
  known: { readonly principal: Principal; readonly context: Context },
  { region, assignment, setting }: Composition,
): Found<Request> {
  const ask = (dimension: string, liked: readonly TextPattern[]): Found<unknown> => {
    const literals: readonly Literal[] = region.get(dimension) ?? []
    return solveDimension(dimension, { literals, reading: assignment, liked }, setting)
  }
  const action = ask('action', [])
  if (action.kind !== 'found') return action.kind === 'unknown' ? action : unlikely
  const resource = ask('resource', likedResources(String(action.value), setting))
  if (resource.kind !== 'found') return resource.kind === 'unknown' ? resource : unlikely
  const parts = { ...known, action: String(action.value), resource: String(resource.value) }
  const value = requestOf(parts)
  return value === undefined ? unlikely : { kind: 'found', value }
}

const unlikely = {
  kind: 'unknown',
  reason: 'the caller and the condition keys found do not go together',
} as const

function likedResources(action: string, setting: WitnessSetting): readonly TextPattern[] {
  const listed = [...(setting.listResources?.(action) ?? [])]
  if (setting.type === 'trust') listed.unshift(`arn:aws:iam::${exampleAccount}:role/Example`)
  const service = action.slice(0, action.indexOf(':')).toLowerCase()
  const usual =
    service === 's3'
      ? ['arn:aws:s3:::example-bucket/example', 'arn:aws:s3:::example-bucket']
      : [`arn:aws:${service}:us-east-1:${exampleAccount}:example`]
  return [...listed, ...usual].map((text) => globPattern(text.replace(/\$\{[^}]*\}/g, '*')))
}

interface Parts extends Pick<Request, 'principal' | 'action' | 'resource'> {
  readonly context: Context
}

/** Keys that follow from the rest of the request are left to follow; undefined where they would contradict it. */
function requestOf({ context, ...parts }: Parts): Request | undefined {
  const stated = context.get('aws:resourceaccount')
  const owner = parseAccountId(String(stated ?? parseArn(parts.resource)?.accountId ?? ''))
  const resourceAccount = owner ?? exampleAccount
  const bare: Request = { ...parts, resourceAccount, context: {} }
  const kept: [string, ContextValue][] = []
  for (const [key, value] of context) {
    const derived = deriveValue(bare, key)
    if (derived === undefined) kept.push([key, value])
    else if (String(derived) !== String(value) && key !== 'aws:userid') return undefined
  }
  return { ...bare, context: Object.fromEntries(kept) }
}
