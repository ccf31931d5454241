import type { Caller } from './caller.ts'
import { isMet } from './condition.ts'
import {
  type Answer,
  type Document,
  every,
  listOf,
  not,
  partsOf,
  type StatementJson,
  some,
} from './document.ts'
import { isDenied, type Naming, namings } from './principal.ts'
import { fits, fitsAnyCase, type Lookup, readPattern } from './text.ts'

/** One request as every document is asked about it. */
export interface Question {
  readonly caller: Caller
  readonly action: string
  readonly resource: string
  readonly lookup: Lookup
  readonly hasBoundary: boolean
}

/** What one document says. `allowsBy` holds how each allowing statement names the caller. */
export interface Word {
  readonly denies: Answer
  readonly allows: Answer
  readonly allowsBy: ReadonlyMap<Naming | 'everyone with its ARN', Answer>
}

/** A document whose statements name nobody: of an identity, a boundary, a session, an organization's SCP. */
export function askNameless(document: Document, question: Question): Word {
  const says = (effect: string): Answer =>
    some(
      document.Statement.filter((statement) => statement.Effect === effect).map((statement) =>
        applies(statement, document, question),
      ),
    )
  return { denies: says('Deny'), allows: says('Allow'), allowsBy: new Map() }
}

/** A document whose statements name principals: of a resource, a role's trust, an RCP, a VPC endpoint. */
export function askNaming(document: Document, question: Question): Word {
  const denies = document.Statement.filter(({ Effect }) => Effect === 'Deny').map((statement) => {
    const reaches = isDenied(statement, question.caller, question.hasBoundary)
    return every([reaches, applies(statement, document, question)])
  })
  const allowsBy = new Map<Naming | 'everyone with its ARN', Answer>()
  for (const statement of document.Statement.filter(({ Effect }) => Effect === 'Allow')) {
    const rest = applies(statement, document, question)
    for (const [naming, is] of namings(statement, question.caller)) {
      const isPinned = naming === 'everyone' && demandsPrincipalArn(statement)
      const by = isPinned ? 'everyone with its ARN' : naming
      allowsBy.set(by, some([allowsBy.get(by) ?? 'no', every([is, rest])]))
    }
  }
  return { denies: some(denies), allows: some([...allowsBy.values()]), allowsBy }
}

/** Everything of a statement but its principal. */
function applies(statement: StatementJson, { Version }: Document, question: Question): Answer {
  const version = Version ?? '2008-10-17'
  const { Action, NotAction, Resource, NotResource, Condition } = statement
  const action = (patterns: string | readonly string[]): Answer =>
    listOf(patterns).some((pattern) => fitsAnyCase(pattern, question.action)) ? 'yes' : 'no'
  const resource = (patterns: string | readonly string[]): readonly Answer[] =>
    listOf(patterns).map((pattern) => fitsResource(pattern, version, question))
  return every([
    Action === undefined ? not(action(NotAction ?? [])) : action(Action),
    Resource === undefined ? 'yes' : some(resource(Resource).map(unsaidIsNo)),
    NotResource === undefined ? 'yes' : not(some(resource(NotResource))),
    isMet(Condition ?? {}, version, question.lookup),
  ])
}

/** A variable without a value: the pages say that a Resource then matches nothing; of NotResource they are silent. */
function unsaidIsNo(answer: Answer): Answer {
  return answer === 'unsaid' ? 'no' : answer
}

/**
 * Six parts, each matched within itself; variables only in the sixth.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
function fitsResource(pattern: string, version: string, { resource, lookup }: Question): Answer {
  if (pattern === '*') return 'yes'
  const [wanted, given] = [partsOf(pattern), partsOf(resource)]
  if (wanted === undefined || given === undefined) return 'no'
  const read = wanted.map((part, i) => readPattern(part, i === 5 ? version : '', lookup))
  const answers = read.map((part, i) => {
    if (part === undefined) return 'unsaid'
    return fits(part, given[i] ?? '') ? 'yes' : 'no'
  })
  return every(answers)
}

/**
 * A wildcard principal with a condition on the caller's own ARN: AWS does not limit such a grant by implicit denies.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function demandsPrincipalArn({ Condition, NotPrincipal }: StatementJson): boolean {
  if (NotPrincipal !== undefined) return false
  return Object.entries(Condition ?? {}).some(
    ([operator, keys]) =>
      ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike'].includes(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          key.toLowerCase() === 'aws:principalarn' &&
          listOf(values).every((value) => !/[*?$]/.test(value)),
      ),
  )
}
