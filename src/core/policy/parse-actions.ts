import { grammars } from './grammar.ts'
import { readOneOf } from './parse-texts.ts'
import type { ActionElement } from './policy.ts'
import { type JsonObject, quote } from './policy-problem.ts'
import type { StatementPlace } from './statement-place.ts'

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
export function parseActions(value: JsonObject, place: StatementPlace): ActionElement | undefined {
  const { path, problems, type } = place
  const element = readOneOf(value, ['Action', 'NotAction'], place)
  if (element === undefined) {
    if (value.Action === undefined && value.NotAction === undefined) {
      problems.add('missing-element', path, 'the statement has no `Action` or `NotAction`')
    }
    return undefined
  }
  const grammar = grammars[type]
  if (element.negated && grammar.notAction === 'forbidden') {
    problems.add('bad-action', `${path}.NotAction`, `${grammar.name} has no \`NotAction\``)
  }
  for (const [i, pattern] of element.patterns.entries()) {
    const at = `${path}.${element.name}${element.isList ? `[${i}]` : ''}`
    const what = describeAction(pattern, grammar.actions)
    if (what !== undefined) problems.add('bad-action', at, what)
  }
  return { negated: element.negated, patterns: element.patterns }
}

function describeAction(pattern: string, actions: 'any' | 'sts'): string | undefined {
  if (pattern !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+$/.test(pattern)) {
    return `an action is \`*\` or \`service:Name\`, not ${quote(pattern)}`
  }
  if (actions === 'sts' && !/^sts:/i.test(pattern)) {
    return `a trust policy may only name actions of \`sts\`, not ${quote(pattern)}`
  }
  return undefined
}
