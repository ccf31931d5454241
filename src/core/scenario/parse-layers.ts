import { emptyLayers } from '../evaluate/authorize.ts'
import type { PolicyLayers } from '../evaluate/policy-layers.ts'
import { isRole } from '../evaluate/quirks.ts'
import type { Request } from '../evaluate/request.ts'
import { type CompiledPolicy, compilePolicy } from '../policy/compile-policy.ts'
import { didYouMean } from '../policy/nearest.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyType } from '../policy/policy.ts'
import { isObject, nameOf, type ProblemList, quote } from '../policy/policy-problem.ts'
import { parseGrants } from './parse-grants.ts'

const names = ['identity', 'boundary', 'session', 'resource', 'scp', 'rcp', 'vpce', 'grants']

/** Reads a scenario's `policies`. What is left out is not attached. */
export function parseLayers(
  value: unknown,
  request: Request | undefined,
  problems: ProblemList,
): PolicyLayers {
  if (value === undefined) return emptyLayers
  if (!isObject(value)) {
    problems.add('bad-policies', 'policies', `an object is expected, not ${nameOf(value)}`)
    return emptyLayers
  }
  for (const key of Object.keys(value)) {
    if (names.includes(key)) continue
    const what = `there is no layer ${quote(key)}${didYouMean(key, names)}`
    problems.add('unknown-element', `policies.${key}`, what)
  }
  const at = (type: PolicyType, name: string): Place => ({
    type,
    path: `policies.${name}`,
    problems,
  })
  const grants = parseGrants(value.grants, problems)
  const [resource] = readList(oneOrNone(value.resource), at(resourceType(request), 'resource'))
  return {
    identity: readList(value.identity ?? [], at('identity', 'identity')),
    boundary: readOptional(value.boundary, at('boundary', 'boundary')),
    session: readOptional(oneAsList(value.session), at('session', 'session')),
    resource: resource ?? null,
    scp: readLevels(value.scp, at('scp', 'scp')),
    rcp: readLevels(value.rcp, at('rcp', 'rcp')),
    vpce: readOptional(value.vpce, at('vpce', 'vpce')),
    ...(grants.length === 0 ? {} : { grants }),
  }
}

interface Place {
  readonly type: PolicyType
  readonly path: string
  readonly problems: ProblemList
}

/** The policy of a role is its trust policy when the action is one of STS. */
function resourceType(request: Request | undefined): 'trust' | 'resource' {
  if (request === undefined) return 'resource'
  const isSts = request.action.toLowerCase().startsWith('sts:')
  return isSts && isRole(request.resource) ? 'trust' : 'resource'
}

function oneAsList(value: unknown): unknown {
  return isObject(value) ? [value] : value
}

function oneOrNone(value: unknown): unknown {
  return value === undefined || value === null ? [] : [value]
}

function readOptional(value: unknown, place: Place): readonly CompiledPolicy[] | null {
  return value === undefined || value === null ? null : readList(value, place)
}

function readLevels(value: unknown, place: Place): readonly (readonly CompiledPolicy[])[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    const what = `one list of documents per level is expected, not ${nameOf(value)}`
    place.problems.add('bad-policies', place.path, what)
    return []
  }
  const levels: readonly unknown[] = value
  return levels.map((level, i) => readList(level, { ...place, path: `${place.path}[${i}]` }))
}

function readList(value: unknown, place: Place): readonly CompiledPolicy[] {
  if (!Array.isArray(value)) {
    const what = `a list of documents is expected, not ${nameOf(value)}`
    place.problems.add('bad-policies', place.path, what)
    return []
  }
  const documents: readonly unknown[] = value
  return documents.flatMap((document, i) => {
    const isAlone = place.type === 'resource' || place.type === 'trust'
    const path = isAlone ? place.path : `${place.path}[${i}]`
    const parse = parsePolicy(document, place.type)
    if (parse.ok) return [compilePolicy(parse.policy, path.slice('policies.'.length))]
    for (const problem of parse.problems) {
      const inside = problem.path === '' ? path : `${path}.${problem.path}`
      place.problems.add(problem.code, inside, problem.message)
    }
    return []
  })
}
