import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys } from '../../store/compare-keys.ts'
import { paginate } from './page.ts'

test('the pages of a list are the list', () => {
  const lists = fc.uniqueArray(fc.string({ maxLength: 3 }))
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 5 }), (list, MaxItems) => {
      const sorted = [...list].sort(compareKeys)
      const seen: string[] = []
      let marker: string | undefined
      do {
        const input = { MaxItems, ...(marker === undefined ? {} : { Marker: marker }) }
        const page = paginate(sorted, input, (item) => item)
        seen.push(...page.items)
        expect(page.more.IsTruncated).toBe(page.more.Marker !== undefined)
        marker = page.more.Marker
      } while (marker !== undefined)
      expect(seen).toEqual(sorted)
    }),
  )
})

test('a hundred items where nothing else is asked for', () => {
  const many = Array.from({ length: 150 }, (_, at) => String(at).padStart(3, '0'))
  expect(paginate(many, {}, (item) => item).items).toHaveLength(100)
})

test.each(['!', 'YQ==', 'a b'])('%s is no marker', (Marker) => {
  expect(() => paginate(['a'], { Marker }, (item) => item)).toThrow('Invalid Marker')
})
