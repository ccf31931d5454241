import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildPrefixTree, childOf, type PrefixNode } from './prefix-tree.ts'

function valuesOnTheWay<V>(root: PrefixNode<V>, text: string): readonly V[] {
  const found: V[] = []
  let node: PrefixNode<V> | undefined = root
  let at = 0
  while (node !== undefined) {
    at += node.label.length
    if (node.value !== undefined) found.push(node.value)
    node = childOf(node, text, at)
  }
  return found
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d', 'é'), maxLength: 6 })

test('the values on the way are those of the texts that the text starts with, shortest first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(texts, { maxLength: 40 }), texts, (prefixes, text) => {
      const root = buildPrefixTree(new Map(prefixes.map((prefix) => [prefix, prefix])))
      const wanted = prefixes.filter((prefix) => text.startsWith(prefix))
      expect(valuesOnTheWay(root, text)).toEqual(wanted.toSorted((a, b) => a.length - b.length))
    }),
    { numRuns: 2000 },
  )
})

test('nothing is on the way in an empty tree', () => {
  expect(valuesOnTheWay(buildPrefixTree(new Map()), 'a')).toEqual([])
})
