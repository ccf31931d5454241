/**
 * Values by text, for finding those of all texts that a given text starts with: in time that grows with the given
 * text and not with the number of texts. Whoever looks walks from the root by `childOf`, and takes every value met.
 */
export interface PrefixNode<V> {
  /** What the texts below hold between the parent's place and this one; empty at the root. */
  readonly label: string
  /** Present where one of the texts ends. */
  readonly value: V | undefined
  /** By the first UTF-16 unit of their labels. */
  readonly children: ReadonlyMap<number, PrefixNode<V>> | undefined
}

/** A tree of all texts. Each step takes a part of a text that no other step takes: the time grows with their length. */
export function buildPrefixTree<V>(values: ReadonlyMap<string, V>): PrefixNode<V> {
  const root = newNode<V>('')
  for (const [text, value] of values) placeOf(root, text).value = value
  return root
}

/** The next node on the way of `text`, of which the first `at` units led to `node`; undefined at the end of the way. */
export function childOf<V>(
  node: PrefixNode<V>,
  text: string,
  at: number,
): PrefixNode<V> | undefined {
  if (node.children === undefined || at >= text.length) return undefined
  const child = node.children.get(text.charCodeAt(at))
  if (child === undefined) return undefined
  const { label } = child
  // Texts that differ mostly do so at the label's end; looking there first spares the comparison.
  const last = label.length - 1
  if (text.charCodeAt(at + last) !== label.charCodeAt(last)) return undefined
  return text.startsWith(label, at) ? child : undefined
}

interface GrowingNode<V> {
  label: string
  value: V | undefined
  children: Map<number, GrowingNode<V>> | undefined
}

function newNode<V>(label: string): GrowingNode<V> {
  return { label, value: undefined, children: undefined }
}

function placeOf<V>(root: GrowingNode<V>, text: string): GrowingNode<V> {
  let node = root
  let at = 0
  while (at < text.length) {
    const child = node.children?.get(text.charCodeAt(at))
    if (child === undefined) return grow(node, text.slice(at))
    const shared = sharedLength(child.label, text, at)
    node = shared < child.label.length ? split(node, child, shared) : child
    at += shared
  }
  return node
}

function grow<V>(node: GrowingNode<V>, label: string): GrowingNode<V> {
  const leaf = newNode<V>(label)
  node.children ??= new Map()
  node.children.set(label.charCodeAt(0), leaf)
  return leaf
}

function split<V>(parent: GrowingNode<V>, child: GrowingNode<V>, at: number): GrowingNode<V> {
  const middle = grow(parent, child.label.slice(0, at))
  child.label = child.label.slice(at)
  middle.children = new Map([[child.label.charCodeAt(0), child]])
  return middle
}

function sharedLength(label: string, text: string, at: number): number {
  let length = 0
  while (length < label.length && label.charCodeAt(length) === text.charCodeAt(at + length)) {
    length += 1
  }
  return length
}
