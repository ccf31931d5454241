import type { RequestContext } from '../evaluate/request.ts'
import type { CompiledPolicy } from '../policy/compile-policy.ts'
import { holdersIn, openHoldersTo } from './action-holders.ts'
import {
  type AssumerSet,
  type Assumers,
  type Except,
  kindOf,
  listed,
  type Members,
  membersOf,
  sizeOf,
} from './assumer-set.ts'
import type { Cohort, CohortGroup } from './cohort.ts'
import { type Asker, decidePair, type PairAnswer } from './decide-pair.ts'
import type { AccountLimits, EstatePrincipal, EstateQuestion } from './estate.ts'
import type { EstateIndex } from './estate-index.ts'
import { type Openness, readOpenness } from './openness.ts'
import { type Outsider, outsidersOf } from './outsiders.ts'
import { type CallerTrait, namedAsideIn, type SetAside, widestOf } from './policy-traits.ts'

/**
 * For each role everybody who may assume it directly, as `whoCan` finds them, but those alike at once: principals under
 * the same policies are decided by one of them wherever no policy in play tells them apart. What is open stands in
 * `provisos`. Root users are left out: they assume no roles.
 */
export function* whoAssumes(
  index: EstateIndex,
  roles: Iterable<EstatePrincipal>,
  context: RequestContext,
): Generator<Assumers> {
  const survey = openSurvey(index, context)
  for (const role of roles) {
    if (role.trust !== null) yield { role, sets: assumersOf(survey, role, role.trust) }
  }
}

/** Keeps, for roles that have a trust policy in common, what was found for one of them. */
export function openSurvey(index: EstateIndex, context: RequestContext): Survey {
  return {
    index,
    context,
    views: new Map(),
    callerBy: new WeakMap(),
  }
}

const action = 'sts:AssumeRole'
const lower = action.toLowerCase()

export interface Survey {
  readonly index: EstateIndex
  readonly context: RequestContext
  readonly views: Map<CompiledPolicy, TrustView>
  readonly callerBy: WeakMap<Cohort, CallerTrait>
}

/** What a trust policy says whatever role it is of, and what was found for it. */
interface TrustView {
  readonly partition: string
  readonly named: SetAside
  readonly openness: Openness
  readonly outsiders: readonly Outsider[]
  readonly known: Map<CohortGroup | Cohort | Outsider, KnownAnswer>
}

/** An answer for all roles with this trust policy under the same RCPs, in the caller's own account or in others. */
interface KnownAnswer {
  readonly rcp: AccountLimits['rcp']
  readonly isOwn: boolean
  readonly answer: PairAnswer | undefined
}

interface Asked {
  readonly role: EstatePrincipal
  readonly question: EstateQuestion
  readonly view: TrustView
  /** All that speaks on the role's side. */
  readonly policies: readonly CompiledPolicy[]
  readonly rcp: AccountLimits['rcp']
}

/** Takes the role's trust policy beside it. */
export function assumersOf(
  survey: Survey,
  role: EstatePrincipal,
  trust: CompiledPolicy,
): readonly AssumerSet[] {
  const { rcp } = survey.index.limitsOf(role.accountId)
  const asked: Asked = {
    role,
    question: { action, resource: role.arn, context: survey.context },
    view: viewOf(survey, role, trust),
    policies: [trust, ...rcp.flat()],
    rcp,
  }
  return [
    ...named(survey, asked),
    ...ofAccounts(survey, asked),
    ...everywhere(survey, asked),
    ...outside(survey, asked),
  ]
}

/** Kept for the roles that come next: trust policies that many roles have stand close together. */
const mostViews = 4096

function viewOf({ index, views, context }: Survey, role: EstatePrincipal, trust: CompiledPolicy) {
  const partition = role.arn.split(':', 2)[1] ?? ''
  const found = views.get(trust)
  if (found?.partition === partition) return found
  if (views.size >= mostViews) views.clear()
  const view: TrustView = {
    partition,
    named: namedAsideIn(trust, lower),
    openness: readOpenness(trust, lower),
    outsiders: outsidersOf(index, trust, { action, resource: role.arn, context }),
    known: new Map(),
  }
  views.set(trust, view)
  return view
}

/** Principals by their own names, one by one. */
function named({ index }: Survey, { view, question }: Asked): readonly AssumerSet[] {
  return decideEach(
    index,
    [...view.named.arns].flatMap((arn) => index.principals.get(arn) ?? []),
    question,
  )
}

function decideEach(
  index: EstateIndex,
  principals: readonly EstatePrincipal[],
  question: EstateQuestion,
): readonly AssumerSet[] {
  return principals.flatMap((each) => {
    const answer = decidePair(index, each, question)
    return answer === undefined ? [] : listed([each], answer)
  })
}

