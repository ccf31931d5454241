import {
  type ArnPattern,
  compileArnPattern,
  matchArnSegments,
  splitTemplate,
} from '../condition/arn-pattern.ts'
import { doubt } from '../condition/doubt.ts'
import { isStatic, parseTemplate, type TemplatePart } from '../condition/template.ts'
import { type Facts, resourceSegments } from '../evaluate/facts.ts'
import type { Policy, ResourceElement, Statement } from './policy.ts'

export type ResourceTest = (facts: Facts) => boolean

export interface ResourceSetting {
  readonly version: Policy['version']
  readonly effect: Statement['effect']
}

/**
 * Makes a `Resource` or `NotResource` element ready for many requests.
 * A variable without a value matches nothing.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function compileResource(element: ResourceElement, setting: ResourceSetting): ResourceTest {
  if (element.patterns.includes('*')) return element.negated ? () => false : () => true
  const openAnswer = (setting.effect === 'Deny') !== element.negated
  const place = { version: setting.version, openAnswer }
  const tests = element.patterns.map((pattern) => compilePattern(pattern, place))
  const [only] = tests
  if (!element.negated) {
    if (tests.length === 1 && only !== undefined) return (facts) => only(facts) === true
    return (facts) => tests.some((test) => test(facts) === true)
  }
  return (facts) => matchNot(tests, setting.effect, facts)
}

/**
 * What every resource that the element takes in starts with; empty where nothing is certain.
 * Most statements are ruled out by it, without a look at their patterns.
 */
export function literalPrefix(element: ResourceElement, version: Policy['version']): string {
  if (element.negated) return ''
  const end = version === '2012-10-17' ? /[*?]|\$\{/ : /[*?]/
  const prefixes = element.patterns.map((pattern) => pattern.split(end, 1)[0] ?? '')
  return prefixes.reduce(commonPrefix)
}

function commonPrefix(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return a.slice(0, length)
}

/** Undefined where a variable has no value. */
type PatternTest = (facts: Facts) => boolean | undefined

interface PatternPlace {
  readonly version: Policy['version']
  /** What a match that AWS leaves open is taken for: whichever grants less. */
  readonly openAnswer: boolean
}

function compilePattern(text: string, { version, openAnswer }: PatternPlace): PatternTest {
  const plain: readonly TemplatePart[] = [{ kind: 'text', text }]
  const parts = version === '2012-10-17' ? (parseTemplate(text) ?? plain) : plain
  const pattern: ArnPattern | undefined = compileArnPattern(parts)
  if (pattern === undefined) return () => false
  if (pattern.kind === 'whole') return (facts) => pattern.test(facts.request.resource)
  const isPlaced = splitTemplate(parts).slice(0, 5).every(isStatic)
  return (facts) => {
    const segments = resourceSegments(facts)
    if (segments === undefined) return false
    const result = matchArnSegments(pattern, { arn: facts.request.resource, segments }, facts)
    if (isPlaced || result !== true) return result
    facts.doubts |= doubt.variableOutsideResourcePart
    return openAnswer
  }
}

function matchNot(
  tests: readonly PatternTest[],
  effect: Statement['effect'],
  facts: Facts,
): boolean {
  let isUnresolved = false
  for (const test of tests) {
    const result = test(facts)
    if (result === true) return false
    if (result === undefined) isUnresolved = true
  }
  if (!isUnresolved) return true
  facts.doubts |= doubt.unresolvedNotResource
  return effect === 'Deny'
}
