import type { Place } from './place.ts'
import { valueOfNode } from './yaml-node.ts'

/** The plain value at a place, undefined where the file holds nothing there; below `depth` levels it is null. */
export function valueAt(place: Place, depth?: number): unknown {
  return place.node === undefined ? undefined : valueOfNode(place.node, depth)
}
