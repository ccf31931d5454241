import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Comparison,
  comparePolicies,
  compilePolicy,
  evaluatePolicy,
  type Policy,
  prepareFacts,
  type Request,
} from '../../src/core/index.ts'
import { policyOf, requestsOf, type StatementJson, statementsOf } from './random-policies.ts'

function allows(policy: Policy, request: Request): boolean {
  const facts = prepareFacts(request, { hasBoundary: false })
  const outcome = evaluatePolicy(compilePolicy(policy, 'p'), facts)
  return outcome.allows.length > 0 && outcome.denies.length === 0
}

function isOpen({ gained, lost }: Comparison): boolean {
  return gained.undecided.length + lost.undecided.length > 0
}

/** Each action of a statement in a statement of its own; a list of `NotAction` cannot be split so. */
function splitActions(statement: StatementJson): readonly StatementJson[] {
  const actions = statement.Action
  return Array.isArray(actions)
    ? actions.map((action) => ({ ...statement, Action: action }))
    : [statement]
}

const numRuns = 60

describe.each(['identity', 'trust'] as const)('%s policies', (type) => {
  const pairs = fc.tuple(statementsOf(type), statementsOf(type))

  test('a request that one policy allows and the other does not is never called equal', () => {
    fc.assert(
      fc.property(
        pairs,
        fc.array(requestsOf(type), { minLength: 40, maxLength: 40 }),
        ([a, b], requests) => {
          const [before, after] = [policyOf(a, type), policyOf(b, type)]
          const { gained, lost } = comparePolicies(before, after)
          const isClosed = ({ differences, undecided }: Comparison['gained']): boolean =>
            differences.length + undecided.length === 0
          for (const request of requests) {
            const [old, next] = [allows(before, request), allows(after, request)]
            if (next && !old) expect(isClosed(gained), JSON.stringify(request)).toBe(false)
            if (old && !next) expect(isClosed(lost), JSON.stringify(request)).toBe(false)
          }
        },
      ),
      { numRuns },
    )
  })

  test('the evaluator confirms every witness', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [before, after] = [policyOf(a, type), policyOf(b, type)]
        const { gained, lost } = comparePolicies(before, after)
        for (const { witness } of gained.differences) {
          expect([allows(before, witness), allows(after, witness)]).toEqual([false, true])
        }
        for (const { witness } of lost.differences) {
          expect([allows(before, witness), allows(after, witness)]).toEqual([true, false])
        }
      }),
      { numRuns },
    )
  })

  test('order, split lists and repeated statements change nothing', () => {
    fc.assert(
      fc.property(statementsOf(type), (statements) => {
        const before = policyOf(statements, type)
        const variants = [
          statements,
          statements.toReversed(),
          statements.flatMap(splitActions),
          [...statements, ...statements],
        ]
        for (const variant of variants) {
          expect(comparePolicies(before, policyOf(variant, type)).verdict).toBe('equal')
        }
      }),
      { numRuns },
    )
  })

  // Policies this crowded are rare; what stays open in them are variables, and user names that no caller can have.
  test('few comparisons stay undecided', () => {
    const sample = fc.sample(pairs, { seed: 1, numRuns: 100 })
    const open = sample.filter(([a, b]) =>
      isOpen(comparePolicies(policyOf(a, type), policyOf(b, type))),
    )
    const plain = open.filter((pair) => !JSON.stringify(pair).includes('$'))
    expect(plain.length / sample.length).toBeLessThan(0.06)
    expect(open.length / sample.length).toBeLessThan(0.3)
  })
})
