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
