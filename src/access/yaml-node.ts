import { unreachable } from '../core/index.ts'
import type { Position } from './position.ts'

/** A YAML document as plain data in which every part still knows where it stood. Aliases are already followed. */
export type YamlNode = YamlScalar | YamlList | YamlMap

export interface YamlScalar {
  readonly kind: 'scalar'
  readonly position: Position
  /** YAML 1.2's reading of an unquoted scalar. Dates stay text. */
  readonly value: string | number | boolean | null
  /** As written, without quotes: `012` where `value` is 12. */
  readonly text: string
}

export interface YamlList {
  readonly kind: 'list'
  readonly position: Position
  readonly items: readonly YamlNode[]
}

export interface YamlMap {
  readonly kind: 'map'
  readonly position: Position
  readonly entries: ReadonlyMap<string, YamlEntry>
}

export interface YamlEntry {
  readonly key: string
  readonly keyPosition: Position
  readonly node: YamlNode
}

/** The node as plain JavaScript values, for the shape check; below `depth` levels everything is null. */
export function valueOfNode(node: YamlNode, depth = Number.POSITIVE_INFINITY): unknown {
  if (depth < 0) return null
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map((item) => valueOfNode(item, depth - 1))
    case 'map':
      return Object.fromEntries(
        [...node.entries.values()].map((entry) => [entry.key, valueOfNode(entry.node, depth - 1)]),
      )
    default:
      return unreachable(node)
  }
}

/** What a person would call the node: `the number 12`, `a list`. */
export function describeNode(node: YamlNode | undefined): string {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return 'nothing'
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map of keys'
  const shown = `\`${node.text.length > 60 ? `${node.text.slice(0, 60)}…` : node.text}\``
  return typeof node.value === 'number' ? `the number ${shown}` : shown
}
