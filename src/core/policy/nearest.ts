/** The word that `text` was most likely meant to be, or undefined when none is close. Regard to case is not paid. */
export function findNearest(text: string, words: readonly string[]): string | undefined {
  if (text.length > 64) return undefined
  const wanted = text.toLowerCase()
  let best: string | undefined
  let least = Math.max(1, Math.floor(text.length / 3)) + 1
  for (const word of words) {
    const steps = editDistance(wanted, word.toLowerCase())
    if (steps < least) {
      best = word
      least = steps
    }
  }
  return best
}

/** `; did you mean …?`, or nothing. */
export function suggest(text: string, words: readonly string[]): string {
  const nearest = findNearest(text, words)
  return nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
