import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Comparison,
  comparePolicies,
  compilePolicy,
  evaluatePolicy,
  type Policy,
  parseClaim,
  prepareFacts,
  proveNever,
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

/** The claims of the test below, read a second time and by hand. */
function isClaimed({ principal, action, resource }: Request, text: string): boolean {
  const account = 'accountId' in principal ? principal.accountId : undefined
  const isService = principal.kind === 'service' && principal.service === 'ec2.amazonaws.com'
  if (text.startsWith('principal outside 1')) return account !== '111111111111'
  if (text.startsWith('principal outside 2')) return account !== '222222222222' && !isService
  if (text.startsWith('principal in 1')) {
    return account === '111111111111' && action === 'sts:AssumeRole'
  }
  if (text.startsWith('principal in arn')) {
    const isRole = principal.kind === 'roleSession' && principal.roleArn.endsWith('1:role/a')
    return isRole && action.startsWith('s3:Get')
  }
  return /^s3:.*Object$/.test(action) && resource.startsWith('arn:aws:s3:::b/a')
}

// A failure prints its seed and path; STILE_LAWS_RUNS asks for a longer look.
const numRuns = Number(process.env.STILE_LAWS_RUNS ?? 60)

describe.each(['identity', 'trust'] as const)('%s policies', (type) => {
  // Half of the pairs differ in one statement at most: there a single missed difference shows.
  const alike = fc
    .tuple(statementsOf(type), statementsOf(type), fc.nat(2), fc.nat(2))
    .map(([a, b, at, from]) => [a, a.with(at % a.length, b[from % b.length] ?? {})])
    .map(([a = [], b = []]): [StatementJson[], StatementJson[]] => [a, b])
  const pairs = fc.oneof(fc.tuple(statementsOf(type), statementsOf(type)), alike)

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

  test('what is proved never to be is never allowed, and what refutes it is', () => {
    const asked = fc.constantFrom(
      'principal outside 111111111111 can *',
      'principal in 111111111111 can sts:AssumeRole',
      'principal outside 222222222222, ec2.amazonaws.com can *',
      'principal in arn:aws:iam::111111111111:role/a can s3:Get*',
      'principal can s3:*Object on arn:aws:s3:::b/a*',
    )
    const requests = fc.array(requestsOf(type), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(statementsOf(type), asked, requests, (...[statements, text, some]) => {
        const policy = policyOf(statements, type)
        const parsed = parseClaim(text)
        if (!parsed.ok) throw new Error(parsed.message)
        const proof = proveNever(policy, parsed.claim)
        if (proof.kind === 'refuted') expect(allows(policy, proof.witness)).toBe(true)
        if (proof.kind !== 'proved') return
        for (const request of some.filter((each) => isClaimed(each, text))) {
          expect(allows(policy, request), JSON.stringify(request)).toBe(false)
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
