import { type GlobTokens, globTokens, literalTokens, matchTokens } from '../arn/glob.ts'
import { contextValue, type Facts } from '../evaluate/facts.ts'
import type { ContextValue } from '../evaluate/request.ts'
import { doubt } from './doubt.ts'

/**
 * Text of a policy with its `${...}` taken apart. `${*}`, `${?}` and `${$}` are those characters themselves.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined }

/** The parts of `text`, or undefined where a `${` has no readable variable after it. */
export function parseTemplate(text: string): readonly TemplatePart[] | undefined {
  const parts: TemplatePart[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('${', at)
    const plain = text.slice(at, open < 0 ? text.length : open)
    if (plain !== '') parts.push({ kind: 'text', text: plain })
    if (open < 0) break
    const close = text.indexOf('}', open)
    if (close < 0) return undefined
    const part = parseVariable(text.slice(open + 2, close))
    if (part === undefined) return undefined
    parts.push(part)
    at = close + 1
  }
  return parts
}

function parseVariable(inside: string): TemplatePart | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return { kind: 'literal', text: inside }
  const comma = inside.indexOf(',')
  const key = (comma < 0 ? inside : inside.slice(0, comma)).trim()
  if (key === '' || /['"{$*?]/.test(key)) return undefined
  if (comma < 0) return { kind: 'variable', key: key.toLowerCase(), fallback: undefined }
  const quoted = inside.slice(comma + 1).trim()
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return undefined
  return { kind: 'variable', key: key.toLowerCase(), fallback: quoted.slice(1, -1) }
}

export function isStatic(parts: readonly TemplatePart[]): boolean {
  return parts.every((part) => part.kind !== 'variable')
}

/** The text with every variable replaced, nothing in it a wildcard; undefined where a variable has no value. */
export function fillText(parts: readonly TemplatePart[], facts: Facts): string | undefined {
  let text = ''
  for (const part of parts) {
    const piece = part.kind === 'variable' ? variableValue(part, facts) : part.text
    if (piece === undefined) return undefined
    text += piece
  }
  return text
}

/**
 * Whether `text` is what the pattern takes in with every variable replaced; undefined where one has no value.
 * Wildcards are those the policy wrote, never those a value brings along.
 */
export function matchTemplate(
  parts: readonly TemplatePart[],
  facts: Facts,
  text: string,
): boolean | undefined {
  const pieces: { readonly isPattern: boolean; readonly text: string }[] = []
  let least = 0
  for (const part of parts) {
    const value = part.kind === 'variable' ? variableValue(part, facts) : part.text
    if (value === undefined) return undefined
    const isPattern = part.kind === 'text'
    pieces.push({ isPattern, text: value })
    least += isPattern ? leastLength(value) : value.length
  }
  // A long value in a pattern that names it often fills the memory, and is too long for any text.
  if (least > text.length) return false
  const tokens: readonly GlobTokens[] = pieces.map((piece) =>
    piece.isPattern ? globTokens(piece.text) : literalTokens(piece.text),
  )
  return matchTokens(tokens.flat(), text)
}

/** How long whatever the pattern takes in is at least. */
function leastLength(pattern: string): number {
  let length = 0
  for (let at = 0; at < pattern.length; at += 1) if (pattern[at] !== '*') length += 1
  return length
}

function variableValue(
  variable: Extract<TemplatePart, { kind: 'variable' }>,
  facts: Facts,
): string | undefined {
  const value: ContextValue | undefined = contextValue(facts, variable.key)
  if (value === undefined) return variable.fallback
  if (typeof value !== 'object') return String(value)
  if (value.length === 1) return String(value[0])
  facts.doubts |= doubt.manyValuesInVariable
  return undefined
}
