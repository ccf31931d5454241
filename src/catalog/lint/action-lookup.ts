import type { Condition, Statement } from '../../core/index.ts'
import { expandActions, findAction, nearestAction } from '../action.ts'
import { serviceOfPattern } from '../action-pattern.ts'
import { type ConditionKeyFacts, findConditionKey, nearestConditionKey } from '../condition-key.ts'
import { canResourceMatch } from '../resource-type.ts'
import { findService, nearestService } from '../service.ts'
import { loadServiceTable } from '../service-table.ts'
import type { Work } from './work.ts'

/** The catalog as rules ask it: remembers what it was asked, and says nothing where the work is used up. */
export interface ActionLookup {
  /** In AWS's spelling; undefined for `*`, for patterns over services, and where the work is used up. */
  readonly expand: (pattern: string) => readonly string[] | undefined
  /** Whether an action of the pattern can work on the resource; true in doubt. */
  readonly canMatch: (pattern: string, resource: string) => boolean
  /** What the tables have on the key of a condition of the statement. */
  readonly keyOf: (condition: Condition, statement: Statement) => KeyReading
  /** Whether an action of the pattern has the condition key; true in doubt. */
  readonly hasKey: (pattern: string, key: string) => boolean
  /** ``; did you mean `s3:GetObject`?``, or nothing. */
  readonly hint: (pattern: string) => string
  /** The same for a condition key. */
  readonly hintForKey: (key: string) => string
}

/** A condition key as AWS's tables have it. */
export interface KeyReading {
  /** Claims of identity providers carry a host or `saml` before the colon, and are no keys of AWS's tables. */
  readonly isJudged: boolean
  /** The key of that service whose prefix it carries, or a global one. */
  readonly own: ConditionKeyFacts | undefined
  /** The same, or the key of a service of the statement's actions: some keys carry another's prefix. */
  readonly facts: ConditionKeyFacts | undefined
}

export function createActionLookup(work: Work): ActionLookup {
  const expansions = new Map<string, readonly string[] | undefined>()
  const expand: ActionLookup['expand'] = (pattern) => {
    const lower = pattern.toLowerCase()
    if (!expansions.has(lower)) expansions.set(lower, expandWithin(lower, work))
    return expansions.get(lower)
  }
  const kinds = new Map<string, readonly Kind[]>()
  const kindsOf = (pattern: string): readonly Kind[] | undefined => {
    const actions = expand(pattern)
    if (actions === undefined) return undefined
    const known = kinds.get(pattern) ?? oneOfEachKind(actions)
    kinds.set(pattern, known)
    return known
  }
  const matches = new Map<string, boolean>()
  const canKindMatch = ({ name, action }: Kind, resource: string): boolean => {
    const key = `${name} ${resource}`
    const known = matches.get(key)
    if (known !== undefined) return known
    if (!work.spend(resource.length * stepsForFacts)) return true
    const can = canResourceMatch(action, resource)
    matches.set(key, can)
    return can
  }
  return {
    expand,
    canMatch: (pattern, resource) => {
      if (resource === '*') return true
      return kindsOf(pattern)?.some((kind) => canKindMatch(kind, resource)) ?? true
    },
    keyOf: createKeyReader(),
    hasKey: (pattern, key) => {
      const actions = expand(pattern)
      if (actions === undefined || !work.spend(actions.length * stepsForFacts)) return true
      const name = findConditionKey(serviceOfPattern(pattern) ?? '', key)?.name
      return actions.some((action) => name && findAction(action)?.conditionKeys.includes(name))
    },
    hint: createHints(slipOf, nearestName),
    hintForKey: createHints((key) => key, nearestKey),
  }
}

function createKeyReader(): ActionLookup['keyOf'] {
  const readings = new Map<Condition, KeyReading>()
  const services = new Map<Statement, readonly string[]>()
  const servicesFor = (statement: Statement): readonly string[] => {
    const known = services.get(statement) ?? servicesOf(statement)
    services.set(statement, known)
    return known
  }
  return (condition, statement) => {
    const known = readings.get(condition)
    if (known !== undefined) return known
    const { key } = condition
    const prefix = key.slice(0, Math.max(0, key.indexOf(':')))
    const own = findConditionKey(prefix, key)
    const facts = own ?? findAmong(servicesFor(statement), key)
    const reading = { isJudged: isJudged(prefix.toLowerCase()), own, facts }
    readings.set(condition, reading)
    return reading
  }
}

function servicesOf({ action }: Statement): readonly string[] {
  const services = action.patterns.flatMap((pattern) => serviceOfPattern(pattern) ?? [])
  return [...new Set(services)].slice(0, mostServices)
}

/** A statement for more services than this is not judged by the keys that they borrow. */
const mostServices = 20

function findAmong(services: readonly string[], key: string): ConditionKeyFacts | undefined {
  for (const service of services) {
    const found = findConditionKey(service, key)
    if (found !== undefined) return found
  }
  return undefined
}

function isJudged(prefix: string): boolean {
  if (prefix === 'saml' || /[./]/.test(prefix)) return false
  return prefix === 'aws' || findService(prefix) !== undefined
}

/** What it costs to look up one action, and to match one with a pattern, in comparisons of a character. */
const stepsForFacts = 50
const stepsForMatch = 20

function expandWithin(pattern: string, work: Work): readonly string[] | undefined {
  const service = serviceOfPattern(pattern)
  if (service === undefined) return undefined
  if (!/[*?]/.test(pattern)) return expandActions(pattern)
  const size = loadServiceTable(service.toLowerCase())?.actions.size ?? 1
  return work.spend(size * stepsForMatch) ? expandActions(pattern) : undefined
}

/** Actions that work on the same resource types are one kind: what holds of one holds of all. */
interface Kind {
  readonly name: string
  readonly action: string
}

function oneOfEachKind(actions: readonly string[]): readonly Kind[] {
  const kinds = new Map<string, Kind>()
  for (const action of actions) {
    const types = findAction(action)?.resourceTypes ?? []
    const service = action.slice(0, action.indexOf(':'))
    const name = `${service}:${types.map((type) => type.name).join()}`
    if (!kinds.has(name)) kinds.set(name, { name, action })
  }
  return [...kinds.values()]
}

/** Comparing a name with all others is slow: after this many, a document has other worries than slips. */
const mostHints = 20

function createHints(
  slip: (name: string) => string,
  nearestOf: (slip: string) => string | undefined,
): ActionLookup['hint'] {
  const hints = new Map<string, string>()
  return (name) => {
    const wrong = slip(name)
    const known = hints.get(wrong)
    if (known !== undefined) return known
    if (hints.size >= mostHints || wrong.length > 128) return ''
    const nearest = nearestOf(wrong)
    const hint = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
    hints.set(wrong, hint)
    return hint
  }
}

/** What is mistyped of an action: where the service is unknown, all its actions are one slip. */
function slipOf(pattern: string): string {
  const service = serviceOfPattern(pattern) ?? ''
  return findService(service) === undefined ? service : pattern
}

function nearestName(slip: string): string | undefined {
  if (!slip.includes(':')) return nearestService(slip)
  return /[*?]/.test(slip) ? undefined : nearestAction(slip)
}

function nearestKey(key: string): string | undefined {
  return nearestConditionKey(key.slice(0, Math.max(0, key.indexOf(':'))), key)
}
