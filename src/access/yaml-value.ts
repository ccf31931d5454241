import type { Place } from './place.ts'
import { valueOfNode } from './yaml-node.ts'

/** The plain value at a place, undefined where the file holds nothing there. */
export function valueAt(place: Place): unknown {
  return place.node === undefined ? undefined : valueOfNode(place.node)
}
