import type { PolicyDocument } from '../core/index.ts'
import { renderDocument } from './canonical-policy.ts'

const contextLines = 2

/**
 * The lines of both documents: ` ` kept, `-` only before, `+` only after. Both are shown in canonical form, so that a
 * mere reordering is no difference. Long kept stretches are cut to `  …`.
 */
export function diffDocuments(
  before: PolicyDocument | undefined,
  after: PolicyDocument | undefined,
): readonly string[] {
  const old = before === undefined ? [] : renderDocument(before)
  const fresh = after === undefined ? [] : renderDocument(after)
  return shorten(diffLines(old, fresh))
}

/** The longest common subsequence decides what is kept. */
function diffLines(old: readonly string[], fresh: readonly string[]): readonly string[] {
  const lengths = commonLengths(old, fresh)
  const lines: string[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < fresh.length) {
    const keeps = i < old.length && j < fresh.length && old[i] === fresh[j]
    const skipsOld = (lengths[i + 1]?.[j] ?? -1) >= (lengths[i]?.[j + 1] ?? -1)
    if (keeps) {
      lines.push(`  ${old[i]}`)
      i += 1
      j += 1
    } else if (j >= fresh.length || (i < old.length && skipsOld)) {
      lines.push(`- ${old[i]}`)
      i += 1
    } else {
      lines.push(`+ ${fresh[j]}`)
      j += 1
    }
  }
  return lines
}

/** `lengths[i][j]`: how many lines `old` from i on and `fresh` from j on have in common. */
function commonLengths(
  old: readonly string[],
  fresh: readonly string[],
): readonly (readonly number[])[] {
  let below: readonly number[] = new Array<number>(fresh.length + 1).fill(0)
  const rows: (readonly number[])[] = [below]
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = new Array<number>(fresh.length + 1).fill(0)
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      row[j] =
        old[i] === fresh[j] ? 1 + (below[j + 1] ?? 0) : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
    rows.push(row)
    below = row
  }
  return rows.reverse()
}

function shorten(lines: readonly string[]): readonly string[] {
  const isNear = lines.map((_, at) =>
    lines
      .slice(Math.max(0, at - contextLines), at + contextLines + 1)
      .some((line) => !line.startsWith(' ')),
  )
  return lines.flatMap((line, at) => {
    if (isNear[at]) return [line]
    return at === 0 || isNear[at - 1] ? ['  …'] : []
  })
}
