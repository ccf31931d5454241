import { parseArn } from '../arn/arn.ts'
import type { Certainty } from '../evaluate/decision.ts'
import { isRole } from '../evaluate/quirks.ts'
import { type AssumerSet, membersOf } from './assumer-set.ts'
import { type Asker, decidePair, ownerOf, policyOfResource } from './decide-pair.ts'
import type { EstatePrincipal, EstateQuestion } from './estate.ts'
import type { EstateIndex } from './estate-index.ts'
import { namedIn } from './named-principals.ts'
import { outsidersOf, type WhoKind } from './outsiders.ts'
import type { Proviso } from './proviso.ts'
import { assumersOf, openSurvey, type Survey } from './who-assumes.ts'

/** Somebody who may, and how. */
export interface WhoCan {
  /** An ARN, an account's id, a provider, a service, or `*`. */
  readonly who: string
  readonly kind: WhoKind
  /** Twelve digits, or empty for who belongs to none. */
  readonly account: string
  /** ARNs of the roles it takes on the way, first one first; empty: directly. */
  readonly route: readonly string[]
  /** What has to hold besides, since the question leaves it open; `at` is the resource of the step. */
  readonly provisos: readonly (Proviso & { readonly at: string })[]
  readonly certainty: Certainty
}

interface Step {
  readonly question: EstateQuestion
  readonly route: Route
  readonly provisos: WhoCan['provisos']
  readonly certainty: Certainty
}

/**
 * Everybody who may do the action on the resource: directly first, then through roles. Each comes once, and again only
 * by a way with fewer conditions. Only those whose policies or whom the resource's policy can match are decided.
 */
export function* whoCan(index: EstateIndex, question: EstateQuestion): Generator<WhoCan> {
  const survey = openSurvey(index, question.context)
  const fewest = new Map<string, number>()
  const steps: Step[] = [{ question, route: undefined, provisos: [], certainty: 'documented' }]
  for (const step of steps) {
    const isKnown = (who: string): boolean =>
      (fewest.get(who) ?? Number.POSITIVE_INFINITY) <= step.provisos.length
    for (const found of directly(survey, step.question, isKnown)) {
      const own = found.provisos.map((each) => ({ ...each, at: step.question.resource }))
      const provisos = [...own, ...step.provisos]
      if ((fewest.get(found.who) ?? Number.POSITIVE_INFINITY) <= provisos.length) continue
      fewest.set(found.who, provisos.length)
      const certainty = found.certainty === 'documented' ? step.certainty : found.certainty
      yield { ...found, route: listRoute(step.route), provisos, certainty }
      if (found.kind !== 'role') continue
      steps.push({
        question: { ...question, action: 'sts:AssumeRole', resource: found.who },
        route: { via: found.who, rest: step.route },
        provisos,
        certainty,
      })
    }
  }
}

interface Direct extends Omit<WhoCan, 'provisos' | 'route'> {
  readonly provisos: readonly Proviso[]
}

/** Steps share what they have in common: lists of their own would grow with the square of the way's length. */
type Route = { readonly via: string; readonly rest: Route } | undefined

function listRoute(route: Route): readonly string[] {
  const list: string[] = []
  for (let at = route; at !== undefined; at = at.rest) list.push(at.via)
  return list
}

/** `isKnown`: who was found by a way with no more conditions than any through here can have. */
function* directly(
  survey: Survey,
  question: EstateQuestion,
  isKnown: (who: string) => boolean,
): Generator<Direct> {
  const { index } = survey
  const role = /^sts:assumerole$/i.test(question.action)
    ? index.principals.get(question.resource)
    : undefined
  if (role !== undefined && role.trust !== null) {
    for (const set of assumersOf(survey, role, role.trust)) yield* spread(set, isKnown)
    return
  }
  for (const candidate of candidatesFor(index, question)) {
    if (isKnown(candidate.arn)) continue
    const answer = decidePair(index, candidate, question)
    if (answer === undefined) continue
    const { arn, accountId, principal } = candidate
    const kind = principal.kind === 'user' ? 'user' : 'role'
    yield { who: arn, kind, account: accountId, ...answer }
  }
  for (const outsider of othersFor(index, question)) {
    const { who, kind, account, asker, action } = outsider
    if (isKnown(who)) continue
    const answer = decidePair(index, asker, { ...question, action })
    if (answer !== undefined) yield { who, kind, account, ...answer }
  }
}

/** Everybody of a set, one by one. */
function* spread(set: AssumerSet, isKnown: (who: string) => boolean): Generator<Direct> {
  const { kind, provisos, certainty, members } = set
  if (members.kind === 'outside') {
    if (!isKnown(set.who)) yield { who: set.who, kind, account: set.account, provisos, certainty }
    return
  }
  for (const { arn, accountId } of membersOf(members)) {
    if (!isKnown(arn)) yield { who: arn, kind, account: accountId, provisos, certainty }
  }
}

/** Principals that were read and whose own policies, or whom the resource's policy by name, may allow it. */
function candidatesFor(index: EstateIndex, question: EstateQuestion): ReadonlySet<EstatePrincipal> {
  const policy = policyOfResource(index, question)
  const keys = policy === null ? new Set<string>() : namedIn(policy).keys
  const { action, resource } = question
  const holders = index.holders(action, resource, accountsLetIn(index, question, keys))
  const named = [...keys].flatMap((key) => index.principals.get(key) ?? [])
  // AWS: what a policy grants everyone, principals of its own account need nobody else to grant.
  const own = keys.has('*') ? index.byAccount.get(ownerOf(index, question) ?? '') : undefined
  return new Set([...holders, ...named, ...(own ?? [])])
}

/** Accounts whose principals can get there by their own policies: the resource's own, and those its policy names. */
function accountsLetIn(
  index: EstateIndex,
  question: EstateQuestion,
  keys: ReadonlySet<string>,
): ReadonlySet<string> | 'all' {
  const owner = ownerOf(index, question)
  if (owner === undefined || keys.has('*')) return 'all'
  const named = [...keys].map((key) => parseArn(key)?.accountId ?? key)
  // AWS: a role's own account counts for no more than others: its trust policy has to name it.
  const isEntering = isRole(question.resource) && /^sts:/i.test(question.action)
  return new Set(isEntering ? named : [owner, ...named])
}

interface Other {
  readonly who: string
  readonly kind: WhoKind
  readonly account: string
  readonly asker: Asker
  readonly action: string
}

function othersFor(index: EstateIndex, question: EstateQuestion): readonly Other[] {
  const policy = policyOfResource(index, question)
  const outsiders = policy === null ? [] : outsidersOf(index, policy, question)
  const owner = ownerOf(index, question)
  if (owner === undefined || !index.estate.accounts.has(owner)) return outsiders
  const arn = `arn:${parseArn(question.resource)?.partition ?? 'aws'}:iam::${owner}:root`
  const asker: Asker = {
    principal: { kind: 'root', accountId: owner, arn },
    identity: [],
    boundary: null,
  }
  return [{ who: arn, kind: 'root', account: owner, asker, action: question.action }, ...outsiders]
}
