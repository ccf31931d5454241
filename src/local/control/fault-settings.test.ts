import { expect, test } from 'vitest'
import { noFaults, parseFaults, readFaults, renderFaults } from './fault-settings.ts'

test.each([
  ['', {}],
  ['throttle=0.1', { throttle: 0.1 }],
  [' throttle=1 , error=.5 ', { throttle: 1, error: 0.5 }],
  ['latency=50ms,propagation=3s,seed=9', { latencyMs: 50, propagationMs: 3000, seed: 9 }],
  ['latency=0,propagation=1.5m', { propagationMs: 90_000 }],
])('%j is read', (text, settings) => {
  expect(parseFaults(text)).toEqual({ ok: true, settings: { ...noFaults, ...settings } })
})

test.each([
  ['throttle', '`throttle` has to be a share from 0 to 1'],
  ['throttle=2', '`throttle` has to be a share from 0 to 1'],
  ['throttle=-1', '`throttle` has to be a share from 0 to 1'],
  ['throttle=1,throttle=0', '`throttle` is given twice'],
  ['latency=50', '`latency` has to be a duration such as `50ms` or `3s`, ten minutes at most'],
  ['latency=11m', '`latency` has to be a duration such as `50ms` or `3s`, ten minutes at most'],
  ['seed=x', '`seed` has to be a whole number'],
  ['chaos=1', '`chaos` is no fault: there are throttle, error, latency, propagation, seed'],
])('%j is refused', (text, problem) => {
  expect(parseFaults(text)).toEqual({ ok: false, problems: [problem] })
})

test('every problem is told', () => {
  const reading = readFaults({ throttle: 2, error: 'x', __proto__: 1 })
  expect(reading).toMatchObject({ ok: false, problems: { length: 2 } })
})

test('what is rendered is read back', () => {
  const settings = { throttle: 0.25, error: 0.5, latencyMs: 20, propagationMs: 1500, seed: 3 }
  expect(parseFaults(renderFaults(settings))).toEqual({ ok: true, settings })
  expect(renderFaults(noFaults)).toBe('')
})
