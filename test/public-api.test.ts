import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)

/** `export { a, type B }` names of an index file, types included. */
function exportedNames(text: string): readonly string[] {
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gms)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/.* as /, ''),
    )
    .filter((name) => name !== '')
}

test('the public surface is what test/public-api.txt lists', async () => {
  const { exports } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'))
  const lines: string[] = []
  for (const [path, target] of Object.entries<{ readonly default?: string }>(exports)) {
    if (typeof target !== 'object' || target.default === undefined) continue
    const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')
    const names = exportedNames(await readFile(new URL(source, root), 'utf8'))
    lines.push(...[...names].sort().map((name) => `stile-aws${path.slice(1)} ${name}`))
  }
  const listed = await readFile(new URL('test/public-api.txt', root), 'utf8')
  expect(`${lines.join('\n')}\n`).toBe(listed)
})

interface Declared {
  readonly name: string
  /** Of the docstring; empty where there is none. */
  readonly text: string
}

/** The exports of the policy engine with the docstring above each, read from their sources. */
async function declaredInCore(): Promise<readonly Declared[]> {
  const index = await readFile(new URL('src/core/index.ts', root), 'utf8')
  const found: Declared[] = []
  for (const [, names = '', path = ''] of index.matchAll(/\{([^}]*)\} from '([^']*)'/g)) {
    const source = await readFile(new URL(`src/core/${path}`, root), 'utf8')
    for (const name of names.split(',').map((each) => each.trim())) {
      if (name === '') continue
      const keyword = 'function\\*?|const|type|interface'
      const place = new RegExp(`^(\\*/\\n|.*\\*/\\n)?export (?:${keyword}) ${name}\\b`, 'm').exec(
        source,
      )
      expect(place, `${path}: ${name}`).not.toBeNull()
      const end = (place?.index ?? 0) + (place?.[1]?.length ?? 0)
      const text = place?.[1] === undefined ? '' : source.slice(source.lastIndexOf('/**', end), end)
      found.push({ name, text })
    }
  }
  return found
}

test('every export of the policy engine says what it decides', async () => {
  const declared = await declaredInCore()
  expect(declared.length).toBeGreaterThan(50)
  const bare = declared.filter(({ text }) => text.length < 30).map(({ name }) => name)
  expect(bare).toEqual([])
})

test('what implements a page of AWS names the page', async () => {
  const declared = await declaredInCore()
  const implementing = [
    'authorize',
    'comparePolicies',
    'deriveContext',
    'isBoundByRcp',
    'matchGlob',
  ]
  implementing.push('operatorNames', 'parseArn', 'parsePolicy', 'parsePrincipal', 'renderDenial')
  for (const name of implementing) {
    const text = declared.find((each) => each.name === name)?.text
    expect(text, name).toMatch(/@see https:\/\/docs\.aws\.amazon\.com\//)
  }
})
