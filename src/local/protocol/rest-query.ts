import { decodeParameter } from './decode-text.ts'

/** Query parameters by name, each with its values in the order they came. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>

/** Reads a query string; `undefined` when it is not percent-encoded UTF-8. */
export function parseQueryString(text: string): QueryParameters | undefined {
  const parameters = new Map<string, string[]>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const split = pair.indexOf('=')
    const key = decodeParameter(split < 0 ? pair : pair.slice(0, split))
    const value = decodeParameter(split < 0 ? '' : pair.slice(split + 1))
    if (key === undefined || value === undefined) return undefined
    const values = parameters.get(key)
    if (values === undefined) parameters.set(key, [value])
    else values.push(value)
  }
  return parameters
}
