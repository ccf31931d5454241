import { compareKeys } from '../../store/compare-keys.ts'
import { invalidInput } from './organizations-error.ts'

export interface PageInput {
  readonly NextToken?: string
  readonly MaxResults?: number
}

export interface Page<V> {
  readonly items: readonly V[]
  readonly more: { readonly NextToken?: string }
}

/** One page of a list, in ascending order of keys; the token holds the last key shown. */
export function pageOf<V>(all: Iterable<V>, input: PageInput, keyOf: (item: V) => string): Page<V> {
  const limit = input.MaxResults ?? 20
  const after = input.NextToken === undefined ? undefined : readToken(input.NextToken)
  const sorted = [...all].sort((a, b) => compareKeys(keyOf(a), keyOf(b)))
  const rest =
    after === undefined ? sorted : sorted.filter((item) => compareKeys(keyOf(item), after) > 0)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  if (items.length === rest.length || last === undefined) return { items, more: {} }
  return { items, more: { NextToken: Buffer.from(keyOf(last)).toString('base64url') } }
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString()
  if (Buffer.from(key).toString('base64url') === token) return key
  throw invalidInput('INVALID_NEXT_TOKEN', 'You specified an invalid pagination token.')
}
