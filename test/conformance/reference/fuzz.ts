import {
  comparePolicies,
  compilePolicy,
  evaluatePolicy,
  matchGlob,
  type Policy,
  type PolicyType,
  parseAccountId,
  parsePolicy,
  parsePrincipal,
  parseScenario,
  prepareFacts,
} from '../../../src/core/index.ts'
import { findDisagreement } from './differential.ts'
import type { ReferenceScenario } from './document.ts'
import { newRandom, type Random } from './random.ts'
import { randomScenarios } from './random-scenario.ts'
import { fits, wildcards } from './text.ts'

/** What a round found wrong, as text: for a disagreement a scenario that `stile evaluate` takes. */
export type Failure = { readonly what: string; readonly shown: string }

/** Some thousand questions of every kind, as `seed` has them; undefined where all answers are right. */
export function fuzzRound(seed: number): Failure | undefined {
  return (
    againstReference(seed) ??
    globs(newRandom(seed)) ??
    oddPolicies(newRandom(seed)) ??
    compared(seed)
  )
}

function againstReference(seed: number): Failure | undefined {
  const found = findDisagreement({ seed, runs: 5_000 }, new Map())
  if (found === undefined) return undefined
  const { scenario, engine, reference } = found
  const what = `the engine says ${engine}, the reference ${reference}`
  return { what, shown: JSON.stringify({ id: `seed-${seed}`, ...scenario }) }
}

function globs(random: Random): Failure | undefined {
  for (let i = 0; i < 2_000; i++) {
    const pattern = random.list(() => random.pick(['a', 'b', '*', '?', ':', '/']), 0, 9).join('')
    const text = random.list(() => random.pick(['a', 'b', ':', '/']), 0, 9).join('')
    if (matchGlob(pattern, text) !== fits(wildcards(pattern), text)) {
      return {
        what: 'a pattern matches otherwise than letter by letter',
        shown: `${pattern} ${text}`,
      }
    }
  }
  return undefined
}

const types: readonly PolicyType[] = ['identity', 'resource', 'trust', 'scp', 'rcp', 'vpce']

/** Any JSON value as a policy: problems, never an exception. */
function oddPolicies(random: Random): Failure | undefined {
  for (let i = 0; i < 500; i++) {
    const value = oddValue(random, 4)
    try {
      for (const type of types) parsePolicy(value, type)
      parseScenario(value)
    } catch (error) {
      return { what: `parsing threw: ${String(error)}`, shown: JSON.stringify(value) }
    }
  }
  return undefined
}

const words = [
  'Version',
  'Statement',
  'Effect',
  'Action',
  'Resource',
  'Principal',
  'Condition',
  'AWS',
]
const texts = [
  '2012-10-17',
  'Allow',
  'Deny',
  '*',
  's3:Get*',
  'arn:aws:s3:::b/*',
  'StringEquals',
  '${',
  '',
]

function oddValue(random: Random, depth: number): unknown {
  const kind = random.below(depth === 0 ? 4 : 8)
  if (kind < 3) return random.pick(texts)
  if (kind === 3) return random.pick([null, 0, 1.5, true, {}, []])
  if (kind === 4) return random.list(() => oddValue(random, depth - 1), 0, 3)
  const keys = random.some([...words, ...texts, '__proto__', 'constructor'], 5)
  return Object.fromEntries(keys.map((key) => [key, oddValue(random, depth - 1)]))
}

/** What `compare` says that nobody gains, no request of many gains. */
function compared(seed: number): Failure | undefined {
  const scenarios = randomScenarios(seed)
  const next = (): ReferenceScenario => scenarios.next().value
  for (let i = 0; i < 20; i++) {
    const documents = [next().policies.identity[0], next().policies.identity[0]]
    const [before, after] = documents.map((each) => parsePolicy(each, 'identity'))
    if (!before?.ok || !after?.ok) continue
    const { gained } = comparePolicies(before.policy, after.policy)
    if (gained.differences.length + gained.undecided.length > 0) continue
    for (let asked = 0; asked < 50; asked++) {
      const { request } = next()
      if (allows(after.policy, request) && !allows(before.policy, request)) {
        return { what: 'compare missed a request', shown: JSON.stringify({ documents, request }) }
      }
    }
  }
  return undefined
}

const derived = /^aws:(Principal(Arn|Account|Type|IsAWSService)|userid|username|ResourceAccount)$/i

function allows(policy: Policy, request: ReferenceScenario['request']): boolean {
  // Only users and sessions have such policies, and what follows from them no request says otherwise.
  if ('type' in request.principal || request.principal.arn.endsWith(':root')) return false
  const principal = parsePrincipal(request.principal)
  const resourceAccount = parseAccountId(request.resourceAccount)
  if (principal === undefined || resourceAccount === undefined) return false
  const context = Object.fromEntries(
    Object.entries(request.context).filter(([key]) => !derived.test(key)),
  )
  const asked = { ...request, principal, resourceAccount, context }
  const facts = prepareFacts(asked, { hasBoundary: false })
  const { allows: found, denies } = evaluatePolicy(compilePolicy(policy, 'p'), facts)
  return found.length > 0 && denies.length === 0
}
