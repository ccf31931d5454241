import { expect, test } from 'vitest'
import { listPage } from './list-page.ts'

const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/1'].map((key) => [key, key] as const)

const cases = [
  { claim: 'everything', query: {}, names: ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/1'] },
  { claim: 'a prefix', query: { prefix: 'b/' }, names: ['b/1', 'b/2', 'b/c/3'] },
  { claim: 'a delimiter', query: { delimiter: '/' }, names: ['a', 'd', 'b/|', 'e/|'] },
  { claim: 'both', query: { prefix: 'b/', delimiter: '/' }, names: ['b/1', 'b/2', 'b/c/|'] },
  { claim: 'a limit', query: { limit: 2 }, names: ['a', 'b/1'], next: 'b/1' },
  { claim: 'a limit that just fits', query: { limit: 6 }, names: keys.map(([key]) => key) },
  { claim: 'after a key', query: { after: 'b/2' }, names: ['b/c/3', 'd', 'e/1'] },
  {
    claim: 'a page that ends with a common prefix',
    query: { delimiter: '/', limit: 2 },
    names: ['a', 'b/|'],
    next: 'b/',
  },
  {
    claim: 'the page after a common prefix',
    query: { delimiter: '/', after: 'b/' },
    names: ['d', 'e/|'],
  },
  { claim: 'no room at all', query: { limit: 0 }, names: [] },
]

for (const { claim, query, names, next } of cases) {
  test(`lists by ${claim}`, () => {
    const page = listPage(keys, { prefix: '', delimiter: '', after: '', limit: 1000, ...query })
    const found = [
      ...page.entries.map(([key]) => key),
      ...page.commonPrefixes.map((prefix) => `${prefix}|`),
    ]
    expect(found).toEqual(names)
    expect(page.next).toBe(next)
  })
}
