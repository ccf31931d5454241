import { expect, test } from 'vitest'
import { fitLine } from './fit-line.ts'

const line =
  '    - read [0] Allow: demands aws:SourceIp within `203.0.113.0/24`, the request has none'

test('what does not fit goes on below, further in', () => {
  expect(fitLine(line, 40).split('\n')).toEqual([
    '    - read [0] Allow: demands',
    '        aws:SourceIp within',
    '        `203.0.113.0/24`, the request',
    '        has none',
  ])
  expect(fitLine('because nothing in here allows it', 20).split('\n')).toEqual([
    'because nothing in',
    '  here allows it',
  ])
  expect(fitLine('  1. add to the identity-based policy', 24).split('\n')[1]).toBe(
    '       identity-based',
  )
})

test('lines stay lines where they fit, into a pipe, and where a word is longer', () => {
  expect(fitLine(line, 200)).toBe(line)
  expect(fitLine(line, undefined)).toBe(line)
  const arn = `arn:aws:iam::111111111111:role/${'x'.repeat(60)}`
  expect(fitLine(`to ${arn} now`, 40).split('\n')).toContain(`  ${arn}`)
})

test.each([undefined, 0])('a line stays a line where the width is %s', (width) => {
  const line = `  + ${'word '.repeat(50)}`
  expect(fitLine(line, width)).toBe(line)
})
