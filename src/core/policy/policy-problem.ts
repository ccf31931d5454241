import { didYouMean } from './nearest.ts'

/** One thing wrong with a policy document. `path` leads into the document, such as `Statement[0].Condition`. */
export interface PolicyProblem {
  /** Stable and kebab-case, such as `unknown-operator`. */
  readonly code: string
  readonly path: string
  /** Lower case, no full stop, the document's own text in backticks. */
  readonly message: string
}

/** Takes in problems while a document is read, so that all of them are reported and not the first. */
export interface ProblemList {
  readonly add: (code: string, path: string, message: string) => undefined
  /** ``; did you mean `x`?`` for the first name that is near a candidate, for so many names of a document and no more. */
  readonly hint: (names: readonly string[], candidates: readonly string[]) => string
  readonly all: () => readonly PolicyProblem[]
}

/** Who mistyped more than this has a pattern to the mistake, and comparing names takes time. */
const hintsSought = 20

export function newProblemList(): ProblemList {
  const problems: PolicyProblem[] = []
  let sought = 0
  return {
    hint: (names, candidates) => {
      sought += 1
      if (sought > hintsSought) return ''
      return names.map((name) => didYouMean(name, candidates)).find(Boolean) ?? ''
    },
    add: (code, path, message) => {
      problems.push({ code, path, message })
      return undefined
    },
    all: () => problems,
  }
}

/** A value of the document for a message: text in backticks, cut where it is long. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : nameOf(value)
  return `\`${text.length > 100 ? `${text.slice(0, 100)}…` : text}\``
}

/** What a JSON value is, in a document's own words. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? 'text' : 'nothing'
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
