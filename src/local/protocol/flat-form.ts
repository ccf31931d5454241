import { decodeParameter } from './decode-text.ts'
import { parseScalar } from './scalar-text.ts'
import type { StructureShape } from './service-model.ts'

/** A form without nested parameters: texts by name. */
export type FlatForm = ReadonlyMap<string, string>

/** More are left to the reader of all forms, which has a limit. */
const longestForm = 100

/**
 * Reads a form none of whose names is nested, as those of most calls are, without making a tree of it. Undefined where
 * one is, and for everything that is wrong with a form: the reader of all forms says what.
 */
export function parseFlatForm(text: string): FlatForm | undefined {
  const form = new Map<string, string>()
  let start = 0
  while (start < text.length) {
    const end = endOf(text, start)
    if (end === start || form.size === longestForm) return undefined
    const equals = text.indexOf('=', start)
    if (equals === -1 || equals > end) return undefined
    const name = decodeParameter(text.slice(start, equals))
    const value = decodeParameter(text.slice(equals + 1, end))
    if (name === undefined || value === undefined) return undefined
    if (name.includes('.') || form.has(name)) return undefined
    form.set(name, value)
    start = end + 1
  }
  return form
}

function endOf(text: string, start: number): number {
  const end = text.indexOf('&', start)
  return end === -1 ? text.length : end
}

/** An operation's input, where all of it that is there is scalar and good; else undefined, as `parseFlatForm`. */
export function readFlatStructure(
  shape: StructureShape,
  form: FlatForm,
): Record<string, unknown> | undefined {
  if (shape.isUnion) return undefined
  const value: Record<string, unknown> = {}
  for (const member of shape.members) {
    const text = form.get(member.wireName)
    if (text === undefined) continue
    const { kind } = member.shape
    if (kind === 'structure' || kind === 'list' || kind === 'map') return undefined
    const scalar = parseScalar(kind, text, 'dateTime')
    if (scalar === undefined) return undefined
    value[member.name] = scalar
  }
  return value
}
