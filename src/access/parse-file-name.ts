import { grammars, isWellFormed } from './grammar.ts'
import { type Place, placeAt, type Report } from './place.ts'
import { valueAt } from './yaml-value.ts'

/** The `name` of an access file. Of several files one may give it, or all the same. */
export function parseFileName(tops: readonly Place[], report: Report): string | undefined {
  const named = tops
    .map((top) => placeAt(top, 'name'))
    .flatMap((place) => {
      const name = valueAt(place)
      return typeof name === 'string' ? [{ place, name }] : []
    })
  const [first, ...others] = named
  if (first === undefined) return undefined
  const different = others.find(({ name }) => name !== first.name)
  if (different !== undefined) {
    report(different.place, {
      code: 'several-names',
      message: `the name \`${different.name}\` is not \`${first.name}\`, which another file of this access file gives`,
      remedy: 'give the name in one of the files',
    })
  }
  return isWellFormed(first.name, grammars.fileName, { place: first.place, report })
    ? first.name
    : undefined
}
