import type { AccountId } from '../arn/account-id.ts'
import { type Facts, prepareFacts } from '../evaluate/facts.ts'
import type { Request, RequestContext } from '../evaluate/request.ts'
import type { Literal } from './atom.ts'
import type { Budget } from './budget.ts'
import type { Assignment, TextSets } from './text-set.ts'

/** What the solvers of all dimensions share. */
export interface Solver {
  readonly sets: TextSets
  readonly budget: Budget
}

/**
 * How policy variables are read. `any`: an element with variables may take in anything, so that `none` is certain.
 * Otherwise the variables have these values, so that what is found can be asked of the evaluator.
 */
export type Reading = 'any' | Assignment

export const noVariables: Assignment = new Map()

export interface ReadLiterals {
  readonly plain: readonly Literal[]
  /** Those with variables, where the reading gives them no values. */
  readonly open: readonly Literal[]
}

/** Undefined where a literal is wanted both ways. */
export function readLiterals(
  literals: readonly Literal[],
  reading: Reading,
): ReadLiterals | undefined {
  const wanted = new Map<number, boolean>()
  for (const literal of literals) {
    if (wanted.get(literal.atom.id) === !literal.wanted) return undefined
    wanted.set(literal.atom.id, literal.wanted)
  }
  if (reading !== 'any') return { plain: literals, open: [] }
  const isOpen = ({ atom }: Literal): boolean => atom.variables.length > 0
  return { plain: literals.filter((each) => !isOpen(each)), open: literals.filter(isOpen) }
}

export const exampleAccount = '111122223333' as AccountId

/** A request of which only some parts are given, for asking single elements. */
export function partialFacts(part: Partial<Request>): Facts {
  const request: Request = {
    principal: { kind: 'anonymous' },
    action: '',
    resource: '*',
    resourceAccount: exampleAccount,
    context: {},
    ...part,
  }
  return prepareFacts(request, { hasBoundary: false })
}

/** The evaluator's own answer to every literal. */
export function meets(literals: readonly Literal[], part: Partial<Request>): boolean {
  const facts = partialFacts(part)
  return literals.every(({ atom, wanted }) => {
    facts.doubts = 0
    return atom.test(facts) === wanted
  })
}

/** The values of variables as the request context carries them. */
export function contextOf(reading: Reading): RequestContext {
  return reading === 'any' ? {} : Object.fromEntries(reading)
}
