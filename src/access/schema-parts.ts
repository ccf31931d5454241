import { z } from 'zod'
import type { Grammar } from './grammar.ts'

/** What the JSON Schema says about a text besides its type. The grammar itself is checked with better words later. */
export interface TextFacts {
  readonly description: string
  readonly examples?: readonly string[]
  readonly grammar?: Grammar
}

/** A text of the access file. */
export function text(facts: TextFacts) {
  const { examples } = facts
  return z.string().meta({
    description: facts.description,
    ...(examples === undefined ? {} : { examples: [...examples] }),
    ...grammarFacts(facts.grammar),
  })
}

/** One text, or a list of at least one. */
export function textOrList(facts: TextFacts) {
  return z
    .union([text(facts), z.array(z.string().meta(grammarFacts(facts.grammar))).min(1)])
    .meta({ description: facts.description })
}

/** Texts under free keys, such as tags. */
export function textMap(description: string) {
  return z.record(z.string(), z.string()).meta({ description })
}

/** A free key of a map. */
export function nameKey(grammar: Grammar) {
  return z.string().meta(grammarFacts(grammar))
}

/** Adds to the JSON Schema alone that exactly one of these keys belongs in a map. */
export function exactlyOne(...keys: readonly string[]): Readonly<Record<string, unknown>> {
  return { oneOf: keys.map((key) => ({ required: [key] })) }
}

function grammarFacts(grammar: Grammar | undefined): Readonly<Record<string, unknown>> {
  if (grammar === undefined || grammar.pattern.flags !== '') return {}
  const { pattern, minLength, maxLength } = grammar
  return { pattern: pattern.source, maxLength, ...(minLength > 0 ? { minLength } : {}) }
}
