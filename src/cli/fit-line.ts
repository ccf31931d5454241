import { wrapText } from '../access/index.ts'

/**
 * A line of a tree as it fits a terminal: what does not fit goes on below, further in than the line began. ARNs stay
 * whole. Without a width, as into a pipe, or of 0, as some terminals say, lines stay lines.
 */
export function fitLine(line: string, width: number | undefined): string {
  if (width === undefined || width === 0 || line.length <= width) return line
  const start = /^ *(?:[+-] |\d+\. )?/.exec(line)?.[0].length ?? 0
  const lines = wrapText(line.trimStart(), { indent: ' '.repeat(start + 2), width })
  const [first = '', ...rest] = lines
  const before = line.length - line.trimStart().length
  return [' '.repeat(before) + first.trimStart(), ...rest].join('\n')
}
