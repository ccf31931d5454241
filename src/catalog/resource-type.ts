import { findAction } from './action.ts'
import {
  type PatternToken,
  parsePattern,
  patternsIntersect,
  tokensIntersect,
} from './pattern-intersection.ts'
import { loadServiceTable, type ResourceTypeRow } from './service-table.ts'

/** A kind of resource, as AWS's service authorization reference gives it. */
export interface ResourceTypeFacts {
  readonly name: string
  /** With `*` for every placeholder: `arn:*:s3:::*`. */
  readonly arnPatterns: readonly string[]
  /** As AWS writes it, for messages: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. */
  readonly arnFormat: string
  readonly conditionKeys: readonly string[]
}

/** A resource type by the service's prefix and its own name, both in any case. */
export function findResourceType(service: string, name: string): ResourceTypeFacts | undefined {
  const row = loadServiceTable(service.toLowerCase())?.resourceTypes.get(name.toLowerCase())
  if (row === undefined) return undefined
  const { arnFormat, conditionKeys } = row
  return { name: row.name, arnPatterns: [toPattern(arnFormat)], arnFormat, conditionKeys }
}

/**
 * The ARN patterns of what an action works on. Empty when the action takes only `*`, and when it does not exist:
 * ask `findAction` which.
 */
export function resourcesOfAction(action: string): readonly string[] {
  return typesOfAction(action).map((type) => toPattern(type.arnFormat))
}

/**
 * Whether a policy's `Resource` can match anything that the action works on. False is certain: the statement has
 * no effect for this action. True is said in doubt too: for an action that AWS does not list, and for policy variables,
 * which stand for any text here.
 */
export function canResourceMatch(action: string, resource: string): boolean {
  if (findAction(action) === undefined) return true
  const wanted = withoutVariables(resource)
  const types = typesOfAction(action)
  if (types.length === 0) return canMatchNoResource(action, wanted)
  return types.some((type) => canArnsMeet(type.arnFormat, wanted))
}

/**
 * AWS: `ListAllMyBuckets` has no resource type, yet AWS's own walkthrough grants it on `arn:aws:s3:::*`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html
 */
const acceptedInsteadOfStar: Readonly<Record<string, string>> = {
  's3:listallmybuckets': 'arn:*:s3:::*',
}

/** The resource of a request that names none is the text `*`, which an ARN never equals. */
function canMatchNoResource(action: string, pattern: string): boolean {
  const star: PatternToken = { kind: 'character', character: '*' }
  if (tokensIntersect([star], parsePattern(pattern))) return true
  const accepted = acceptedInsteadOfStar[action.toLowerCase()]
  return accepted !== undefined && patternsIntersect(accepted, pattern)
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

function formatTokens(format: string): readonly PatternToken[] {
  return format.split(/(\$\{[^}]*\})/).flatMap((part): readonly PatternToken[] => {
    if (!part.startsWith('${')) return parsePattern(part)
    return [{ kind: segmentPlaceholders.has(part.slice(2, -1)) ? 'segment' : 'any' }]
  })
}

function toPattern(arnFormat: string): string {
  return arnFormat.replace(/\$\{[^}]*\}/g, '*')
}

function withoutVariables(resource: string): string {
  return resource.replace(/\$\{[^}]*\}/g, '*')
}
