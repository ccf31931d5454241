import { compareKeys } from '../../store/compare-keys.ts'
import { invalidInput } from './iam-error.ts'

export interface PageInput {
  readonly Marker?: string
  readonly MaxItems?: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** The members of the answer that tell whether there is more. */
  readonly more: { readonly IsTruncated: boolean; readonly Marker?: string }
}

/**
 * One page of a list that ascends by `keyOf`. The marker holds the last key that was given out, so that
 * a page after a change neither repeats nor skips what was there.
 */
export function paginate<T>(
  items: Iterable<T>,
  input: PageInput,
  keyOf: (item: T) => string,
): Page<T> {
  const limit = input.MaxItems ?? 100
  const after = input.Marker === undefined ? undefined : readMarker(input.Marker)
  const page: T[] = []
  for (const item of items) {
    if (after !== undefined && compareKeys(keyOf(item), after) <= 0) continue
    if (page.length === limit) return { items: page, more: truncated(page, keyOf) }
    page.push(item)
  }
  return { items: page, more: { IsTruncated: false } }
}

function truncated<T>(
  page: readonly T[],
  keyOf: (item: T) => string,
): { readonly IsTruncated: boolean; readonly Marker: string } {
  const last = page[page.length - 1]
  const key = last === undefined ? '' : keyOf(last)
  return { IsTruncated: true, Marker: Buffer.from(key, 'utf8').toString('base64url') }
}

function readMarker(marker: string): string {
  const key = Buffer.from(marker, 'base64url')
  if (key.toString('base64url') !== marker) throw invalidInput('Invalid Marker')
  return key.toString('utf8')
}
