import { readByteRange } from '../../../http/byte-range.ts'
import type { ByteRange } from '../../../store/blob-store.ts'
import { s3Error } from '../s3-error.ts'

/** The bytes a `Range` header asks for; undefined for the whole object. Throws `InvalidRange` for what lies outside. */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const range = readByteRange(header, size)
  if (range.kind === 'whole') return undefined
  if (range.kind === 'range') return { start: range.start, end: range.end }
  throw s3Error('InvalidRange', {
    details: { ActualObjectSize: String(size), RangeRequested: header ?? '' },
  })
}
