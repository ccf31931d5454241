import { expect, test } from 'vitest'
import { checkNode, checkSkew } from './doctor-checks.ts'

test.each([
  [0, 'good'],
  [59_000, 'good'],
  [-61_000, 'warning'],
  [299_000, 'warning'],
  [300_000, 'bad'],
  [-600_000, 'bad'],
])('a clock that is %d ms ahead is %s', (skewMs, state) => {
  expect(checkSkew(skewMs)).toMatchObject({ state })
})

test.each([
  ['20.19.0', 'warning'],
  ['22.1.0', 'good'],
  ['24.0.0', 'good'],
])('Node.js %s is %s', (version, state) => {
  expect(checkNode(version)).toMatchObject({ state })
})
