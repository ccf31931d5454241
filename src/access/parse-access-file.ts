import type { AccessFile, Expectation } from './access-file.ts'
import { outlineShape } from './access-schema.ts'
import { expectationShape } from './expectation-schema.ts'
import { accessFileJsonSchema, type JsonSchema } from './json-schema.ts'
import { type NamedPlace, parseAccounts, reportDuplicateNames } from './parse-accounts.ts'
import { type ExpectationScope, parseExpectation } from './parse-expectation.ts'
import { parseFileName } from './parse-file-name.ts'
import { parseGrant } from './parse-grant.ts'
import {
  entryPlaces,
  itemPlaces,
  type Place,
  placeAt,
  problemAt,
  type Report,
  topPlace,
} from './place.ts'
import type { Problem } from './problem.ts'
import { type AccessSource, readYaml } from './read-yaml.ts'
import { parseShape, type ShapeTools } from './shape-problems.ts'
import { type PlacedGrant, reportSharedRoles, reportSimilarNames } from './shared-roles.ts'
import { valueAt } from './yaml-value.ts'

/** A file without errors, perhaps with warnings; or everything that is wrong with it, in the file's order. */
export type AccessParse =
  | { readonly ok: true; readonly access: AccessFile; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Parses the files of one access file together. Never throws; every problem of every file is listed at once. */
export function parseAccessFile(sources: readonly AccessSource[]): AccessParse {
  const readings = sources.map((source) => readYaml(source))
  const problems: Problem[] = readings.flatMap((reading) => reading.problems)
  const report: Report = (place, finding) => problems.push(problemAt(place, finding))
  const tools = { report, schema: lazily(accessFileJsonSchema) }
  const tops = readings.flatMap(({ node }) => (node === undefined ? [] : [topPlace(node)]))
  const isReadable = readings.every(
    ({ node, problems: own }) => node !== undefined || own.length === 0,
  )
  const isComplete = tops.map((top) => isOutlineFine(top, tools)).every(Boolean) && isReadable
  const parts = parseParts(tops, { ...tools, isComplete })
  const name = parseFileName(tops, report)
  const named = name === undefined ? {} : { name }
  if (isComplete) problems.push(...missingParts(tops, sources))
  const sorted = sortProblems(problems, sources)
  return sorted.some(({ severity }) => severity === 'error')
    ? { ok: false, problems: sorted }
    : {
        ok: true,
        access: { sources: sources.map(({ file }) => file), ...named, ...parts },
        problems: sorted,
      }
}

interface ParseTools extends ShapeTools {
  readonly isComplete: boolean
}

/** False when names may be missing because of how the file is written: then no name is called unknown. */
function isOutlineFine(top: Place, tools: ShapeTools): boolean {
  if (parseShape(outlineShape, { ...tools, place: top, value: valueAt(top, 1) }) !== undefined)
    return true
  return (['accounts', 'grants'] as const).every((key) => placeAt(top, key).node?.kind === 'map')
}

function parseParts(
  tops: readonly Place[],
  tools: ParseTools,
): Omit<AccessFile, 'sources' | 'name'> {
  const directory = parseAccounts(namedPlaces(tops, 'accounts'), tools)
  const grantEntries = namedPlaces(tops, 'grants')
  reportDuplicateNames(grantEntries, { report: tools.report, what: 'grant' })
  const placed: readonly PlacedGrant[] = grantEntries.flatMap(({ name, place }) => {
    const grant = parseGrant({ ...tools, place, name, directory })
    return grant === undefined ? [] : [{ grant, place }]
  })
  reportSharedRoles(placed, tools.report)
  reportSimilarNames(placed, tools.report)
  const grants = new Map(placed.map(({ grant }) => [grant.name, grant]))
  const grantNames = new Set(grantEntries.map(({ name }) => name))
  const expectations = tops
    .flatMap((top) => listPlaces(placeAt(top, 'expect')))
    .flatMap((place) => parseOneExpectation({ ...tools, place, directory, grants, grantNames }))
  return { accounts: directory.accounts, grants: [...grants.values()], expectations }
}

function parseOneExpectation(scope: ExpectationScope & ShapeTools): readonly Expectation[] {
  const shape = parseShape(expectationShape, { ...scope, value: valueAt(scope.place) })
  return (shape && parseExpectation(shape, scope)) ?? []
}

function namedPlaces(tops: readonly Place[], key: 'accounts' | 'grants'): readonly NamedPlace[] {
  return tops.flatMap((top) =>
    [...entryPlaces(placeAt(top, key))].map(([name, place]) => ({ name, place })),
  )
}

function listPlaces(place: Place): readonly Place[] {
  return place.node?.kind === 'list' ? itemPlaces(place) : []
}

function missingParts(
  tops: readonly Place[],
  sources: readonly AccessSource[],
): readonly Problem[] {
  const position = { file: sources[0]?.file ?? '', line: 1, column: 1 }
  const remedies = {
    accounts: 'add `accounts: { NAME: { id: "…" } }`, or let `stile init` write a first file',
    grants: 'add `grants:`; `grants: {}` says that there are none',
  }
  return (['accounts', 'grants'] as const)
    .filter((key) => !tops.some((top) => placeAt(top, key).node !== undefined))
    .map((key) => ({
      severity: 'error',
      code: 'missing-key',
      path: key,
      position,
      message: `the key \`${key}\` is missing`,
      remedy: remedies[key],
    }))
}

function sortProblems(
  problems: readonly Problem[],
  sources: readonly AccessSource[],
): readonly Problem[] {
  const order = new Map(sources.map(({ file }, index) => [file, index]))
  const rank = (problem: Problem) => order.get(problem.position.file) ?? 0
  return [...problems].sort(
    (left, right) =>
      rank(left) - rank(right) ||
      left.position.line - right.position.line ||
      left.position.column - right.position.column,
  )
}

function lazily(make: () => JsonSchema): () => JsonSchema {
  let made: JsonSchema | undefined
  return () => {
    made ??= make()
    return made
  }
}
