import { ecrError } from './ecr-error.ts'

export interface PageInput {
  readonly nextToken?: string
  readonly maxResults?: number
}

export interface Page<V> {
  readonly items: readonly V[]
  readonly nextToken?: string
}

/** One page of a list; the token holds the last key shown. */
export function pageOf<V>(
  all: readonly V[],
  input: PageInput,
  keyOf: (item: V) => string,
): Page<V> {
  const { maxResults: limit = 100 } = input
  if (limit < 1 || limit > 1000)
    throw ecrError(
      'InvalidParameterException',
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'must be between 1 and 1000'",
    )
  const after = input.nextToken === undefined ? undefined : readToken(input.nextToken)
  const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) > after)
  const rest = start < 0 ? [] : all.slice(start)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  if (items.length === rest.length || last === undefined) return { items }
  return { items, nextToken: Buffer.from(keyOf(last)).toString('base64') }
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString()
  if (Buffer.from(key).toString('base64') === token) return key
  throw ecrError('InvalidParameterException', "Invalid parameter at 'nextToken'")
}
