import { compareKeys } from './compare-keys.ts'

export interface KeyOrder {
  add(key: string): void
  keys(): readonly string[]
}

/** Keys in order, sorted when they are asked for: writing stays cheap, and a list is sorted once. */
export function createKeyOrder(isPresent: (key: string) => boolean): KeyOrder {
  let sorted: readonly string[] = []
  let added: string[] = []
  return {
    add(key) {
      added.push(key)
    },
    keys() {
      if (added.length > 0) {
        sorted = merge(sorted, added.sort(compareKeys), isPresent)
        added = []
      }
      return sorted
    },
  }
}

function merge(
  left: readonly string[],
  right: readonly string[],
  isPresent: (key: string) => boolean,
): readonly string[] {
  const merged: string[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    const a = left[i]
    const b = right[j]
    const isLeft = b === undefined || (a !== undefined && compareKeys(a, b) <= 0)
    const next = isLeft ? a : b
    if (isLeft) i += 1
    else j += 1
    if (next !== undefined && next !== merged[merged.length - 1] && isPresent(next)) {
      merged.push(next)
    }
  }
  return merged
}