/** Those of accounts that are named, and of the role's own where everybody is: there `*` may need no other allow. */
function ofAccounts(survey: Survey, asked: Asked): readonly AssumerSet[] {
  const { role, view } = asked
  const { index } = survey
  const groups = holdersIn(index.holdersOf(action), role.arn, accountsOf(view))
  const { isForEveryone } = view.openness
  const own = isForEveryone ? index.cohorts().byAccount.get(role.accountId) : undefined
  const others = [...groups].filter(
    ({ account }) => own === undefined || account !== role.accountId,
  )
  return [...(own ?? []), ...others].flatMap((each) => answerGroup(survey, asked, each))
}

function accountsOf({ named: { accounts }, openness }: TrustView): Iterable<string> {
  return openness.accounts === undefined ? accounts : [...accounts, ...openness.accounts]
}

function answerGroup(survey: Survey, asked: Asked, group: CohortGroup): readonly AssumerSet[] {
  const { view, question } = asked
  const { cohort } = group
  const { arns } = view.named
  const members =
    arns.size === 0 ? group.members : group.members.filter(({ arn }) => !arns.has(arn))
  const [sample] = members
  if (sample === undefined) return []
  if (callerTraitOf(survey, asked, cohort) === 'name') {
    const { mayBe } = view.openness
    const left = mayBe === undefined ? members : members.filter(({ arn }) => mayBe(arn))
    return decideEach(survey.index, left, question)
  }
  const answer = answerOnce(survey, asked, { key: group, asker: sample, of: cohort.policies })
  return answer === undefined ? [] : listed(members, answer)
}

/** Those of all other accounts, whose own policies have to allow it. */
function everywhere(survey: Survey, asked: Asked): readonly AssumerSet[] {
  const { role, view } = asked
  if (!view.openness.isForEveryone || view.openness.accounts !== undefined) return []
  const accounts = new Set([...view.named.accounts, role.accountId])
  const except = { arns: view.named.arns, accounts }
  const holders = survey.index.holdersOf(action)
  const open = openHoldersTo(holders, role.arn, role.accountId)
  const exact = new Set(holders.exact.get(role.arn))
  return [
    ...[...open].flatMap((cohort) => answerCohort(survey, asked, { cohort, except })),
    ...[...exact]
      .filter(({ cohort, account }) => !open.has(cohort) && !accounts.has(account))
      .flatMap((group) => answerGroup(survey, asked, group)),
  ]
}

function answerCohort(
  survey: Survey,
  asked: Asked,
  { cohort, except }: Except,
): readonly AssumerSet[] {
  const by = callerTraitOf(survey, asked, cohort)
  if (by !== 'nothing') {
    return cohort.groups
      .filter(({ account }) => !except.accounts.has(account))
      .flatMap((group) => answerGroup(survey, asked, group))
  }
  const members: Members = { kind: 'cohort', cohort, except }
  const sample = membersOf(members).next().value
  if (sample === undefined) return []
  const answer = answerOnce(survey, asked, { key: cohort, asker: sample, of: cohort.policies })
  if (answer === undefined) return []
  const size = sizeOf(survey.index, { cohort, except })
  return [{ kind: kindOf(sample), who: sample.arn, account: '', size, members, ...answer }]
}

function outside(survey: Survey, asked: Asked): readonly AssumerSet[] {
  return asked.view.outsiders.flatMap((outsider) => {
    const { who, kind, account, asker } = outsider
    const answer = answerOnce(survey, asked, { key: outsider, asker, of: [] })
    if (answer === undefined) return []
    return [{ kind, who, account, size: 1, members: { kind: 'outside' as const }, ...answer }]
  })
}

interface Caller {
  /** What stands for all callers with the same answer. */
  readonly key: CohortGroup | Cohort | Outsider
  readonly asker: Asker
  /** All that speaks on the caller's side. */
  readonly of: readonly CompiledPolicy[]
}

/** Decides; takes what was found for another role with the same trust policy where nothing tells the two apart. */
function answerOnce({ index }: Survey, asked: Asked, caller: Caller): PairAnswer | undefined {
  const { role, view, policies, rcp } = asked
  const { key, asker } = caller
  const question = 'action' in key ? { ...asked.question, action: key.action } : asked.question
  const { principal } = asker
  const isOwn = 'accountId' in principal && principal.accountId === role.accountId
  const known = view.known.get(key)
  if (known?.rcp === rcp && known.isOwn === isOwn) return known.answer
  const answer = decidePair(index, asker, question)
  const actionOf = question.action.toLowerCase()
  const isApart = [...policies, ...caller.of].some(
    (policy) => index.traitsOf(policy, actionOf).tellsResourcesApart,
  )
  if (!isApart) view.known.set(key, { rcp, isOwn, answer })
  return answer
}

function callerTraitOf({ index, callerBy }: Survey, asked: Asked, cohort: Cohort): CallerTrait {
  const traitOf = (policy: CompiledPolicy): CallerTrait => index.traitsOf(policy, lower).callerBy
  const own = callerBy.get(cohort) ?? widestOf(cohort.policies.map(traitOf))
  callerBy.set(cohort, own)
  return widestOf([own, ...asked.policies.map(traitOf)])
}
