import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root, withFiles } from '../support/run-stile.ts'

interface Step {
  readonly code: string
  /** Undefined where nothing stands below the block. */
  readonly printed: string | undefined
}

async function stepsOf(page: string): Promise<readonly Step[]> {
  const text = await readFile(join(root, page), 'utf8')
  const blocks = text.matchAll(/```js\n(.*?)```\n(?:\n```text\n(.*?)```\n)?/gs)
  return [...blocks].map(([, code = '', printed]) => ({ code, printed }))
}

/** The blocks as one program against the built package, with a line between what each prints. */
function programOf(steps: readonly Step[]): string {
  const library = pathToFileURL(join(root, 'dist/core/index.js')).href
  const lines = steps.map(({ code }) => `${code}console.log('${mark}')\n`)
  return lines.join('').replaceAll("'stile-aws/policy'", `'${library}'`)
}

const mark = '-- end of block --'

test('the blocks of docs/policy-api.md print what stands below them', async () => {
  const steps = await stepsOf('docs/policy-api.md')
  expect(steps.length).toBeGreaterThan(8)
  await withFiles({ 'program.mjs': programOf(steps) }, async (directory) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(directory, 'program.mjs')])
    const printed = stdout.split(`${mark}\n`)
    for (const [index, { code, printed: shown }] of steps.entries()) {
      expect(printed[index], code).toBe(shown ?? '')
    }
  })
})

test('it shows every part of the interface that decides', async () => {
  const code = (await stepsOf('docs/policy-api.md')).map((step) => step.code).join('')
  const shown = ['parsePolicy', 'compilePolicy', 'authorize', 'explain', 'flip', 'comparePolicies']
  for (const name of [...shown, 'proveNever', 'whoCan', 'parseScenario', 'answerScenario']) {
    expect(code).toContain(`${name}(`)
  }
})
