import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { root, withFiles } from './support/run-stile.ts'

/** What `import … from 'stile-aws/policy'` brings into a page, by the bundler that comes with Vitest. */
async function bundleFor(format: 'iife' | 'esm'): Promise<string> {
  return withFiles({}, async (directory) => {
    const file = join(directory, 'policy.js')
    const settings = ['--platform', 'browser', '--format', format, '--name', 'Policy', '--minify']
    await promisify(execFile)(process.execPath, [
      join(root, 'node_modules/rolldown/bin/cli.mjs'),
      join(root, 'src/core/index.ts'),
      ...settings,
      '--file',
      file,
    ])
    return readFile(file, 'utf8')
  })
}

let script = ''
let code = ''

beforeAll(async () => {
  script = await bundleFor('iife')
  code = await bundleFor('esm')
})

/** A page's globals are not needed either: the engine asks for nothing but the language. */
function runInBareContext(body: string): unknown {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  runInContext(script, context)
  return JSON.parse(String(runInContext(`JSON.stringify((() => {${body}})())`, context)))
}

test('the bundle imports nothing', () => {
  expect(code).toContain('export{')
  expect(code).not.toMatch(/\bimport\b|\brequire\(|node:|\bprocess\./)
})

test('it decides, explains and compares where there is nothing but JavaScript', () => {
  const answers = runInBareContext(`
    const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }
    const scenario = (action) => Policy.parseScenario({
      id: action,
      request: { principal: 'arn:aws:iam::111111111111:user/ana', action,
                 resource: 'arn:aws:s3:::b/k', resourceAccount: '111111111111' },
      policies: { identity: [{ Version: '2012-10-17', Statement: [read] }] },
    }).scenario
    const parse = (Action) => Policy.parsePolicy(
      { Version: '2012-10-17', Statement: [{ ...read, Action }] }, 'identity').policy
    const refused = scenario('s3:PutObject')
    return {
      read: Policy.answerScenario(scenario('s3:GetObject')).decision,
      write: Policy.answerScenario(refused).decision,
      trace: Policy.renderExplanation(Policy.explain(refused.request, refused.layers)).length > 1,
      verdict: Policy.comparePolicies(parse('s3:GetObject'), parse('s3:Get*')).verdict,
    }`)
  expect(answers).toEqual({ read: 'allow', write: 'implicitDeny', trace: true, verdict: 'broader' })
})

test('it stays small', () => {
  const kilobytes = gzipSync(code, { level: 9 }).length / 1000
  expect(kilobytes, `${kilobytes.toFixed(1)} kB with gzip`).toBeLessThan(60)
  expect(kilobytes).toBeGreaterThan(10)
})
