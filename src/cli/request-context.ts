import { CliError } from './cli-error.ts'

type Context = Readonly<Record<string, string | readonly string[]>>

/** `key=value` pairs; a key given twice, in any case, has both values. */
export function contextPairs(pairs: unknown): Readonly<Record<string, readonly string[]>> {
  const context = new Map<string, { readonly key: string; readonly values: readonly string[] }>()
  for (const pair of Array.isArray(pairs) ? pairs.map(String) : []) {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliError(`--context \`${pair}\`: write it as key=value`)
    const written = pair.slice(0, at)
    const name = written.toLowerCase()
    const { key, values } = context.get(name) ?? { key: written, values: [] }
    context.set(name, { key, values: [...values, pair.slice(at + 1)] })
  }
  return Object.fromEntries([...context.values()].map(({ key, values }) => [key, values]))
}

/** A context with others laid over it: of a key, in any case, the last word counts. */
export function layContext(under: Context, over: Context): Context {
  const laid = new Set(Object.keys(over).map((key) => key.toLowerCase()))
  const kept = Object.entries(under).filter(([key]) => !laid.has(key.toLowerCase()))
  return { ...Object.fromEntries(kept), ...over }
}
