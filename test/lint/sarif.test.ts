import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { lintRules } from '../../src/catalog/index.ts'
import { runStile, withFiles } from '../support/run-stile.ts'
import { badText, examples } from './examples.ts'

/** The schema of the standard, in draft 4 of JSON Schema, which names itself in another way than later ones. */
async function sarifSchema(): Promise<(value: unknown) => readonly string[]> {
  const url = new URL('sarif-schema-2.1.0.json', import.meta.url)
  const { id: _, $schema: __, ...schema } = JSON.parse(await readFile(url, 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  formats.default(ajv)
  const validate = ajv.compile(schema)
  return (value) => {
    if (validate(value)) return []
    return (validate.errors ?? []).map((each) => `${each.instancePath}: ${each.message}`)
  }
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string }
      readonly region: { readonly startLine: number; readonly startColumn: number }
    }
  }[]
  readonly partialFingerprints: object
}

async function sarif(argv: readonly string[], cwd: string) {
  const { stdout, exitCode } = await runStile(['lint', ...argv, '--format', 'sarif'], { cwd })
  const log = JSON.parse(stdout)
  const results: readonly Result[] = log.runs[0].results
  return { exitCode, log, results, driver: log.runs[0].tool.driver }
}

const document = (parts: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cache/*', ...parts },
    ],
  })

test('the schema refuses what is no SARIF', async () => {
  const problems = await sarifSchema()
  expect(problems({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } } }] })).toEqual([])
  expect(problems({ version: '2.0.0', runs: [] })).not.toEqual([])
  expect(problems({ version: '2.1.0', runs: [{}] })).not.toEqual([])
})

test('every finding there is, as SARIF, follows the schema of the standard', async () => {
  const problems = await sarifSchema()
  const byType = new Map<string, Record<string, string>>()
  for (const [code, example] of Object.entries(examples)) {
    const type = `${example.type} ${example.accountId ?? ''}`
    byType.set(type, { ...byType.get(type), [`${code}.json`]: badText(example) })
  }
  const seen = new Set<string>()
  for (const [setting, files] of byType) {
    const [type = '', account = ''] = setting.split(' ')
    await withFiles(files, async (cwd) => {
      const given = ['--type', type, ...(account === '' ? [] : ['--account', account])]
      const { log, results } = await sarif([...Object.keys(files), 'missing.json', ...given], cwd)
      expect(problems(log)).toEqual([])
      for (const { ruleId } of results) seen.add(ruleId)
    })
  }
  expect([...seen].sort()).toEqual(lintRules.map(({ code }) => code).sort())
})

test('what code hosts show: a rule with help, a level, a place in the repository', async () => {
  const files = {
    'a b.json': document({ Effect: 'allow' }),
    'everybody.json': document({ Principal: '*' }),
    'twice.json': document({ Action: ['s3:GetObject', 's3:Get*'] }),
    'last.json': document({ Effect: 'allow' }),
  }
  await withFiles(files, async (cwd) => {
    const names = ['a b.json', './everybody.json', join(cwd, 'twice.json'), 'last.json']
    const { log, results, driver, exitCode } = await sarif(names, cwd)
    expect(exitCode).toBe(1)
    expect(log.runs[0].columnKind).toBe('utf16CodeUnits')
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning', 'note', 'error'])
    const places = results.map(({ locations: [at] }) => at?.physicalLocation)
    expect(places.map((at) => at?.artifactLocation.uri)).toEqual([
      'a%20b.json',
      'everybody.json',
      'twice.json',
      'last.json',
    ])
    for (const at of places) expect(at?.region.startColumn).toBeGreaterThan(1)
    for (const { ruleId, ruleIndex, message, partialFingerprints } of results) {
      expect(driver.rules[ruleIndex]).toMatchObject({
        id: ruleId,
        help: { text: expect.stringContaining('https://docs.aws.amazon.com/') },
        properties: { tags: expect.arrayContaining(['iam']) },
      })
      expect(message.text.length).toBeGreaterThan(10)
      expect(partialFingerprints).toMatchObject({
        'codeAndPath/v1': expect.stringContaining(`${ruleId}:Statement[0]`),
      })
    }
  })
})

test('a file outside is named by its whole address', async () => {
  await withFiles({ 'wrong.json': document({ Effect: 'allow' }) }, async (cwd) => {
    const { results } = await sarif([join(cwd, 'wrong.json')], dirname(import.meta.dirname))
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(
      /^file:\/\/\/.*wrong\.json$/,
    )
  })
})
