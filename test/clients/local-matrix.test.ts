import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideByThePages } from '../conformance/reference/reference.ts'
import type { CallerTraits, MatrixCaller } from '../support/matrix-callers.ts'
import { allTraits } from '../support/matrix-callers.ts'
import type { Answer, Cell, Controls, MatrixWorld } from '../support/matrix-world.ts'
import { actions, forms, places, startMatrixWorld, targets } from '../support/matrix-world.ts'

let world: MatrixWorld
beforeAll(async () => {
  world = await startMatrixWorld()
})
afterAll(() => world.stop())

const cells: readonly Cell[] = actions.flatMap((action) =>
  places.flatMap((place) => forms.map((form) => ({ action, place, form }))),
)

/** One cell of the matrix, and what AWS's pages say of it, read by hand. */
interface Rule {
  readonly claim: string
  readonly source: string
  readonly caller: CallerTraits
  readonly cell: Cell
  readonly controls: Controls
  readonly expect: Answer
}

const rules: readonly Rule[] = JSON.parse(
  readFileSync(new URL('local-matrix-rules.json', import.meta.url), 'utf8'),
)

type Counts = Readonly<Record<Answer | 'open', number>>

/** How many of each answer there are, so that a matrix that asks nothing fails. */
interface State extends Controls {
  readonly counts: Counts
}

const all = allTraits.filter(({ impossible }) => impossible === undefined).length * cells.length
const nothing: Counts = { yes: 0, no: all, open: 0 }
const unbound: Counts = { yes: 572, no: 1562, open: 78 }
const roomAtHome: Counts = { yes: 426, no: 1708, open: 78 }
const roomElsewhere: Counts = { yes: 146, no: 2066, open: 0 }

/** An SCP binds callers, all of which are of `home`; an RCP binds what they ask for. */
const states: readonly State[] = targets.flatMap((scp) => [
  { scp, rcp: 'nowhere', counts: scp === 'home' ? nothing : unbound },
  { scp, rcp: 'home', counts: scp === 'home' ? nothing : roomElsewhere },
  { scp, rcp: 'other', counts: scp === 'home' ? nothing : roomAtHome },
])

test('every caller that AWS has is there, and the others are left out for a reason', () => {
  const counts: Record<string, number> = {}
  for (const { impossible = 'possible' } of allTraits) {
    counts[impossible] = (counts[impossible] ?? 0) + 1
  }
  expect(counts).toEqual({
    possible: 79,
    'long-term keys carry no session policy': 12,
    'a root user has no policies of its own': 17,
  })
  expect(world.callers).toHaveLength(79)
  expect(rules.length).toBeGreaterThanOrEqual(60)
})

function decides(caller: MatrixCaller, cell: Cell, controls: Controls): Answer | 'open' {
  const { decision, settled } = decideByThePages(world.scenarioOf(caller, cell, controls))
  if (!settled) return 'open'
  return decision === 'allow' ? 'yes' : 'no'
}

function requireCaller(traits: CallerTraits): MatrixCaller {
  const found = world.callers.find((caller) =>
    Object.entries(traits).every(([name, value]) => caller[name as keyof CallerTraits] === value),
  )
  if (found === undefined) throw new Error(`no caller ${JSON.stringify(traits)}`)
  return found
}

describe.each(states)('an SCP at $scp, an RCP at $rcp', ({ counts, ...controls }) => {
  beforeAll(() => world.control(controls))

  test('is decided as the reference does', async () => {
    const wrong: string[] = []
    const seen = { yes: 0, no: 0, open: 0 }
    for (const caller of world.callers) {
      const asked = cells.map(async (cell) => {
        const expected = decides(caller, cell, controls)
        const answer = await world.ask(caller, cell)
        seen[expected] += 1
        // Where the pages leave it open, the answer is the engine's own, and in its conformance cases.
        if (expected === 'open' || answer === expected) return
        const { keys: _, principal: __, ...traits } = caller
        wrong.push(JSON.stringify({ ...traits, ...cell, answer, expected }))
      })
      await Promise.all(asked)
    }
    expect(wrong).toEqual([])
    expect(seen).toEqual(counts)
  })

  const own = rules.filter(
    (rule) => rule.controls.scp === controls.scp && rule.controls.rcp === controls.rcp,
  )
  if (own.length === 0) return
  test.each(own)('$claim', async ({ caller: traits, cell, expect: expected }) => {
    const caller = requireCaller(traits)
    expect(await world.ask(caller, cell)).toBe(expected)
    expect(decides(caller, cell, controls)).toBe(expected)
  })
})
