/**
 * `make`, with its latest answers kept by text: for what is asked again and again about the same few texts.
 * Undefined is not kept, nor what a text of more than `longest` UTF-16 units gave.
 */
export function rememberLatest<V>(
  make: (text: string) => V,
  { limit, longest }: { readonly limit: number; readonly longest: number },
): (text: string) => V {
  const known = new Map<string, V>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    if (made === undefined || text.length > longest) return made
    if (known.size >= limit) known.clear()
    known.set(text, made)
    return made
  }
}
