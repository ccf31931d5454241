/**
 * Orders text by its UTF-8 bytes, as AWS lists names and keys.
 * JavaScript's own order differs from it for characters beyond U+FFFF alone.
 */
export function compareKeys(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let at = 0; at < shorter; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Puts surrogates, which stand for characters beyond U+FFFF, after everything else. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  if (unit >= 0xd800) return unit + 0x2000
  return unit
}
