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

/**
 * `make`, with its latest answers kept by text: for what many requests say alike. Undefined is not kept, nor what a text
 * of more than `longest` UTF-16 units gave.
 */
export function rememberLatest<V>(
  make: (text: string) => V,
  { limit, longest }: { readonly limit: number; readonly longest: number },
): (text: string) => V {
  const known = createRecentValues<V>(limit)
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (text.length > longest) return make(text)
    // A slice would keep all of the request's head.
    const copy = Buffer.from(text, 'utf16le').toString('utf16le')
    const made = make(copy)
    if (made !== undefined) known.set(copy, made)
    return made
  }
}
