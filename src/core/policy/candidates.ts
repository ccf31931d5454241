import { buildPrefixTree, type PrefixNode } from './prefix-tree.ts'

/** What a request has one text of, and statements tell the beginning of. */
export type Trait = 'action' | 'resource' | 'principal'

/**
 * Statements to look at for one request. Where they are many, `groups` leads to those that the request's text of one
 * trait starts like, which may be grouped again by another.
 * INVARIANT: whatever the request, every statement that takes it in is met exactly once on the way.
 */
export interface Candidates<E> {
  /** All of them, for whoever has no text to look by. */
  readonly all: readonly E[]
  readonly groups: CandidateGroups<E> | undefined
}

export interface CandidateGroups<E> {
  readonly trait: Trait
  readonly root: PrefixNode<Candidates<E>>
}

/** The beginnings of one trait's texts that an entry takes in, of which none is another's beginning. */
export type ReadPrefixes<E> = (entry: E, trait: Trait) => readonly string[]

/** Up to here, looking at each statement costs less than looking for it. */
const few = 8

/** Groups `all` by the first of `traits` that tells them apart, and the groups by the traits after it. */
export function groupCandidates<E>(
  all: readonly E[],
  traits: readonly Trait[],
  read: ReadPrefixes<E>,
): Candidates<E> {
  const [trait, ...others] = traits
  if (trait === undefined || all.length <= few) return { all, groups: undefined }
  const groups = new Map<string, E[]>()
  for (const entry of all) {
    for (const prefix of read(entry, trait)) push(groups, prefix, entry)
  }
  if (groups.size === 1 && groups.has('')) return groupCandidates(all, others, read)
  const grouped = new Map<string, Candidates<E>>()
  for (const [prefix, entries] of groups) {
    grouped.set(prefix, groupCandidates(entries, others, read))
  }
  return { all, groups: { trait, root: buildPrefixTree(grouped) } }
}

/**
 * The least of `prefixes` that every text with one of them has one of. More than `most` become the one that they
 * share, so that what is built from them grows no faster than the documents.
 */
export function leastPrefixes(prefixes: readonly string[], most: number): readonly string[] {
  const [first] = prefixes
  if (prefixes.length === 1 && first !== undefined) return prefixes
  const kept: string[] = []
  // In this order a text stands right after the texts that begin it.
  for (const prefix of prefixes.toSorted()) {
    const last = kept[kept.length - 1]
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix)
  }
  return kept.length <= most ? kept : [commonPrefix(kept)]
}

/** What all of `texts` start with. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = ''] = texts
  let length = first.length
  for (const text of texts) {
    length = Math.min(length, text.length)
    let shared = 0
    while (shared < length && first.charCodeAt(shared) === text.charCodeAt(shared)) shared += 1
    length = shared
  }
  return first.slice(0, length)
}

export function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
