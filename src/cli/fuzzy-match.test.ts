import { expect, test } from 'vitest'
import { matchFuzzily } from './fuzzy-match.ts'

const pushImages = [
  'push-images',
  'ourthing',
  'OurThingBuildRole',
  'arn:aws:iam::222222222222:role/R',
]

test.each(['', 'push', 'IMAGES', 'pi', 'our push', 'pushim', '2222', 'buildrole', 'psh-img'])(
  '`%s` finds it',
  (typed) => {
    expect(matchFuzzily(typed, pushImages)).toBeDefined()
  },
)

test.each(['x', 'push nothing', 'pushh', 'segami'])('`%s` does not', (typed) => {
  expect(matchFuzzily(typed, pushImages)).toBeUndefined()
})

test.each([
  ['prod', 'prod', 'prod-admin'],
  ['prod', 'prod-admin', 'my-prod'],
  ['prod', 'my-prod', 'reprod'],
  ['prod', 'reprod', 'p-r-o-x-d'],
  ['rd', 'read-data', 'xrxxd'],
])('to `%s`, %s is nearer than %s', (typed, near, far) => {
  const score = (field: string) => matchFuzzily(typed, [field]) ?? Number.NaN
  expect(score(near)).toBeGreaterThan(score(far))
})

test('a match in the name counts for more than one elsewhere', () => {
  const inName = matchFuzzily('shop', ['shop', 'x']) ?? Number.NaN
  expect(inName).toBeGreaterThan(matchFuzzily('shop', ['x', 'shop']) ?? Number.NaN)
})
