export type RangeReading =
  /** No header, several ranges, or one that is no range: all of it is meant. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' }

/** The bytes, `start` to `end` inclusive, that a `Range` header asks of something of `size` bytes. */
export function readByteRange(header: string | undefined, size: number): RangeReading {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return { kind: 'whole' }
  if (first === '') {
    if (Number(last) === 0 || size === 0) return { kind: 'unsatisfiable' }
    return { kind: 'range', start: Math.max(size - Number(last), 0), end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return { kind: 'whole' }
  return start >= size ? { kind: 'unsatisfiable' } : { kind: 'range', start, end }
}
