import { type JsonObject, quote } from './policy-problem.ts'
import type { StatementPlace } from './statement-place.ts'

/** An element and its `Not` form, of which a statement may have one. */
export interface TextElement {
  readonly name: string
  readonly negated: boolean
  readonly patterns: readonly string[]
  /** Whether the document gave a list, for paths. */
  readonly isList: boolean
}

/** Reads the one of two elements that is there; undefined when neither is, or when what is there is no list of texts. */
export function readOneOf(
  value: JsonObject,
  [plain, not]: readonly [string, string],
  place: StatementPlace,
): TextElement | undefined {
  if (value[plain] !== undefined && value[not] !== undefined) {
    const what = `\`${plain}\` and \`${not}\` exclude each other`
    return place.problems.add('conflicting-elements', place.path, what)
  }
  const name = value[not] === undefined ? plain : not
  const given = value[name]
  if (given === undefined) return undefined
  const patterns = readTexts(given, { ...place, path: `${place.path}.${name}` })
  if (patterns === undefined) return undefined
  return { name, negated: name === not, patterns, isList: Array.isArray(given) }
}

/** One text or a list of texts; undefined when it is neither. */
export function readTexts(given: unknown, place: StatementPlace): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) {
    return place.problems.add('empty-list', place.path, 'the list is empty')
  }
  const texts = list.filter((each): each is string => typeof each === 'string')
  if (texts.length === list.length) return texts
  const other = list.find((each) => typeof each !== 'string')
  const what = `text or a list of texts is expected, not ${quote(other)}`
  return place.problems.add('not-text', place.path, what)
}
