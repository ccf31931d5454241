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
  const place = { version: setting.version, openAnswer, negated: element.negated }
  const tests = element.patterns.map((pattern) => compilePattern(pattern, place))
  const [only] = tests
  if (!element.negated) {
    if (tests.length === 1 && only !== undefined) return (facts) => only(facts) === true
    return (facts) => tests.some((test) => test(facts) === true)
  }
  return (facts) => matchNot(tests, setting.effect, facts)
}

/** A text for each pattern that every resource it takes in starts with; empty where nothing is certain. */
export function literalPrefixes(
  element: ResourceElement,
  version: Policy['version'],
): readonly string[] {
  return element.negated ? [''] : element.patterns.map((pattern) => literalStart(pattern, version))
}

/** What stands before the first wildcard or variable. */
function literalStart(pattern: string, version: Policy['version']): string {
  const end = pattern.search(version === '2012-10-17' ? /[*?]|\$\{/ : /[*?]/)
  return end < 0 ? pattern : pattern.slice(0, end)
}

/** Undefined where a variable has no value. */
type PatternTest = (facts: Facts) => boolean | undefined

interface PatternPlace {
  readonly version: Policy['version']
  /** What a match that AWS leaves open is taken for: whichever grants less. */
  readonly openAnswer: boolean
  readonly negated: boolean
}

function compilePattern(text: string, place: PatternPlace): PatternTest {
  const { version, openAnswer } = place
  const plain: readonly TemplatePart[] = [{ kind: 'text', text }]
  const parts = version === '2012-10-17' ? (parseTemplate(text) ?? plain) : plain
  const pattern: ArnPattern | undefined = compileArnPattern(parts)
  if (pattern === undefined) return () => false
  if (pattern.kind === 'whole') return (facts) => pattern.test(facts.request.resource)
  const isPlaced = splitTemplate(parts).slice(0, 5).every(isStatic)
  // Whatever its variables stand for, a pattern that starts otherwise is no match; of `NotResource` AWS says too little.
  const start = place.negated ? '' : literalStart(text, version)
  return (facts) => {
    if (!facts.request.resource.startsWith(start)) return false
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
