import { findAction } from './action.ts'
import { type PatternToken, parsePattern, tokensIntersect } from './pattern-intersection.ts'
import { rememberEach } from './remember.ts'
import { loadServiceTable, type ResourceTypeRow } from './service-table.ts'

/** A kind of resource, as AWS's service authorization reference gives it. */
export interface ResourceTypeFacts {
  readonly name: string
  /** With `*` for every placeholder: `arn:*:s3:::*`. */
  readonly arnPatterns: readonly string[]
  /** As AWS writes it, for messages: `arn:${Partition}:s3:::${BucketName}`. A few types have two, `A or B`. */
  readonly arnFormat: string
  readonly conditionKeys: readonly string[]
}

/** A resource type by the service's prefix and its own name, both in any case. */
export function findResourceType(service: string, name: string): ResourceTypeFacts | undefined {
  const row = loadServiceTable(service.toLowerCase())?.resourceTypes.get(name.toLowerCase())
  if (row === undefined) return undefined
  const { arnFormats, conditionKeys } = row
  return {
    name: row.name,
    arnPatterns: arnFormats.map(toPattern),
    arnFormat: arnFormats.join(' or '),
    conditionKeys,
  }
}

/**
 * The ARN patterns of what an action works on. Empty when the action takes only `*`, and when it does not exist:
 * ask `findAction` which.
 */
export function resourcesOfAction(action: string): readonly string[] {
  return typesOfAction(action).flatMap((type) => type.arnFormats.map(toPattern))
}

/**
 * Whether a policy's `Resource` can match anything that the action works on. False says that AWS's published tables rule
 * it out. They have gaps, and some of AWS's own managed policies contradict them: so it is worth a warning, and never a
 * decision. True is said in doubt: for an action that AWS does not list, for policy variables, which stand for any text
 * here, and for a wildcard over everything of a service.
 */
export function canResourceMatch(action: string, resource: string): boolean {
  if (findAction(action) === undefined) return true
  const wanted = withoutVariables(resource)
  const types = typesOfAction(action)
  if (types.length === 0) return canMatchNoResource(wanted)
  return types.some((type) => type.arnFormats.some((format) => canArnsMeet(format, wanted)))
}

/**
 * The resource of a request that names none is the text `*`, which an ARN never equals. AWS: some services decide on an
 * ARN all the same, and AWS's own walkthroughs grant `s3:ListAllMyBuckets` on `arn:aws:s3:::*`.
 */
function canMatchNoResource(pattern: string): boolean {
  const star: PatternToken = { kind: 'character', character: '*' }
  return tokensIntersect([star], parsePattern(pattern)) || /^\*+$/.test(splitArn(pattern)[5] ?? '')
}

function typesOfAction(action: string): readonly ResourceTypeRow[] {
  const facts = findAction(action)
  if (facts === undefined) return []
  const table = loadServiceTable(facts.name.slice(0, facts.name.indexOf(':')))
  return facts.resourceTypes.flatMap(
    (type) => table?.resourceTypes.get(type.name.toLowerCase()) ?? [],
  )
}

/** The first five segments of an ARN are matched each by itself; the rest, with its colons, is the resource. */
function canArnsMeet(arnFormat: string, pattern: string): boolean {
  const segments = splitArn(pattern)
  if (segments.length < 6) return tokensIntersect(formatTokens(arnFormat), parsePattern(pattern))
  return splitArn(arnFormat).every((segment, index) =>
    tokensIntersect(formatTokens(segment), parsePattern(segments[index] ?? '')),
  )
}

function splitArn(text: string): readonly string[] {
  // A placeholder holds no colon, so both formats and patterns are split alike.
  const parts = text.split(':')
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** Placeholders whose values never hold a `/`: what tells a bucket from an object. */
const segmentPlaceholders: ReadonlySet<string> = new Set(['BucketName'])

/** AWS has a few thousand formats, each of which many actions share. */
const formatTokens = rememberEach((format: string): readonly PatternToken[] =>
  format.split(/(\$\{[^}]*\})/).flatMap((part): readonly PatternToken[] => {
    if (!part.startsWith('${')) return parsePattern(part)
    return [{ kind: segmentPlaceholders.has(part.slice(2, -1)) ? 'segment' : 'any' }]
  }),
)

function toPattern(arnFormat: string): string {
  return arnFormat.replace(/\$\{[^}]*\}/g, '*')
}

function withoutVariables(resource: string): string {
  return resource.replace(/\$\{[^}]*\}/g, '*')
}
