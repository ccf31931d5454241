export interface RecentValues<V> {
  readonly get: (key: string) => V | undefined
  readonly set: (key: string, value: V) => void
}

/** Remembers the latest values it was given, as many as `limit`. */
export function createRecentValues<V>(limit: number): RecentValues<V> {
  const values = new Map<string, V>()
  return {
    get: (key) => values.get(key),
    set(key, value) {
      const isFull = values.size >= limit && !values.has(key)
      const oldest = isFull ? values.keys().next() : undefined
      if (oldest !== undefined && !oldest.done) values.delete(oldest.value)
      values.set(key, value)
    },
  }
}
