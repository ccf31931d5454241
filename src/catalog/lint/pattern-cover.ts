import { matchGlob } from '../../core/index.ts'

/**
 * Whether every text of pattern `inner` is one of pattern `outer`. False in doubt. A wildcard of `inner` reads as a
 * character there, which only a `*` of `outer` may take: so an `outer` with `?` covers no `inner` with `*`.
 */
export function patternCovers(outer: string, inner: string): boolean {
  if (outer === inner || outer === '*') return true
  if (/[${}]/.test(outer)) return false
  if (outer.includes('?') && inner.includes('*')) return false
  return matchGlob(outer, inner)
}

/** The same for resources: the first five segments of an ARN are matched each by itself. */
export function resourceCovers(outer: string, inner: string): boolean {
  if (outer === inner || outer === '*') return true
  const wide = segmentsOf(outer)
  const narrow = segmentsOf(inner)
  if (wide === undefined || narrow === undefined) return false
  return wide.every((segment, index) => patternCovers(segment, narrow[index] ?? ''))
}

/** Undefined where a policy variable could bring its own colons. */
function segmentsOf(arn: string): readonly string[] | undefined {
  const parts = arn.split(':')
  if (parts.length < 6 || parts.slice(0, 5).some((part) => part.includes('$'))) return undefined
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}
