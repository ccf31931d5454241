import { expect, test } from 'vitest'
import { contextPairs, layContext } from './request-context.ts'

test('a key given twice has both values, whatever its case', () => {
  const pairs = ['aws:SourceIp=10.0.0.1', 'AWS:sourceip=10.0.0.2', 'a:b=c=d']
  expect(contextPairs(pairs)).toEqual({
    'aws:SourceIp': ['10.0.0.1', '10.0.0.2'],
    'a:b': ['c=d'],
  })
})

test('what is laid over a key stands in its place, whatever its case', () => {
  expect(layContext({ 'aws:CurrentTime': '1', 'a:b': '2' }, { 'AWS:currenttime': '3' })).toEqual({
    'a:b': '2',
    'AWS:currenttime': '3',
  })
})
