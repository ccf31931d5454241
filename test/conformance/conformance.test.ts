import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { answerScenario, parseScenario } from '../../src/core/index.ts'

interface Case {
  readonly id: string
  readonly claim: string
  readonly source: string
  readonly expect: { readonly decision: string }
  /** What the runner checks beyond the scenario format, where AWS leaves the answer open. */
  readonly certainty?: string
}

const folder = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

describe.each(files)('%s', (file) => {
  const cases = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as readonly Case[]
  test.each(cases.map((each) => [each.id, each] as const))('%s', (_, { certainty, ...given }) => {
    const parse = parseScenario(given)
    expect(parse.ok ? [] : parse.problems).toEqual([])
    if (!parse.ok) return
    const answer = answerScenario(parse.scenario)
    expect(answer, given.claim).toMatchObject({ ok: true, certainty: certainty ?? 'documented' })
  })
})

test('every case has an id of its own, a claim and a source', () => {
  const cases = files.flatMap(
    (file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as readonly Case[],
  )
  expect(new Set(cases.map((each) => each.id)).size).toBe(cases.length)
  for (const each of cases) {
    expect(each.claim, each.id).toMatch(/\S{3}/)
    expect(each.source, each.id).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|www\.w3\.org)\//)
  }
  expect(cases.length).toBeGreaterThanOrEqual(120)
})
