import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  findManagedPolicy,
  lintPolicy,
  lintRules,
  managedPolicyNames,
} from '../../src/catalog/index.ts'
import { badText, examples, type LintExample } from './examples.ts'

function codesOf(text: string, { type, accountId }: LintExample): readonly string[] {
  const options = { type, ...(accountId === undefined ? {} : { accountId }) }
  return lintPolicy(text, options).map(({ code }) => code)
}

test('every rule has an example, and every example a rule', () => {
  expect(Object.keys(examples).sort()).toEqual(lintRules.map(({ code }) => code).sort())
})

test('codes are unique and links lead to AWS', () => {
  expect(new Set(lintRules.map(({ code }) => code)).size).toBe(lintRules.length)
  for (const { code, link } of lintRules) {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(link).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//)
  }
})

test.each(Object.entries(examples))('%s: one document has it, one has not', (code, example) => {
  expect(codesOf(badText(example), example)).toContain(code)
  // What is right about the good one is right altogether.
  expect(codesOf(JSON.stringify(example.good), example)).toEqual([])
})

test('no AWS managed policy has an error', () => {
  const names = managedPolicyNames()
  expect(names.length).toBeGreaterThan(1000)
  const wrong = names.flatMap((name) => {
    const text = JSON.stringify(findManagedPolicy(name)?.document)
    const errors = lintPolicy(text, { type: 'identity' }).filter((f) => f.severity === 'error')
    return errors.map(({ code, path }) => `${name}: ${code} at ${path}`)
  })
  expect(wrong).toEqual([])
})

interface AnalyzerCheck extends Omit<LintExample, 'bad' | 'good'> {
  readonly kind: string
  readonly check: string
  readonly document: unknown
  readonly code: string
}

const analyzer = JSON.parse(
  readFileSync(new URL('access-analyzer.json', import.meta.url), 'utf8'),
) as { readonly found: readonly AnalyzerCheck[]; readonly notFound: readonly object[] }

test.each(analyzer.found)('AWS’s own check `$check` is $code here', (row) => {
  const example = { ...row, bad: row.document, good: {} }
  expect(codesOf(badText(example), example)).toContain(row.code)
})
