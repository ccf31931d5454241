import { expect, test } from 'vitest'
import type { Problem } from './problem.ts'
import { renderProblem } from './render-problem.ts'

const problem: Problem = {
  severity: 'error',
  code: 'unknown-account',
  path: 'grants.g.to.accounts[0]',
  position: { file: 'access.yaml', line: 12, column: 7 },
  message: 'there is no account `x`',
  remedy: 'declare it',
}

test('a short problem is one line, its remedy the next', () => {
  expect(renderProblem(problem)).toEqual([
    'access.yaml:12:7  error  unknown-account  there is no account `x`',
    '  → declare it',
  ])
})

test('a long one is wrapped at 80 columns, and what is longer than a line stays whole', () => {
  const arn = `arn:aws:iam::222222222222:role/${'r'.repeat(64)}`
  const lines = renderProblem({ ...problem, message: `${'word '.repeat(20)}${arn}`, remedy: arn })
  expect(lines[0]).toBe('access.yaml:12:7  error  unknown-account')
  expect(lines.filter((line) => line.length > 80)).toEqual([`  ${arn}`, `  ${arn}`])
})

test('without a remedy there is no line for it', () => {
  const { remedy: _, ...bare } = problem
  expect(renderProblem(bare)).toHaveLength(1)
})
