import { compileGlob } from '../dist/core/index.js'

/** Patterns that nearly match at every place, which is what blows a backtracking matcher up. */
export function globCases(sizes) {
  const starred = [1, 4, 13].flatMap((stars) => curve(sizes, starsOnly(stars)))
  return [...starred, ...curve(sizes, questioned), ...curve(sizes, spaced)]
}

function starsOnly(stars) {
  return {
    name: `${stars} star${stars === 1 ? '' : 's'} on`,
    pattern: stars === 1 ? '*aacb' : `${'*a'.repeat(stars - 2)}*aac*b`,
    text: (size) => `${'a'.repeat(size - 1)}b`,
  }
}

const questioned = {
  name: '13 stars and a question mark on',
  pattern: `${'*a'.repeat(12)}*a?c`,
  text: (size) => 'a'.repeat(size),
}

const spaced = {
  name: '13 stars, 10 characters between, on',
  pattern: `${'*aaaaaaaaab'.repeat(11)}*c*b`,
  text: (size) => `${'a'.repeat(82)}b`.repeat(Math.ceil(size / 83)).slice(-size),
}

/** Each beside the size before it: ten times the text costs ten times as much where the matcher is linear. */
function curve(sizes, { name, pattern, text }) {
  const nameOf = (size) => `${name} ${size.toLocaleString('en')} characters`
  return sizes.map((size, i) => ({
    name: nameOf(size),
    pattern,
    text: text(size),
    ...(i === 0 ? {} : { against: nameOf(sizes[i - 1]) }),
  }))
}

export function nonMatch(name, pattern, text) {
  const matches = compileGlob(pattern)
  if (matches(text)) throw new Error(`${name}: matches`)
  return () => matches(text)
}
