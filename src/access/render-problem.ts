import type { Problem } from './problem.ts'
import { wrapText } from './wrap-text.ts'

const width = 80
const indent = '  '

/**
 * A problem for a terminal: `file:line:col  error  code` with the message, and the remedy on a line of its own.
 * What does not fit into 80 columns goes on below, indented. Lines without colour.
 */
export function renderProblem(problem: Problem): readonly string[] {
  const { file, line, column } = problem.position
  const head = `${file}:${line}:${column}  ${problem.severity}  ${problem.code}`
  const single = `${head}  ${problem.message}`
  const lines = single.length <= width ? [single] : [head, ...wrapText(problem.message, { indent })]
  return [
    ...lines,
    ...(problem.remedy === undefined ? [] : wrapText(`→ ${problem.remedy}`, { indent })),
  ]
}
