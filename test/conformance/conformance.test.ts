import { describe, expect, test } from 'vitest'
import { answerScenario, parseScenario } from '../../src/core/index.ts'
import { type ConformanceCase, caseFiles, type Expectation, loadCases, mutate } from './cases.ts'
import { renderRules } from './render-rules.ts'
import { rules } from './rules.ts'

const cases = caseFiles.flatMap(loadCases)

describe.each(caseFiles)('%s', (file) => {
  test.each(loadCases(file).map((each) => [each.id, each] as const))('%s', (_, given) => {
    decides(given, given.certainty)
    const { mutation } = given
    if (mutation !== undefined) decides(mutate(given, mutation), mutation.certainty)
  })
})

function decides(given: ConformanceCase, certainty = 'documented'): void {
  const parse = parseScenario(given)
  expect(parse.ok ? [] : parse.problems).toEqual([])
  if (!parse.ok) return
  expect(answerScenario(parse.scenario), `${given.id}: ${given.claim}`).toMatchObject({
    ok: true,
    certainty,
  })
}

test('every case has an id of its own, a claim and a source', () => {
  expect(new Set(cases.map((each) => each.id)).size).toBe(cases.length)
  for (const each of cases) {
    expect(each.claim, each.id).toMatch(/\S{3}/)
    expect(each.source, each.id).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|www\.w3\.org)\//)
  }
})

test('every rule is shown by a case that allows, one that denies, and a mutation that flips one', () => {
  const kindOf = ({ decision }: Expectation): string => (decision === 'allow' ? 'allow' : 'deny')
  expect([...new Set(cases.map(({ rule }) => rule))].sort()).toEqual(Object.keys(rules).sort())
  for (const [rule, { neverAllows, neverDenies }] of Object.entries(rules)) {
    const own = cases.filter((each) => each.rule === rule)
    const flips = own.filter(
      ({ mutation, expect: before }) =>
        mutation !== undefined && kindOf(mutation.expect) !== kindOf(before),
    )
    const kinds = [...own, ...flips.flatMap(({ mutation }) => mutation ?? [])].map((each) =>
      kindOf(each.expect),
    )
    expect(flips, `${rule}: flips`).not.toEqual([])
    if (neverAllows === undefined) expect(kinds, rule).toContain('allow')
    if (neverDenies === undefined) expect(kinds, rule).toContain('deny')
  }
})

test('the table of rules in the README is that of the cases', async () => {
  await expect(renderRules(rules, cases)).toMatchFileSnapshot('README.md')
})
