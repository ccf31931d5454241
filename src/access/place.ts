import type { Position } from './position.ts'
import type { Problem } from './problem.ts'
import type { YamlMap, YamlNode } from './yaml-node.ts'

export type PathSegment = string | number

/** A part of the access file, present or missing, with the path of keys that leads to it. */
export interface Place {
  readonly segments: readonly PathSegment[]
  /** Undefined where the file holds nothing at this path. */
  readonly node: YamlNode | undefined
  /** Of the value; where there is none, of the nearest key or value above it. */
  readonly position: Position
  /** Of the key that holds the value; of the value itself in a list and at the top. */
  readonly keyPosition: Position
  /** Where there is no node: the map that lacks it. */
  readonly lackedBy?: YamlMap
}

/** What a check found, to which a place adds path and position. */
export interface Finding {
  readonly code: string
  readonly message: string
  readonly remedy?: string
  readonly severity?: Problem['severity']
}

/** Takes note of one finding. Checks report and go on, so that every problem is seen at once. */
export type Report = (place: Place, finding: Finding) => void

/** Where a check works, and where its findings go. */
export interface Scope {
  readonly place: Place
  readonly report: Report
}

/** The scope of a part, whatever else the scope carries. */
export function scopeAt<S extends Scope>(scope: S, ...segments: readonly PathSegment[]): S {
  return { ...scope, place: placeAt(scope.place, ...segments) }
}

export function topPlace(node: YamlNode): Place {
  return { segments: [], node, position: node.position, keyPosition: node.position }
}

/** The place at `segments` below `place`; never fails, a missing part is a place without a node. */
export function placeAt(place: Place, ...segments: readonly PathSegment[]): Place {
  return segments.reduce(stepInto, place)
}

/** The place of a map's key rather than of its value, for findings about the key itself. */
export function keyPlaceAt(place: Place, key: string): Place {
  const inner = placeAt(place, key)
  return { ...inner, position: inner.keyPosition }
}

/** The places of a list's items; a lone value counts as a list of one, as it does in the file. */
export function itemPlaces(place: Place): readonly Place[] {
  if (place.node === undefined) return []
  return place.node.kind === 'list'
    ? place.node.items.map((_, index) => placeAt(place, index))
    : [place]
}

/** The places of a map's values under their keys, in the file's order. */
export function entryPlaces(place: Place): ReadonlyMap<string, Place> {
  if (place.node?.kind !== 'map') return new Map()
  return new Map([...place.node.entries.keys()].map((key) => [key, placeAt(place, key)]))
}

export function problemAt(place: Place, finding: Finding): Problem {
  return {
    severity: finding.severity ?? 'error',
    code: finding.code,
    path: renderPath(place.segments),
    position: place.position,
    message: finding.message,
    ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
  }
}

/** `grants.push-images.allow[0].policy`; a key that would not read well stands in brackets. */
export function renderPath(segments: readonly PathSegment[]): string {
  return segments.map(renderSegment).join('').replace(/^\./, '')
}

function renderSegment(segment: PathSegment): string {
  if (typeof segment === 'number') return `[${segment}]`
  return /^[\w-]+$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`
}

function stepInto(place: Place, segment: PathSegment): Place {
  const segments = [...place.segments, segment]
  return stepIntoNode(place.node, segments) ?? missingPlace(place, segments)
}

function stepIntoNode(
  node: YamlNode | undefined,
  segments: readonly PathSegment[],
): Place | undefined {
  const segment = segments.at(-1)
  if (node?.kind === 'list' && typeof segment === 'number') {
    const item = node.items[segment]
    return item && { segments, node: item, position: item.position, keyPosition: item.position }
  }
  const entry = node?.kind === 'map' ? node.entries.get(String(segment)) : undefined
  return (
    entry && {
      segments,
      node: entry.node,
      position: entry.node.position,
      keyPosition: entry.keyPosition,
    }
  )
}

function missingPlace(place: Place, segments: readonly PathSegment[]): Place {
  const { keyPosition, node } = place
  return {
    segments,
    node: undefined,
    position: keyPosition,
    keyPosition,
    ...(node?.kind === 'map' ? { lackedBy: node } : {}),
  }
}
