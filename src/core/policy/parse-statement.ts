import { type Grammar, grammars } from './grammar.ts'
import { parseActions } from './parse-actions.ts'
import { parseConditions } from './parse-conditions.ts'
import { parsePrincipals } from './parse-principals.ts'
import { parseResources } from './parse-resources.ts'
import type { Statement } from './policy.ts'
import { isObject, type JsonObject, nameOf, quote } from './policy-problem.ts'
import type { StatementPlace } from './statement-place.ts'

const elements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

/** Reads one statement; undefined when it cannot be one, with every reason in `place.problems`. */
export function parseStatement(value: unknown, place: StatementPlace): Statement | undefined {
  const { path, problems } = place
  if (!isObject(value)) {
    return problems.add('bad-statement', path, `a statement is an object, not ${nameOf(value)}`)
  }
  reportUnknownElements(value, place)
  const sid = readSid(value, place)
  const effect = readEffect(value, place)
  const action = parseActions(value, place)
  const principal = parsePrincipals(value, place)
  const resource = parseResources(value, place)
  const conditions = parseConditions(value.Condition, place)
  if (effect === undefined || action === undefined || conditions === undefined) return undefined
  const statement: Statement = {
    ...(sid === undefined ? {} : { sid }),
    effect,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(principal === undefined ? {} : { principal }),
    conditions,
  }
  reportEffect(statement, place)
  return statement
}

function reportUnknownElements(value: JsonObject, { path, problems }: StatementPlace): void {
  for (const key of Object.keys(value)) {
    if (elements.includes(key)) continue
    const what = `a statement has no element ${quote(key)}${problems.hint([key], elements)}`
    problems.add('unknown-element', `${path}.${key}`, what)
  }
}

function readSid(value: JsonObject, place: StatementPlace): string | undefined {
  const sid = value.Sid
  const { path, problems, type } = place
  if (sid === undefined || sid === '') return undefined
  if (typeof sid !== 'string') {
    return problems.add('bad-sid', `${path}.Sid`, `a statement id is text, not ${quote(sid)}`)
  }
  if (grammars[type].sid === 'alphanumeric' && !/^[A-Za-z0-9]*$/.test(sid)) {
    const what = `the statement id ${quote(sid)} may hold letters and digits only`
    return problems.add('bad-sid', `${path}.Sid`, what)
  }
  return sid
}

function readEffect(value: JsonObject, place: StatementPlace): Statement['effect'] | undefined {
  const effect = value.Effect
  const { path, problems } = place
  if (effect === 'Allow' || effect === 'Deny') return effect
  if (effect === undefined) {
    return problems.add('missing-element', `${path}.Effect`, 'the statement has no `Effect`')
  }
  const hint = typeof effect === 'string' ? problems.hint([effect], ['Allow', 'Deny']) : ''
  const what = `the effect is \`Allow\` or \`Deny\`, not ${quote(effect)}${hint}`
  return problems.add('bad-effect', `${path}.Effect`, what)
}

// AWS: `RCPFullAWSAccess` alone allows; it is attached everywhere and cannot be taken away.
function reportEffect(statement: Statement, place: StatementPlace): void {
  const grammar: Grammar = grammars[place.type]
  if (grammar.effects === 'both' || statement.effect === 'Deny') return
  const { action, resource, principal, conditions } = statement
  const isFullAccess =
    !action.negated &&
    action.patterns.join() === '*' &&
    resource?.negated === false &&
    resource.patterns.join() === '*' &&
    principal?.negated === false &&
    conditions.length === 0
  if (isFullAccess) return
  const what = `${grammar.name} can only deny; the one that allows is AWS's own \`RCPFullAWSAccess\``
  place.problems.add('bad-effect', `${place.path}.Effect`, what)
}
