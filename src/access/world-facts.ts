import type { ProofWorld } from './prove-world.ts'

/**
 * What follows from a world alone: made when it is first asked for, and kept for as long as the world itself. A world
 * never changes, so nobody can tell the difference but by the clock: the one reason why this state may live in a module.
 */
export function ofWorld<Value>(make: (world: ProofWorld) => Value): (world: ProofWorld) => Value {
  const made = new WeakMap<ProofWorld, { readonly value: Value }>()
  return (world) => {
    const present = made.get(world)
    if (present !== undefined) return present.value
    const value = make(world)
    made.set(world, { value })
    return value
  }
}

/** Values by key, each made once; from the start again when there are more than `limit`. */
export interface Keeper<Value> {
  readonly keep: (key: string, make: () => Value) => Value
}

export function keeper<Value>(limit = Number.POSITIVE_INFINITY): Keeper<Value> {
  const made = new Map<string, { readonly value: Value }>()
  return {
    keep: (key, make) => {
      const present = made.get(key)
      if (present !== undefined) return present.value
      const value = make()
      if (made.size >= limit) made.clear()
      made.set(key, { value })
      return value
    },
  }
}

/** Items by each of their keys, in their own order. */
export function groupBy<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly string[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const present = groups.get(key)
      if (present === undefined) groups.set(key, [item])
      else present.push(item)
    }
  }
  return groups
}
