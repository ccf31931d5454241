import { env } from 'node:process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { authorize, parseScenario } from '../../../src/core/index.ts'
import type { ReferenceScenario } from './document.ts'
import { anyScenario } from './random-scenario.ts'
import { decideByThePages } from './reference.ts'

const runs = Number(env.STILE_REFERENCE_RUNS ?? 20_000)
const seed = Number(env.STILE_REFERENCE_SEED ?? 20_260_101)

/** A failing scenario has the shape of a conformance case: it can be copied into a file as it is printed. */
test(
  'the engine decides as the reference does, and allows nothing that is left open',
  () => {
    const seen = { allow: 0, explicitDeny: 0, implicitDeny: 0 }
    let settled = 0
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const { kind } = decideByTheEngine(scenario)
        const pages = decideByThePages(scenario)
        seen[kind] += 1
        settled += pages.settled ? 1 : 0
        // Left open, the reference takes the stricter reading; the engine may take a stricter one still.
        const stricter = pages.settled ? [] : ['explicitDeny', 'implicitDeny']
        expect([pages.decision, ...stricter]).toContain(kind)
      }),
      { numRuns: runs, seed },
    )
    expect(settled / runs).toBeGreaterThan(0.9)
    for (const count of Object.values(seen)) expect(count / runs).toBeGreaterThan(0.05)
  },
  60_000 + runs * 20,
)

function decideByTheEngine(scenario: ReferenceScenario): ReturnType<typeof authorize> {
  const parse = parseScenario({ id: 'random', ...scenario })
  if (!parse.ok) throw new Error(`a policy that does not parse: ${JSON.stringify(parse.problems)}`)
  return authorize(parse.scenario.request, parse.scenario.layers)
}
