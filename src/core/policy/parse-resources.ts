import { splitArn } from '../arn/arn.ts'
import { parseTemplate } from '../condition/template.ts'
import { grammars } from './grammar.ts'
import { readOneOf } from './parse-texts.ts'
import type { ResourceElement } from './policy.ts'
import { type JsonObject, quote } from './policy-problem.ts'
import type { StatementPlace } from './statement-place.ts'

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
export function parseResources(
  value: JsonObject,
  place: StatementPlace,
): ResourceElement | undefined {
  const { path, problems, type } = place
  const { name, resource: need } = grammars[type]
  const isThere = value.Resource !== undefined || value.NotResource !== undefined
  if (need === 'forbidden') {
    if (isThere) {
      const what = `${name} has no \`Resource\`: the role it belongs to is the resource`
      problems.add('forbidden-element', path, what)
    }
    return undefined
  }
  const element = readOneOf(value, ['Resource', 'NotResource'], place)
  if (element === undefined) {
    if (!isThere && need === 'required') {
      problems.add('missing-element', path, 'the statement has no `Resource` or `NotResource`')
    }
    return undefined
  }
  for (const [i, pattern] of element.patterns.entries()) {
    const at = `${path}.${element.name}${element.isList ? `[${i}]` : ''}`
    const what = describeResource(pattern, place.version)
    if (what !== undefined) problems.add('bad-resource', at, what)
  }
  return { negated: element.negated, patterns: element.patterns }
}

function describeResource(pattern: string, version: string): string | undefined {
  if (pattern === '*') return undefined
  if (version === '2012-10-17' && parseTemplate(pattern) === undefined) {
    return `${quote(pattern)} holds a \`\${\` that starts no policy variable`
  }
  const segments = splitArn(pattern)
  if (segments === undefined || segments[0] !== 'arn') {
    return `a resource is \`*\` or an ARN of six segments, not ${quote(pattern)}`
  }
  if (/[*?]/.test(segments[2])) {
    return `the service of an ARN cannot hold a wildcard, as in ${quote(pattern)}`
  }
  return undefined
}
