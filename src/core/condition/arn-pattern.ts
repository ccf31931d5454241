import { type ArnSegments, splitArn } from '../arn/arn.ts'
import { compileGlob } from '../arn/glob.ts'
import type { Facts } from '../evaluate/facts.ts'
import { matchTemplate, type TemplatePart } from './template.ts'

/**
 * A pattern for ARNs: each of the six segments is matched by itself, so that `*` never reaches over a colon
 * before the resource part.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export type ArnPattern =
  | { readonly kind: 'whole'; readonly test: (text: string) => boolean }
  | { readonly kind: 'segments'; readonly segments: readonly SegmentTest[] }

/** `undefined`: a variable in the segment has no value. */
type SegmentTest = (segment: string, facts: Facts) => boolean | undefined

/** The pattern, or undefined where it has fewer than six segments. */
export function compileArnPattern(parts: readonly TemplatePart[]): ArnPattern | undefined {
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'text') return compilePlain(only.text)
  const segments = splitTemplate(parts)
  if (segments.length < 6) return undefined
  return { kind: 'segments', segments: segments.map(compileSegment) }
}

// Without wildcards before the resource part, five colons of the pattern can only meet the first five of the ARN.
function compilePlain(text: string): ArnPattern | undefined {
  const segments = splitArn(text)
  if (segments === undefined) return undefined
  const head = segments.slice(0, 5).join(':')
  if (!/[*?]/.test(head)) return { kind: 'whole', test: compileGlob(text) }
  return { kind: 'segments', segments: segments.map((segment) => compileGlob(segment)) }
}

export function matchArnPattern(pattern: ArnPattern, arn: string, facts: Facts): boolean {
  return matchArnSegments(pattern, { arn, segments: undefined }, facts) === true
}

export interface ArnText {
  readonly arn: string
  /** Where they are at hand. */
  readonly segments: ArnSegments | undefined
}

/** Undefined where a variable of the pattern has no value and nothing else rules the match out. */
export function matchArnSegments(
  pattern: ArnPattern,
  text: ArnText,
  facts: Facts,
): boolean | undefined {
  if (pattern.kind === 'whole') return pattern.test(text.arn)
  const segments = text.segments ?? splitArn(text.arn)
  if (segments === undefined) return false
  let isUnresolved = false
  for (const [i, test] of pattern.segments.entries()) {
    const result = test(segments[i] ?? '', facts)
    if (result === false) return false
    if (result === undefined) isUnresolved = true
  }
  return isUnresolved ? undefined : true
}

function compileSegment(parts: readonly TemplatePart[]): SegmentTest {
  const [only] = parts
  if (only === undefined) return (segment) => segment === ''
  if (parts.length === 1 && only.kind === 'text') return compileGlob(only.text)
  return (segment, facts) => matchTemplate(parts, facts, segment)
}

/** Splits at the first five colons that the policy itself wrote; those inside a variable's name do not count. */
export function splitTemplate(
  parts: readonly TemplatePart[],
): readonly (readonly TemplatePart[])[] {
  const segments: TemplatePart[][] = [[]]
  for (const part of parts) {
    if (part.kind !== 'text') {
      segments[segments.length - 1]?.push(part)
      continue
    }
    let rest = part.text
    let colon = rest.indexOf(':')
    while (colon >= 0 && segments.length < 6) {
      if (colon > 0)
        segments[segments.length - 1]?.push({ kind: 'text', text: rest.slice(0, colon) })
      segments.push([])
      rest = rest.slice(colon + 1)
      colon = rest.indexOf(':')
    }
    if (rest !== '') segments[segments.length - 1]?.push({ kind: 'text', text: rest })
  }
  return segments
}
