import type { z } from 'zod'
import { didYouMean, nearestName } from '../core/index.ts'
import { type JsonSchema, schemaAt } from './json-schema.ts'
import {
  type Finding,
  keyPlaceAt,
  type PathSegment,
  type Place,
  placeAt,
  type Report,
} from './place.ts'
import { describeNode } from './yaml-node.ts'

/** Checks one part of the file against its shape; every fault is reported in the file's own terms. */
export function parseShape<T>(shape: z.ZodType<T>, part: ShapePart): T | undefined {
  const result = shape.safeParse(part.value)
  if (result.success) return result.data
  for (const issue of result.error.issues) reportIssue(issue, part)
  return undefined
}

/** A value of the file and where it stands. */
export interface ShapePart extends ShapeTools {
  readonly value: unknown
  readonly place: Place
}

export interface ShapeTools {
  readonly report: Report
  /** The JSON Schema of the whole file, made when the first message needs its descriptions. */
  readonly schema: () => JsonSchema
}

type Issue = z.core.$ZodIssue

function reportIssue(issue: Issue, scope: ShapePart): void {
  const place = placeAt(scope.place, ...pathOf(issue))
  if (place.node === undefined) reportMissing(place, scope)
  else reportPresent(issue, { ...scope, at: place })
}

function reportPresent(issue: Issue, scope: ShapePart & { readonly at: Place }): void {
  const place = scope.at
  const schema = schemaAt(scope.schema(), place.segments)
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) scope.report(keyPlaceAt(place, key), unknownKey(key, schema))
      return
    case 'invalid_union':
      reportUnion(issue, scope)
      return
    case 'invalid_type':
      scope.report(place, wrongType(place, [issue.expected]))
      return
    case 'invalid_value':
      scope.report(place, wrongValue(place, issue.values))
      return
    case 'too_small':
      scope.report(place, {
        code: 'empty-list',
        message: `${nameOf(place)} is empty`,
        remedy: emptyRemedy(place),
      })
      return
    default:
      scope.report(place, { code: 'wrong-value', message: `${nameOf(place)} is not valid here` })
  }
}

/** Reports what the alternative of the right type says; where none has it, all types that would do. */
function reportUnion(issue: Issue & { readonly code: 'invalid_union' }, scope: ShapePart): void {
  const place = placeAt(scope.place, ...pathOf(issue))
  const fitting = issue.errors.find((issues) => !issues.some(isTypeOfWhole))
  if (fitting === undefined) {
    scope.report(place, wrongType(place, issue.errors.flatMap(expectedTypes)))
  } else {
    for (const inner of fitting) reportIssue(inner, { ...scope, place })
  }
}

/** A key that is there and mistyped is reported as an unknown one; that it is missing too would be noise. */
function reportMissing(place: Place, scope: ShapePart): void {
  const key = String(place.segments.at(-1))
  const known = Object.keys(schemaAt(scope.schema(), place.segments.slice(0, -1))?.properties ?? {})
  const present = [...(place.lackedBy?.entries.keys() ?? [])]
  const isMistyped = present.some(
    (name) => !known.includes(name) && nearestName(name, known) === key,
  )
  if (!isMistyped) scope.report(place, missingKey(place, schemaAt(scope.schema(), place.segments)))
}

function expectedTypes(issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_union') return issue.errors.flatMap(expectedTypes)
    return issue.code === 'invalid_type' ? [issue.expected] : []
  })
}

function isTypeOfWhole(issue: Issue): boolean {
  return (
    issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_union')
  )
}

function pathOf(issue: Issue): readonly PathSegment[] {
  return issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))
}

function unknownKey(key: string, schema: JsonSchema | undefined): Finding {
  const known = Object.keys(schema?.properties ?? {})
  const suggestion = didYouMean(key, known)
  return {
    code: 'unknown-key',
    message: `unknown key \`${key}\`${suggestion}`,
    remedy:
      suggestion === ''
        ? `remove it; the keys here are ${known.map((name) => `\`${name}\``).join(', ')}`
        : 'correct the key or remove it',
  }
}

function missingKey(place: Place, schema: JsonSchema | undefined): Finding {
  const key = String(place.segments.at(-1))
  const example = schema?.examples?.[0]
  const line = `${key}: ${example === undefined ? '…' : JSON.stringify(example)}`
  const purpose = schema?.description === undefined ? '' : ` (${sentence(schema.description)})`
  return {
    code: 'missing-key',
    message: `the key \`${key}\` is missing`,
    remedy: `add \`${line}\`${purpose}`,
  }
}

function wrongType(place: Place, expected: readonly string[]): Finding {
  const words = [...new Set(expected.map((type) => typeWords[type] ?? type))].join(' or ')
  const { node } = place
  const isBareText =
    expected.includes('string') &&
    node?.kind === 'scalar' &&
    node.value !== null &&
    typeof node.value !== 'string'
  return {
    code: 'wrong-type',
    message: `${nameOf(place)} must be ${words}, not ${describeNode(node)}${isBareText ? bareReason(node.value) : ''}`,
    ...(isBareText ? { remedy: `put it in quotes: \`"${node.text}"\`` } : remedyForType(place)),
  }
}

function bareReason(value: string | number | boolean | null): string {
  return typeof value === 'number'
    ? '; YAML reads digits without quotes as a number, and loses leading zeros'
    : '; YAML reads it as yes or no unless it is quoted'
}

function remedyForType(place: Place): { readonly remedy?: string } {
  if (place.segments.length === 0) {
    return {
      remedy: 'begin with `accounts:` and `grants:`, or let `stile init` write a first file',
    }
  }
  if (place.node?.kind !== 'scalar' || place.node.value !== null) return {}
  return { remedy: 'give it a value or remove the key' }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
}

function wrongValue(place: Place, values: readonly unknown[]): Finding {
  const known = values.map(String)
  const written = place.node?.kind === 'scalar' ? place.node.text : ''
  return {
    code: 'wrong-value',
    message: `${nameOf(place)} cannot be ${describeNode(place.node)}${didYouMean(written, known)}`,
    remedy: `write one of ${known.map((value) => `\`${value}\``).join(', ')}`,
  }
}

function emptyRemedy(place: Place): string {
  return place.segments.at(-1) === 'principals'
    ? 'name at least one principal; only leaving the key out means the whole account'
    : 'write at least one entry or remove the key'
}

function nameOf(place: Place): string {
  const last = place.segments.at(-1)
  if (last === undefined) return 'the file'
  if (typeof last === 'string') return `\`${last}\``
  const list = place.segments.at(-2)
  return typeof list === 'string' ? `entry ${last + 1} of \`${list}\`` : `entry ${last + 1}`
}

function sentence(description: string): string {
  const [first = ''] = description.split(/\. /)
  return first.replace(/\.$/, '').replace(/^([A-Z])(?=[a-z])/, (letter) => letter.toLowerCase())
}
