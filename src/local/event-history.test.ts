import { expect, test } from 'vitest'
import { createEventHistory } from './event-history.ts'

const call = {
  atMs: 0,
  service: 'sts',
  sourceIp: '127.0.0.1',
  decisions: [],
  status: 200,
}

test('keeps the latest calls, oldest first', () => {
  const history = createEventHistory(3)
  expect(history.events()).toEqual([])
  const ids: string[][] = []
  for (const requestId of ['a', 'b', 'c', 'd', 'e']) {
    history.record({ ...call, requestId })
    ids.push(history.events().map((event) => event.requestId))
  }
  expect(ids).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c'], ['b', 'c', 'd'], ['c', 'd', 'e']])
})

test('cuts what a caller may make long', () => {
  const history = createEventHistory(1)
  const long = 'x'.repeat(5000)
  history.record({ ...call, requestId: 'a', userAgent: long, errorMessage: long })
  const [event] = history.events()
  expect(event).toMatchObject({ userAgent: 'x'.repeat(1024), errorMessage: 'x'.repeat(1024) })
})
