/**
 * Loads at the first call and answers from memory after it. The generated tables never change while a program
 * runs, so nobody can tell the difference but by the clock: the one reason why this state may live in a module.
 */
export function remember<Value>(load: () => Value): () => Value {
  let loaded: { readonly value: Value } | undefined
  return () => {
    loaded ??= { value: load() }
    return loaded.value
  }
}

/** The same for one value per key. */
export function rememberEach<Value>(load: (key: string) => Value): (key: string) => Value {
  const loaded = new Map<string, { readonly value: Value }>()
  return (key) => {
    const known = loaded.get(key)
    if (known !== undefined) return known.value
    const value = load(key)
    loaded.set(key, { value })
    return value
  }
}
