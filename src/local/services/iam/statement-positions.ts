/** Where a statement stands in the text of a policy, as the simulator tells it. */
export interface StatementPosition {
  readonly start: Position
  readonly end: Position
}

/** Both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * The places of a policy's statements, in their order. `text` is a policy document that was parsed.
 * AWS: where its parser stood. A statement ends after its brace and begins after the bracket or statement before it;
 * one that is not in a list begins after its own brace.
 */
export function findStatementPositions(text: string): readonly StatementPosition[] {
  const lines = lineStarts(text)
  return findStatements(text).map(({ from, to }) => ({
    start: positionAt(lines, from),
    end: positionAt(lines, to),
  }))
}

interface Span {
  readonly from: number
  readonly to: number
}

/** What an opening bracket leads into. */
interface Open {
  /** Where the parser stood when it found it. */
  readonly from: number
  readonly isStatement: boolean
}

function findStatements(text: string): readonly Span[] {
  let found: Span[] = []
  const open: Open[] = []
  let key: string | undefined
  let before = 0
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const [sign] = token
    const after = token.index + sign.length
    if (sign === '{' || sign === '[') {
      if (key === 'Statement' && open.length === 1) found = []
      const from = open.length === 2 ? before : after
      open.push({ from, isStatement: sign === '{' && isInStatement(open, key) })
    } else if (sign === '}' || sign === ']') {
      const closed = open.pop()
      if (closed?.isStatement) found.push({ from: closed.from, to: after })
    } else if (sign === ',' && open.length === 1) key = undefined
    else if (open.length === 1 && key === undefined && sign !== ':') key = JSON.parse(sign)
    if (sign !== ',' && sign !== ':') before = after
  }
  return found
}

/** A statement is what `Statement` holds, or one of the list that it holds. */
function isInStatement(open: readonly Open[], key: string | undefined): boolean {
  return (
    key === 'Statement' && (open.length === 1 || open.length === 2) && !open.at(-1)?.isStatement
  )
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length)
  return starts
}

function positionAt(lines: readonly number[], offset: number): Position {
  const line = lines.findLastIndex((start) => start <= offset)
  return { line: line + 1, column: offset - (lines[line] ?? 0) + 1 }
}
