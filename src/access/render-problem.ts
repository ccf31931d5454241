import type { Problem } from './problem.ts'

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
  const lines = single.length <= width ? [single] : [head, ...wrap(problem.message)]
  return [...lines, ...(problem.remedy === undefined ? [] : wrap(`→ ${problem.remedy}`))]
}

/** Words that are longer than a line, such as ARNs, stay whole, so that they can be copied. */
function wrap(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, indent + line]
}
