import type { ByteRange } from '../../../store/blob-store.ts'
import { s3Error } from '../s3-error.ts'

/**
 * The bytes a `Range` header asks for. Undefined where S3 answers with the whole object: no header, several ranges,
 * or one that is no range. Throws `InvalidRange` for one that lies outside.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (header === undefined || match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const range =
    first === ''
      ? { start: Math.max(size - Number(last), 0), end: size - 1 }
      : { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const isEmpty = first === '' ? Number(last) === 0 || size === 0 : range.start >= size
  if (isEmpty)
    throw s3Error('InvalidRange', {
      details: { ActualObjectSize: String(size), RangeRequested: header },
    })
  return range
}
